"""Signing in: by password, by a code sent by mail, by passkey; and what a wrong one gets."""

import re
from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import CDPSession, Page, expect

from apps.accounts.models import User
from tests.browser.pages import code_in
from tests.factories.accounts import PASSWORD, UserFactory


@pytest.fixture
def person(site: str) -> User:
    return UserFactory.create(name="Noor Haddad", email="noor@example.com")


@pytest.fixture
def authenticator(page: Page) -> Iterator[CDPSession]:
    """A passkey's device that agrees to everything, in place of a finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield session
    session.detach()


def give_password(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_password_leads_to_the_page_that_was_asked_for(page: Page, site: str, person: User) -> None:
    page.goto(f"{site}/candidacy/new/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    give_password(page, PASSWORD)

    expect(page).to_have_url(f"{site}/candidacy/new/")


def test_wrong_password_is_said_without_telling_whether_the_account_exists(
    page: Page, site: str, person: User
) -> None:
    page.goto(f"{site}/accounts/login/")
    give_password(page, "not the password")
    said = page.get_by_role("alert").inner_text()
    expect(page.get_by_label("E-mail")).to_have_value("noor@example.com")

    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("alert")).to_have_text(re.compile(re.escape(said.split("\n")[-1])))


def test_code_from_a_mail_signs_in(
    page: Page, site: str, person: User, mailoutbox: list[EmailMessage]
) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("link", name="Send me a code").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill("WRONG-CODE")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Code")).to_have_attribute("aria-invalid", "true")

    page.get_by_label("Code").fill(code_in(str(mailoutbox[-1].body)))
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Noor")


def test_passkey_is_added_and_signs_in(
    page: Page, site: str, person: User, authenticator: CDPSession
) -> None:
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    give_password(page, PASSWORD)
    if page.get_by_role("heading", level=1).inner_text() != "Add a passkey or security key":
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("codes|keys", re.IGNORECASE))

    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Noor")
