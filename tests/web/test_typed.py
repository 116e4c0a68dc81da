"""A plain form that is sent after its session ended comes back filled in, to whoever typed it and nobody else."""

import re
import uuid
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.projects.models import Project
from apps.stories.models import Win
from apps.web import typed
from tests.cast import CountStatements, SignIn
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, WinFactory

NEW = reverse("projects:new")
LOGIN = reverse("account_login")
TYPED = {"name": "Typed too late", "status": "active", "principles": ["ownership", "dive_deep"]}
HOST = {"Origin": "http://testserver"}

type Fields = dict[str, object]


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def mark_on(client: Client, address: str) -> str:
    found = re.search(r'name="typed_by" value="([^"]+)"', client.get(address).text)
    assert found is not None, f"no mark on {address}"
    return found[1]


def end_session() -> None:
    Session.objects.all().delete()


def send_too_late(client: Client, address: str = NEW, fields: Fields | None = None) -> str:
    """Open the page, let the session end, send the form; return where that leads."""
    mark = mark_on(client, address)
    end_session()
    response = client.post(address, {**(fields or TYPED), "typed_by": mark})
    assert response.status_code == HTTPStatus.FOUND
    return response.headers["Location"]


def test_what_was_sent_too_late_is_back_after_signing_in_and_not_saved_by_itself(
    client: Client, candidate: User
) -> None:
    lead = send_too_late(client)
    assert urlsplit(lead).path == LOGIN
    assert parse_qs(urlsplit(lead).query) == {"next": [NEW]}
    assert "You were signed out. Sign in again within the hour" in client.get(lead).text

    signed_in = client.post(LOGIN, {"login": candidate.email, "password": PASSWORD, "next": NEW}, follow=True)

    assert signed_in.redirect_chain[-1][0] == NEW
    form = signed_in.context["form"]
    assert (form["name"].value(), form["principles"].value()) == (
        "Typed too late",
        ["ownership", "dive_deep"],
    )
    assert "You were signed out before this could be saved." in signed_in.text
    assert not Project.objects.exists()


def test_once_it_is_saved_the_page_is_empty_again(client: Client, candidate: User) -> None:
    send_too_late(client)
    client.force_login(candidate)
    assert client.get(NEW).context["form"]["name"].value() == "Typed too late"

    client.post(NEW, {**TYPED, "typed_by": mark_on(client, NEW)})

    assert Project.objects.get().name == "Typed too late"
    assert client.get(NEW).context["form"]["name"].value() is None


def test_the_sign_in_page_holds_nothing_of_it(client: Client) -> None:
    assert "Typed too late" not in client.get(send_too_late(client)).text


def test_somebody_else_who_signs_in_does_not_see_it_and_it_is_gone(
    client: Client, candidate: User, other_candidate: User
) -> None:
    send_too_late(client)

    client.force_login(other_candidate)

    assert "Typed too late" not in client.get(NEW).text
    assert typed.SESSION_KEY not in client.session


def test_it_is_given_back_for_an_hour(client: Client, candidate: User, now: datetime) -> None:
    send_too_late(client)
    client.force_login(candidate)
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert "Typed too late" in client.get(NEW).text

    with time_machine.travel(now + timedelta(minutes=60), tick=False):
        assert "Typed too late" not in client.get(NEW).text
        assert typed.SESSION_KEY not in client.session


def test_it_is_shown_on_its_own_page_alone(client: Client, candidate: User) -> None:
    project = ProjectFactory.create(owner=candidate)
    send_too_late(client)
    client.force_login(candidate)

    assert "Typed too late" not in client.get(reverse("projects:edit", args=[project.pk])).text
    assert "Typed too late" in client.get(NEW).text


def test_what_is_wrong_with_it_is_said_at_the_field(client: Client, candidate: User) -> None:
    send_too_late(client, fields={**TYPED, "name": "x" * 121})
    client.force_login(candidate)

    response = client.get(NEW)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "at most 120 characters" in response.context["form"].errors["name"][0]


MADE_UP = {
    "none": "",
    "words": "no such thing",
    "null": "a\x00b",
    "long": "x" * 100_000,
    "another key": Signer(key="another", salt="apps.web.typed").sign_object(["x", "/"]),
    "another salt": Signer().sign_object(["x", "https://evil.example/"]),
}


@pytest.mark.parametrize("mark", MADE_UP.values(), ids=MADE_UP)
def test_a_form_that_does_not_say_whose_it_was_is_not_kept(client: Client, mark: str) -> None:
    end_session()

    response = client.post(NEW, {**TYPED, "typed_by": mark})

    assert response.headers["Location"] == f"{LOGIN}?next={NEW}"
    assert not Session.objects.exists()


def test_a_mark_that_was_changed_is_none(client: Client) -> None:
    mark = mark_on(client, NEW)
    end_session()

    client.post(NEW, {**TYPED, "typed_by": f"{mark[:-1]}{'A' if mark[-1] != 'A' else 'B'}"})

    assert not Session.objects.exists()


def test_too_much_text_is_not_kept(client: Client) -> None:
    mark = mark_on(client, NEW)
    end_session()

    client.post(NEW, {**TYPED, "summary": "x" * typed.LONGEST, "typed_by": mark})

    assert not Session.objects.exists()


def test_a_fragment_is_answered_as_before(client: Client) -> None:
    mark = mark_on(client, NEW)
    end_session()

    response = client.post(NEW, {**TYPED, "typed_by": mark}, headers={"HX-Request": "true"})

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert not Session.objects.exists()


