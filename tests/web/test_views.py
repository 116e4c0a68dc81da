import pytest
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django import Settings

from apps.web import views


def test_healthz_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok\n"


@pytest.mark.django_db
def test_readyz_is_ready_on_a_migrated_database(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json()["ready"], answer.json()["database"]) == (True, "ok")


@pytest.mark.django_db
def test_readyz_waits_for_migrations(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": "migrations pending"}


def test_readyz_says_when_the_database_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(connection: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(views, "MigrationExecutor", refuse)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": "does not answer"}


def test_theme_is_a_cookie_and_leads_back(client: Client) -> None:
    answer = client.post("/theme", {"theme": "dark", "next": "/styleguide/?a=1"})

    assert answer.status_code == 302
    assert answer["Location"] == "/styleguide/?a=1"
    cookie = answer.cookies["theme"]
    assert (cookie.value, cookie["samesite"], cookie["max-age"]) == ("dark", "Lax", views.A_YEAR)


def test_theme_that_does_not_exist_is_not_kept(client: Client) -> None:
    answer = client.post("/theme", {"theme": "pink"})

    assert dict(answer.cookies) == {}


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_theme_never_leads_to_another_host(client: Client, away: str) -> None:
    assert client.post("/theme", {"theme": "dark", "next": away})["Location"] == "/"


@pytest.mark.parametrize(
    ("cookie", "html"),
    [("dark", '<html lang="en" data-theme="dark">'), ("pink", '<html lang="en">'), ("", '<html lang="en">')],
)
def test_page_follows_the_cookie(client: Client, cookie: str, html: str) -> None:
    client.cookies["theme"] = cookie

    assert html in client.get("/no-such-page/").content.decode()


def test_unknown_page_is_said_in_our_words(client: Client) -> None:
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "<h1>Nothing is here</h1>" in answer.content.decode()


def test_form_from_before_the_sign_in_is_explained(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"})

    assert answer.status_code == 403
    assert "<h1>This form is too old</h1>" in answer.content.decode()


def test_broken_page_is_said_without_the_database() -> None:
    # Without the `db` fixture any statement fails the test.
    answer = server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "<h1>Something broke on our side</h1>" in answer.content.decode()


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_needs_no_context(code: str) -> None:
    html = render_to_string(f"{code}.html")

    assert html.count("<h1>") == 1
    assert "style=" not in html


def test_styleguide_is_for_development_only(client: Client, settings: Settings) -> None:
    settings.PRODUCTION = True

    assert client.get("/styleguide/").status_code == 404


def test_styleguide_holds_nothing_that_the_policy_forbids(client: Client) -> None:
    html = client.get("/styleguide/").content.decode()

    assert client.get("/styleguide/").status_code == 200
    assert [bad for bad in ("style=", "<style", "onclick=", "data:", "javascript:") if bad in html] == []


@pytest.mark.parametrize("back", ["true", "http://[::1", "//evil.example", "javascript:alert(1)"])
def test_theme_leads_back_to_no_strange_address(client: Client, back: str) -> None:
    answer = client.post("/theme", {"theme": "dark", "next": back})

    assert (answer.status_code, answer["Location"] in {"/", back}) == (302, True)
    assert not answer["Location"].startswith(("http", "//", "javascript"))
