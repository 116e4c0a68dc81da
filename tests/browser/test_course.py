"""The course of a candidacy: begun with the briefing, followed by its phases, moved to another date."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.factories.frameworks import shipped_version


def test_a_candidacy_from_its_briefing_to_another_date(page: Page, site: str) -> None:
    shipped_version()
    steps.accept_invitation(page, steps.invite_from_the_command_line("noor@example.com"), "Noor Haddad")
    page.get_by_role("link", name="Start a candidacy").click()
    steps.start_candidacy(page)

    # The briefing: a challenge that applies brings what helps against it, without another page.
    page.get_by_role("group", name="Does scope perception apply to you?").get_by_text("Applies to me").click()
    expect(page.get_by_text("No stories affecting two or more teams yet")).to_be_visible()
    expect(page.get_by_text("1 of 3 apply")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 of 3 apply")).to_be_visible()

    # Its phase: a line that no fact can tell is ticked, and taken back by another click.
    page.goto(f"{site}/timeline/")
    page.get_by_role("link", name="Assess readiness", exact=True).click()
    line = page.get_by_role("checkbox", name="Talk through the points")
    line.click()
    expect(line).to_be_checked()
    expect(page.get_by_text("1 of 8 done")).to_be_visible()
    line.click()
    expect(line).not_to_be_checked()

    # Another date: shown first, still there on the way back, saved from what was shown.
    target_on = timezone.localdate() + timedelta(days=400)
    page.goto(f"{site}/candidacy/edit/")
    page.get_by_label("Target date").fill(str(target_on))
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    page.get_by_role("link", name="Go back and change it").click()
    expect(page.get_by_label("Target date")).to_have_value(str(target_on))
    page.get_by_role("button", name="See what changes").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Your timeline follows the new plan.")).to_be_visible()
