"""Scope by names: counted while one types, and recorded just as well where no script runs."""

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.scope.models import Snapshot
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory

WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def candidate(site: str) -> User:
    user = UserFactory.create()
    CandidacyFactory.create(person=user)
    return user


def _counted(page: Page, label: str) -> str:
    return page.locator("#counts div").filter(has_text=label).locator("dd").inner_text()


def test_names_are_counted_while_they_are_typed(site: str, page: Page, candidate: User, enter: Enter) -> None:
    enter(page.context, candidate)
    page.goto(f"{site}/scope/new/")
    assert _counted(page, "Teams affected") == "0"

    page.get_by_label("Teams affected").press_sequentially("Ledger\nBasket\nledger")

    expect(page.locator("#counts div").filter(has_text="Teams affected").locator("dd")).to_have_text("2")
    expect(page.get_by_label("Teams affected")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your scope is recorded.")).to_be_visible()
    assert Snapshot.objects.get().teams == ["Ledger", "Basket"]


def test_a_month_is_recorded_from_the_last_one_without_a_script(
    site: str, open_browser: OpenBrowser, candidate: User, enter: Enter
) -> None:
    page = open_browser(viewport=WIDE, java_script_enabled=False)
    enter(page.context, candidate)
    page.goto(f"{site}/scope/")
    page.get_by_role("link", name="Record today’s scope").first.click()
    page.get_by_label("Date", exact=True).fill("2026-01-15")
    page.get_by_label("Teams affected").fill("Ledger\nBasket")
    page.get_by_role("button", name="Save").click()

    page.get_by_role("link", name="Record today’s scope").click()
    expect(page.get_by_label("Teams affected")).to_have_value("Ledger\nBasket")
    assert _counted(page, "Teams affected") == "2"
    page.get_by_label("Teams affected").fill("Ledger\nBasket\nSearch")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("1 of 1 figure higher than at first")).to_be_visible()
    page.get_by_role("button", name="Delete the snapshot").first.click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("tbody tr")).to_have_count(2)
