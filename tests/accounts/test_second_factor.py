import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from tests.cast import CountStatements, Posted, SignIn
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def code_of(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def log_in(browser: Client, email: str) -> str:
    return browser.post(LOGIN, {"login": email, "password": PASSWORD}).get("Location", "")


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_makes_recovery_codes_and_is_asked_for_next_time(
    client: Client, stranger: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    log_in(client, stranger.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert "<svg" in page.text
    assert "data:image" not in page.text
    secret = page.context["form"].secret

    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(answer["Location"]).text.count("<li><code>") == 10
    assert mailoutbox[0].subject == "Your authenticator app is switched on"
    cache.clear()
    other = Client()
    assert log_in(other, stranger.email) == reverse("mfa_authenticate")
    assert not is_signed_in(other)
    # A code counts once, and this one was used to switch the app on.
    recovery = RecoveryCodes(
        Authenticator.objects.get(user=stranger, type=Authenticator.Type.RECOVERY_CODES)
    ).get_unused_codes()[0]
    other.post(reverse("mfa_authenticate"), {"code": recovery})
    assert is_signed_in(other)


def test_second_step_takes_the_code_of_the_app(client: Client, stranger: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(stranger, secret)
    log_in(client, stranger.email)

    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    right = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert "That code is not right" in wrong.text
    assert right["Location"] == reverse("dashboards:home")
    assert is_signed_in(client)


def test_sign_in_by_code_still_asks_for_the_second_step(
    client: Client, stranger: User, mailoutbox: list[mail.EmailMessage]
) -> None:
    TOTP.activate(stranger, generate_totp_secret())
    client.post(reverse("account_request_login_code"), {"email": stranger.email})
    code = str(mailoutbox[0].body).split("\n\n")[2].strip()

    answer = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_recovery_code_works_once(client: Client, stranger: User) -> None:
    TOTP.activate(stranger, generate_totp_secret())
    code = RecoveryCodes.activate(stranger).get_unused_codes()[0]
    log_in(client, stranger.email)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)
    cache.clear()

    again = Client()
    log_in(again, stranger.email)
    again.post(reverse("mfa_authenticate"), {"code": code})

    assert not is_signed_in(again)


def test_reset_mfa_removes_the_second_step_and_ends_sessions(
    client: Client,
    stranger: User,
    posted: Posted,
) -> None:
    log_in(client, stranger.email)
    TOTP.activate(stranger, generate_totp_secret())
    RecoveryCodes.activate(stranger)

    call_command("reset_mfa", stranger.email.upper())

    assert not Authenticator.objects.filter(user=stranger).exists()
    assert client.get("/account/").status_code == 302
    assert posted()[-1].subject == "Your second step was removed"
    assert log_in(Client(), stranger.email) == reverse("dashboards:home")


def test_reset_mfa_of_nobody_says_so() -> None:
    with pytest.raises(CommandError, match="nobody has an account"):
        call_command("reset_mfa", "nobody@example.com")


@pytest.mark.parametrize("person", ["organiser", "administrator"])
def test_organisers_and_administrators_are_led_to_set_it_up(
    request: pytest.FixtureRequest, sign_in: SignIn, settings: Settings, person: str
) -> None:
    settings.MFA_REQUIRED_OF_STAFF = True
    browser = sign_in(request.getfixturevalue(person))

    answer = browser.get("/account/invitations/")

    assert answer["Location"] == reverse("mfa_index")
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    assert "Set it up to go on" in page.text
    assert browser.post("/account/invitations/new/", {}).status_code == 302
    assert browser.get(reverse("account_reauthenticate")).status_code == 200
    assert browser.post(reverse("account_logout")).status_code == 302
    assert not is_signed_in(browser)


def test_once_set_up_everything_is_open(sign_in: SignIn, organiser: User, settings: Settings) -> None:
    settings.MFA_REQUIRED_OF_STAFF = True
    TOTP.activate(organiser, generate_totp_secret())

    assert sign_in(organiser).get("/account/invitations/").status_code == 200


def test_switching_it_off_leads_back_to_setting_it_up(
    client: Client, organiser: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED_OF_STAFF = True
    secret = generate_totp_secret()
    TOTP.activate(organiser, secret)
    log_in(client, organiser.email)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.get("/account/").status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=organiser).exists()
    assert client.get("/account/")["Location"] == reverse("mfa_index")


def test_requirement_costs_other_people_no_statement(
    sign_in: SignIn, stranger: User, organiser: User, settings: Settings, statements: CountStatements
) -> None:
    settings.MFA_REQUIRED_OF_STAFF = True
    TOTP.activate(organiser, generate_totp_secret())
    ordinary, staff = sign_in(stranger), sign_in(organiser)
    staff.get("/account/")

    with statements() as of_ordinary:
        ordinary.get("/account/")
    with statements() as of_staff:
        staff.get("/account/")

    assert of_ordinary.count == of_staff.count
    assert not [statement for statement in of_staff.sql if "mfa_authenticator" in statement]


def test_nobody_is_asked_in_the_demo(sign_in: SignIn, organiser: User, settings: Settings) -> None:
    settings.MFA_REQUIRED_OF_STAFF = False

    assert sign_in(organiser).get("/account/invitations/").status_code == 200
