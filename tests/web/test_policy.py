from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from apps.web import checks, policy
from apps.web.policy import Rule
from config.urls import urlpatterns as real_urlpatterns


def _anything(request: HttpRequest) -> HttpResponse:
    return HttpResponse("reached")


urlpatterns = [*real_urlpatterns, path("forgotten/", _anything, name="forgotten")]


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Rule]:
    """Return a copy of the table that a test may spoil."""
    copy = dict(policy._rules)
    monkeypatch.setattr(policy, "_rules", copy)
    return copy


def _found() -> list[str]:
    return [str(message.msg) for message in checks.every_route_has_a_policy_row()]


def test_table_and_urlconf_agree() -> None:
    assert _found() == []


def test_check_names_a_route_without_a_row(rules: dict[str, Rule]) -> None:
    del rules["web:theme"]

    assert _found() == ["The route 'web:theme' has no policy row."]


def test_check_names_a_row_without_a_route(rules: dict[str, Rule]) -> None:
    policy.add("web", {"moon": (policy.GET, policy.ANYONE)})

    assert _found() == ["The policy row 'web:moon' names no route."]


def test_two_rows_for_one_route_are_refused(rules: dict[str, Rule]) -> None:
    with pytest.raises(ValueError, match="web:theme has two policy rows"):
        policy.add("web", {"theme": (policy.POST, policy.ANYONE)})


@pytest.mark.urls("tests.web.test_policy")
def test_route_without_a_row_is_not_reached(client: Client) -> None:
    assert client.get("/forgotten/").status_code == 404


def test_method_without_a_row_is_refused(client: Client) -> None:
    answer = client.get("/theme")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


@pytest.fixture
def behind_sign_in(rules: dict[str, Rule]) -> str:
    rules["forgotten"] = Rule("forgotten", policy.GET_POST, policy.SIGNED_IN)
    return "/forgotten/"


@pytest.mark.django_db
@pytest.mark.urls("tests.web.test_policy")
def test_signed_out_page_leads_through_sign_in_and_back(client: Client, behind_sign_in: str) -> None:
    answer = client.get(behind_sign_in)

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/forgotten/"


@pytest.mark.django_db
@pytest.mark.urls("tests.web.test_policy")
def test_signed_out_fragment_is_told_so_instead_of_getting_the_sign_in_page(
    client: Client, behind_sign_in: str
) -> None:
    answer = client.post(behind_sign_in, headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.content == b""


@pytest.mark.django_db
@pytest.mark.urls("tests.web.test_policy")
def test_wrong_audience_gets_the_answer_for_a_page_that_does_not_exist(
    rules: dict[str, Rule], sign_in: Callable[..., Client], candidate: object
) -> None:
    nobody = policy.Audience("nobody", lambda _: False)
    rules["forgotten"] = Rule("forgotten", policy.GET, nobody)

    answer = sign_in(candidate).get("/forgotten/")

    assert answer.status_code == 404
