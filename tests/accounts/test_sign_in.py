import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.cast import SignIn
from tests.factories.accounts import PASSWORD, TOKEN, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CODE = re.compile(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", re.MULTILINE)


def code_in(message: mail.EmailMessage) -> str:
    found = CODE.search(str(message.body))
    assert found is not None, message.body
    return found[0]


def log_in(browser: Client, email: str, password: str = PASSWORD) -> str:
    """Return where the answer leads; empty when it is the form again."""
    return browser.post(LOGIN, {"login": email, "password": password}).get("Location", "")


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_sign_in_with_password_leads_home(client: Client, stranger: User) -> None:
    client.get(LOGIN)

    assert log_in(client, "sam@example.com") == reverse("dashboards:home")
    assert is_signed_in(client)


def test_sign_in_leads_back_to_where_one_was_going(client: Client, stranger: User) -> None:
    to_login = client.get("/account/")["Location"]

    answer = client.post(to_login, {"login": "sam@example.com", "password": PASSWORD, "next": "/account/"})

    assert answer["Location"] == "/account/"


def test_sign_in_leads_to_no_other_site(client: Client, stranger: User) -> None:
    answer = client.post(
        LOGIN, {"login": "sam@example.com", "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert answer["Location"] == reverse("dashboards:home")


def test_known_and_unknown_address_get_the_same_answer(client: Client, stranger: User) -> None:
    known = client.post(LOGIN, {"login": "sam@example.com", "password": "wrong"})
    unknown = client.post(LOGIN, {"login": "sum@example.com", "password": "wrong"})

    def without_what_was_typed(text: str) -> str:
        return re.sub(
            r'(name="csrfmiddlewaretoken" value=")[^"]+|s[au]m@example.com|"X-CSRFToken": "[^"]+', "", text
        )

    assert known.status_code == unknown.status_code
    assert without_what_was_typed(known.text) == without_what_was_typed(unknown.text)
    assert "E-mail and password do not match." in known.text


def test_unknown_address_takes_the_time_of_one_password_hash(
    client: Client, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever hasher the factory's password came from, when another folder's tests ran first.
    stranger.set_password(PASSWORD)
    stranger.save()
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    log_in(client, "sam@example.com", "wrong")
    for_known = len(hashed)
    log_in(client, "nobody@example.com", "wrong")

    assert for_known == len(hashed) - for_known == 1


def test_inactive_account_is_told_so_after_the_right_password_only(client: Client) -> None:
    UserFactory.create(email="gone@example.com", is_active=False)

    assert log_in(client, "gone@example.com", "wrong") == ""
    assert log_in(client, "gone@example.com") == reverse("account_inactive")
    assert not is_signed_in(client)


def test_deactivation_ends_a_live_session_at_the_next_request(sign_in: SignIn, stranger: User) -> None:
    browser = sign_in(stranger)
    assert browser.get("/account/").status_code == 200

    stranger.is_active = False
    stranger.save()

    assert browser.get("/account/").status_code == 302


def test_sixth_wrong_password_waits(client: Client, stranger: User) -> None:
    for _ in range(5):
        log_in(client, "sam@example.com", "wrong")

    answer = client.post(LOGIN, {"login": "sam@example.com", "password": PASSWORD})

    assert "Too many attempts" in answer.text
    assert not is_signed_in(client)


def test_too_many_requests_from_one_place_are_a_429(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}

    statuses = [client.post(LOGIN, {"login": "", "password": ""}).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    assert "Too many attempts" in client.post(LOGIN).text


def test_too_many_joins_from_one_place_are_a_429(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    InvitationFactory.create(token=TOKEN)
    InvitationFactory.create(token="other")
    answers = {"name": "Noor", "password": "purple lamp over there"}

    first = client.post(f"/account/invitations/{TOKEN}/join/", answers)
    second = Client().post("/account/invitations/other/join/", answers)

    assert (first.status_code, second.status_code) == (302, 429)


def test_sign_in_by_code(client: Client, stranger: User, mailoutbox: list[mail.EmailMessage]) -> None:
    asked = client.post(reverse("account_request_login_code"), {"email": "sam@example.com"})
    assert asked["Location"] == reverse("account_confirm_login_code")
    assert "sam@example.com" in client.get(asked["Location"]).text
    [message] = mailoutbox
    assert message.subject == "Your sign-in code"

    answer = client.post(asked["Location"], {"code": code_in(message)})

    assert answer["Location"] == reverse("dashboards:home")
    assert is_signed_in(client)


def test_wrong_sign_in_code_signs_nobody_in(client: Client, stranger: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": "sam@example.com"})

    answer = client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})

    assert "That code is not right" in answer.text
    assert not is_signed_in(client)


@pytest.mark.parametrize("route", ["account_request_login_code", "account_reset_password"])
def test_asking_for_a_code_answers_alike_for_unknown_addresses(
    stranger: User, route: str, mailoutbox: list[mail.EmailMessage]
) -> None:
    known, unknown = Client(), Client()

    first = known.post(reverse(route), {"email": "sam@example.com"})
    second = unknown.post(reverse(route), {"email": "nobody@example.com"})

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert known.get(first["Location"]).status_code == unknown.get(second["Location"]).status_code == 200
    assert [message.to for message in mailoutbox] == [["sam@example.com"], ["nobody@example.com"]]
    assert "There is no account with this address" in mailoutbox[1].body


def test_password_reset_by_code(client: Client, stranger: User, mailoutbox: list[mail.EmailMessage]) -> None:
    asked = client.post(reverse("account_reset_password"), {"email": "sam@example.com"})
    code = code_in(mailoutbox[0])

    confirmed = client.post(asked["Location"], {"code": code})
    new = "seven quiet harbours"
    client.post(confirmed["Location"], {"password1": new, "password2": new})

    assert log_in(Client(), "sam@example.com", PASSWORD) == ""
    assert log_in(Client(), "sam@example.com", new) == reverse("dashboards:home")
    assert mailoutbox[1].subject == "Your password was changed"


def test_change_of_address_counts_only_once_the_code_is_entered(
    client: Client, stranger: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    log_in(client, "sam@example.com")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    asked = client.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    stranger.refresh_from_db()
    assert stranger.email == "sam@example.com"
    message = next(message for message in mailoutbox if message.to == ["new@example.com"])
    client.post(asked["Location"], {"code": code_in(message)})
    stranger.refresh_from_db()
    assert stranger.email == "new@example.com"
    [address] = EmailAddress.objects.filter(user=stranger)
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)


def test_change_to_an_address_in_use_changes_nothing(client: Client, stranger: User) -> None:
    UserFactory.create(email="taken@example.com")
    log_in(client, "sam@example.com")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("account_email"), {"email": "taken@example.com", "action_add": ""})

    stranger.refresh_from_db()
    assert stranger.email == "sam@example.com"
    assert EmailAddress.objects.filter(email="taken@example.com").count() == 1


def test_password_change_keeps_this_session(client: Client, stranger: User) -> None:
    log_in(client, "sam@example.com")
    other = Client()
    log_in(other, "sam@example.com")
    new = "seven quiet harbours"

    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_session_list_ends_the_other_sessions(client: Client, stranger: User) -> None:
    log_in(client, "sam@example.com")
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    log_in(other, "sam@example.com")

    page = client.get(reverse("usersessions_list"))
    assert "Firefox on Linux" in page.text
    client.post(reverse("usersessions_list"))

    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_sign_up_is_closed(client: Client) -> None:
    page = client.get(reverse("account_signup"))
    answer = client.post(
        reverse("account_signup"), {"email": "me@example.com", "password1": "purple lamp over there"}
    )

    assert "Starboard is by invitation" in page.text
    assert "Starboard is by invitation" in answer.text
    assert not User.objects.exists()


def test_settings_are_saved(sign_in: SignIn, stranger: User) -> None:
    answer = sign_in(stranger).post("/account/", {"name": "Sam S", "time_zone": "Europe/Oslo"})

    assert answer["Location"] == "/account/"
    stranger.refresh_from_db()
    assert (stranger.name, stranger.time_zone, stranger.shortcuts_on) == ("Sam S", "Europe/Oslo", False)


def test_settings_refuse_an_unknown_time_zone(sign_in: SignIn, stranger: User) -> None:
    answer = sign_in(stranger).post("/account/", {"name": "Sam S", "time_zone": "Mars/Base"})

    assert answer.status_code == 422
    stranger.refresh_from_db()
    assert stranger.time_zone == "UTC"


SIGNED_OUT_PAGES = [
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_reset_password",
    "account_inactive",
    "account_password_reset_completed",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]


@pytest.mark.parametrize("route", SIGNED_OUT_PAGES)
def test_pages_for_people_signed_out_are_in_our_design(client: Client, route: str) -> None:
    answer = client.get(reverse(route))

    assert answer.status_code in (200, 401)
    assert '<main class="gate"' in answer.text


SIGNED_IN_PAGES = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "socialaccount_connections",
    "usersessions_list",
]


@pytest.mark.parametrize("route", SIGNED_IN_PAGES)
def test_pages_of_the_settings_are_in_our_design_and_clean_for_the_csp(
    client: Client, stranger: User, route: str
) -> None:
    log_in(client, "sam@example.com")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    answer = client.get(reverse(route))

    assert answer.status_code == 200
    assert "app.css" in answer.text
    assert " style=" not in answer.text
    assert "data:" not in answer.text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", answer.text)