@pytest.fixture
def strict_client(candidate: User) -> Client:
    """A browser whose forms must carry the token that its cookie has."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(candidate)
    return client


def test_a_form_of_before_signing_in_again_elsewhere_comes_back(
    strict_client: Client, candidate: User
) -> None:
    page = strict_client.get(NEW)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None
    mark = mark_on(strict_client, NEW)
    strict_client.cookies["csrftoken"] = "b" * 32

    response = strict_client.post(
        NEW, {**TYPED, "typed_by": mark, "csrfmiddlewaretoken": token[1]}, headers=HOST
    )

    assert (response.status_code, response.headers["Location"]) == (HTTPStatus.FOUND, NEW)
    assert strict_client.get(NEW).context["form"]["name"].value() == "Typed too late"
    assert not Project.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_form_from_elsewhere_is_refused_and_not_kept(
    strict_client: Client, headers: dict[str, str]
) -> None:
    mark = mark_on(strict_client, NEW)

    response = strict_client.post(NEW, {**TYPED, "typed_by": mark}, headers=headers)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert typed.SESSION_KEY not in strict_client.session


def test_a_form_of_somebody_who_was_signed_in_before_is_refused_and_not_kept(
    candidate: User, other_candidate: User
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(other_candidate)
    mark = mark_on(client, NEW)
    client.force_login(candidate)

    response = client.post(NEW, {**TYPED, "typed_by": mark}, headers=HOST)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Typed too late" not in client.get(NEW).text


@pytest.fixture
def addresses(candidate: User) -> dict[str, str]:
    story = StoryFactory.create(owner=candidate)
    return {
        "project": reverse("projects:edit", args=[ProjectFactory.create(owner=candidate).pk]),
        "new win": reverse("stories:win_new"),
        "win": reverse("stories:win_edit", args=[WinFactory.create(owner=candidate).pk]),
        "rating": reverse("candidates:rate"),
        "question": reverse("reviews:ask", args=[story.pk]),
        "mentors": reverse("candidates:mentors"),
        "manager": reverse("applications:manager"),
        "conversation": reverse("applications:conversation_new"),
        "cycle": reverse("applications:performance_new"),
        "scope": reverse("scope:new"),
        "decision": reverse("scope:decision_new"),
    }


WORDS = "Words typed too late"
# What each is sent with, all of it valid, and where to if not to its own page.
PLAIN_FORMS: dict[str, tuple[Fields, str]] = {
    "project": ({"name": "Name", "summary": WORDS, "status": "active", "revision": 1}, ""),
    "new win": ({"text": WORDS}, ""),
    "win": ({"text": WORDS}, ""),
    "rating": ({"principle-ownership": "2", "principle-ownership-note": WORDS}, ""),
    "question": ({"question": WORDS}, ""),
    "mentors": (
        {"name": WORDS, "email": "new@example.com", "kind": "manager"},
        "candidates:mentorship_new",
    ),
    "manager": (
        {"state": "yes", "answered_on": "2026-11-02", "reason": WORDS},
        "applications:support",
    ),
    "conversation": ({"held_on": "2026-11-02", "talked_about": WORDS}, ""),
    "scope": ({"taken_on": "2026-11-02", "note": WORDS}, ""),
    "decision": ({"title": "Title", "decided_on": "2026-11-02", "reasoning": WORDS}, ""),
    "cycle": ({"cycle": "2025", "starts_on": "2025-01-01", "ends_on": "2025-12-31", "said": WORDS}, ""),
}


@pytest.mark.parametrize("form", PLAIN_FORMS)
def test_every_plain_form_comes_back_with_its_words_and_is_not_saved_by_looking(
    client: Client,
    candidate: User,
    mentorship: Mentorship,
    addresses: dict[str, str],
    statements: CountStatements,
    form: str,
) -> None:
    fields, route = PLAIN_FORMS[form]
    page = addresses[form]
    mark = mark_on(client, page)
    end_session()
    fields = {**fields, "mentorship": mentorship.pk, "typed_by": mark}

    lead = client.post(reverse(route) if route else page, fields).headers["Location"]

    assert parse_qs(urlsplit(lead).query) == {"next": [page]}
    assert WORDS not in client.get(lead).text
    client.force_login(candidate)
    with statements() as done:
        assert WORDS in client.get(page).text
    assert [sql for sql in done.sql if not sql.startswith("SELECT") and "django_session" not in sql] == []


def test_the_capture_bar_on_today_leads_to_the_page_of_a_new_win(
    candidacy: Candidacy, sign_in: SignIn
) -> None:
    WinFactory.create(owner=candidacy.person)
    client = sign_in(candidacy.person)
    mark = mark_on(client, reverse("stories:wins"))
    end_session()
    new = reverse("stories:win_new")

    client.post(new, {"text": "Halved the pager load", "typed_by": mark})
    client.force_login(candidacy.person)

    assert client.get(new).context["form"]["text"].value() == "Halved the pager load"
    assert Win.objects.count() == 1


def test_the_mark_tells_nothing_about_the_person(client: Client, candidate: User) -> None:
    by, at = Signer(salt="apps.web.typed").unsign_object(mark_on(client, NEW))

    assert at == NEW
    assert re.fullmatch("[0-9a-f]{32}", by)
    assert candidate.email not in mark_on(client, NEW)


def test_somebody_signed_out_gets_no_session_by_sending_anything(db: None) -> None:
    UserFactory.create()
    CandidacyFactory.create()

    Client().post(NEW, {**TYPED, "save_id": str(uuid.uuid4())})

    assert not Session.objects.exists()
