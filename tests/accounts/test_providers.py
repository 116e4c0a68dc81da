"""Signing in with OpenID Connect; the provider is faked where requests go out."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.factories.accounts import PASSWORD, TOKEN, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db

IDP = "https://idp.example.com"
LOGIN = "/accounts/oidc/acme/login/"
CALLBACK = "/accounts/oidc/acme/login/callback/"
INVITATION = f"/account/invitations/{TOKEN}/"

type Person = dict[str, Any]


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Return what the provider says of whoever signs in there; change it as needed."""
    app = {
        "provider_id": "acme",
        "name": "Acme",
        "client_id": "starboard",
        "secret": "s3cret",
        "settings": {"server_url": IDP},
    }
    settings.OIDC_APPS = [app]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": settings.SOCIALACCOUNT_PROVIDERS["openid_connect"] | {"APPS": [app]}
    }
    person: Person = {
        "sub": "42",
        "email": "noor@example.com",
        "email_verified": True,
        "name": "Noor Haddad",
    }
    answers: dict[str, Callable[[], Person]] = {
        "/.well-known/openid-configuration": lambda: {
            "issuer": IDP,
            "authorization_endpoint": f"{IDP}/authorize",
            "token_endpoint": f"{IDP}/token",
            "userinfo_endpoint": f"{IDP}/userinfo",
            "jwks_uri": f"{IDP}/keys",
        },
        "/token": lambda: {"access_token": "opaque", "token_type": "Bearer"},
        "/userinfo": lambda: person,
    }

    def send(
        self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        assert request.url is not None
        response = requests.Response()
        response.status_code = 200
        response.url = request.url
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(answers[urlsplit(request.url).path]()).encode()
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    return person


def come_back(browser: Client, *, to: str = "") -> Any:
    """Go to the provider and come back with a code."""
    away = browser.post(f"{LOGIN}?next={to}" if to else LOGIN)
    assert away.status_code == 302
    asked = parse_qs(urlsplit(away["Location"]).query)
    return browser.get(CALLBACK, {"code": "a-code", "state": asked["state"][0]})


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_provider_is_offered_and_asked_with_pkce(client: Client, provider: Person) -> None:
    page = client.get("/accounts/login/")
    away = client.post(LOGIN)

    assert f'href="{LOGIN}' in page.text
    assert away["Location"].startswith(f"{IDP}/authorize?")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["client_id"] == ["starboard"]


def test_get_of_the_login_asks_before_it_goes_anywhere(client: Client, provider: Person) -> None:
    page = client.get(LOGIN)

    assert page.status_code == 200
    assert "Sign in with Acme" in page.text


def test_somebody_invited_signs_up_and_then_accepts(client: Client, provider: Person) -> None:
    invitation = InvitationFactory.create(email="noor@example.com")
    assert f"{LOGIN}?next={INVITATION}" in client.get(INVITATION).text

    back = come_back(client, to=INVITATION)

    assert back["Location"] == INVITATION
    user = User.objects.get(email="noor@example.com")
    assert user.name == "Noor Haddad"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    client.post(f"{INVITATION}accept/")
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


def test_somebody_not_invited_gets_no_account(client: Client, provider: Person) -> None:
    answer = come_back(client)

    assert "Starboard is by invitation" in answer.text
    assert not User.objects.exists()


def test_address_the_provider_has_not_verified_gets_no_account(client: Client, provider: Person) -> None:
    InvitationFactory.create(email="noor@example.com")
    provider["email_verified"] = False

    answer = come_back(client)

    assert "Starboard is by invitation" in answer.text
    assert not User.objects.filter(email="noor@example.com").exists()


def test_provider_does_not_take_over_an_account_with_the_same_address(
    client: Client, provider: Person
) -> None:
    UserFactory.create(email="noor@example.com")
    InvitationFactory.create(email="noor@example.com")

    answer = come_back(client)

    assert "sign in to it first" in answer.text
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_connected_account_signs_in_and_still_takes_the_second_step(client: Client, provider: Person) -> None:
    user = UserFactory.create(email="noor@example.com")
    SocialAccount.objects.create(user=user, provider="acme", uid="42")

    assert come_back(client)["Location"] == reverse("dashboards:home")
    assert is_signed_in(client)

    TOTP.activate(user, generate_totp_secret())
    other = Client()
    assert come_back(other)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(other)


def test_account_is_connected_and_disconnected_in_the_settings(client: Client, provider: Person) -> None:
    user = UserFactory.create(email="noor@example.com")
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    away = client.post(f"{LOGIN}?process=connect")
    asked = parse_qs(urlsplit(away["Location"]).query)
    client.get(CALLBACK, {"code": "a-code", "state": asked["state"][0]})
    account = SocialAccount.objects.get(user=user)

    page = client.get(reverse("socialaccount_connections"))
    client.post(reverse("socialaccount_connections"), {"account": account.pk})

    assert f'id="account_{account.pk}"' in page.text
    assert not SocialAccount.objects.exists()


def test_wrong_state_is_an_error_in_our_design(client: Client, provider: Person) -> None:
    client.post(LOGIN)

    answer = client.get(CALLBACK, {"code": "a-code", "state": "forged"})

    assert answer.status_code == 401
    assert "Your provider did not confirm who you are" in answer.text


def test_stopping_at_the_provider_changes_nothing(client: Client, provider: Person) -> None:
    away = client.post(LOGIN)
    asked = parse_qs(urlsplit(away["Location"]).query)

    answer = client.get(CALLBACK, {"error": "access_denied", "state": asked["state"][0]})

    assert answer["Location"] == reverse("socialaccount_login_cancelled")
    assert "You stopped the sign-in" in client.get(answer["Location"]).text


def test_unknown_provider_does_not_exist(client: Client, provider: Person) -> None:
    assert client.post("/accounts/oidc/other/login/").status_code == 404
