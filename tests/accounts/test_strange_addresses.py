import pytest
from django.test import Client

from apps.accounts.models import User
from tests.cast import SignIn

pytestmark = pytest.mark.django_db

STRANGE = [
    "http://[::1",
    "//[::1",
    "/\t/[::1",
    "true",
    "99999-12-31",
    "https://evil.example/",
    "//evil.example",
]


@pytest.mark.parametrize("next_url", STRANGE)
@pytest.mark.parametrize("page", ["login/", "logout/", "login/code/", "2fa/webauthn/login/"])
def test_signing_in_and_out_leads_to_no_strange_address(
    sign_in: SignIn, stranger: User, page: str, next_url: str
) -> None:
    for browser in (Client(), sign_in(stranger)):
        for ask in (browser.get, browser.post):
            answer = ask(f"/accounts/{page}", {"next": next_url})

            assert answer.status_code in {200, 302, 400}
            assert answer.get("Location", "/").startswith("/")
            assert not answer.get("Location", "/").startswith("//")


def test_path_of_our_own_is_led_to(sign_in: SignIn, stranger: User) -> None:
    answer = sign_in(stranger).get("/accounts/login/", {"next": "/stories/"})

    assert answer["Location"] == "/stories/"


@pytest.mark.parametrize("step", ["login/", "login/callback/"])
def test_provider_of_a_name_that_cannot_be_looked_up_does_not_exist(client: Client, step: str) -> None:
    assert client.get(f"/accounts/oidc/%00/{step}").status_code in {401, 404}
