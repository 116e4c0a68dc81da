"""From the briefing to the first plan that closes a gap."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.readiness.models import Action
from tests.browser import steps
from tests.browser.conftest import OpenBrowser
from tests.factories.frameworks import shipped_version


@pytest.mark.parametrize(
    "viewport", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}], ids=["desk", "phone"]
)
@pytest.mark.parametrize("has_javascript", [True, False], ids=["js", "no-js"])
def test_from_the_briefing_to_the_first_gap_plan(
    open_browser: OpenBrowser, site: str, viewport: dict[str, int], has_javascript: bool
) -> None:
    shipped_version()
    page: Page = open_browser(viewport=viewport, java_script_enabled=has_javascript)
    steps.accept_invitation(page, steps.invite_from_the_command_line("noor@example.com"), "Noor Haddad")
    page.get_by_role("link", name="Start a candidacy").click()
    steps.start_candidacy(page)

    # A challenge applies, and what helps against it appears with links.
    asked = page.get_by_role("group", name="Does scope perception apply to you?")
    asked.get_by_role("button", name="Applies to me").click()
    expect(page.get_by_text("What helps against it")).to_be_visible()
    steps.rate_oneself(page)

    # The facts of somebody who has just begun suggest gaps; one is taken on.
    page.goto(f"{site}/readiness/gaps/")
    page.get_by_role("button", name="Take on: Influence among engineers only", exact=True).click()
    gap = page.get_by_role("region", name="Influence among engineers only")
    expect(gap).to_be_visible()

    # One step is the framework's, by one click; another is one's own, with a day.
    gap.get_by_role("button", name="Agree with one product partner").click()
    expect(gap.get_by_role("link", name="Done: Agree with one product partner")).to_be_visible()
    gap.get_by_role("link", name="Add a step").click()
    page.get_by_label("What you will do").fill("Sit in on two customer calls")
    page.get_by_label("Due").fill(str(timezone.localdate() - timedelta(days=1)))
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_text("That day is over").first).to_be_visible()
    expect(page.get_by_label("What you will do")).to_have_value("Sit in on two customer calls")
    page.get_by_label("Due").fill(str(timezone.localdate() + timedelta(days=3)))
    page.get_by_role("button", name="Plan it").click()
    expect(gap.get_by_role("link", name="Sit in on two customer calls", exact=True)).to_be_visible()

    # It is due soon, so Today leads to it; done, it names what shows it or says why nothing does.
    page.goto(site)
    page.get_by_role("link", name="Sit in on two customer calls").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sit in on two customer calls")
    page.goto(f"{site}/readiness/gaps/")
    page.get_by_role("link", name="Done: Sit in on two customer calls").click()
    page.get_by_label("Or why nothing shows it").fill("Two calls, nothing written yet")
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("Two calls, nothing written yet")).to_be_visible()
    assert sorted(Action.objects.values_list("status", flat=True)) == ["done", "planned"]
