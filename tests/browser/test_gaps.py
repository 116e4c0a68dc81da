"""From the briefing to the first plan that closes a gap."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.readiness.models import Action
from tests.browser import steps
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.candidates import MentorshipFactory
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


@pytest.mark.parametrize("has_javascript", [True, False], ids=["js", "no-js"])
def test_a_disagreement_between_self_and_mentor_becomes_an_action(
    open_browser: OpenBrowser, enter: Enter, site: str, has_javascript: bool
) -> None:
    mentorship = MentorshipFactory.create(
        candidacy__person__name="Noor Haddad", mentor__name="Henrik Dahl", readiness_granted_at=timezone.now()
    )
    page = open_browser(java_script_enabled=has_javascript)
    theirs = open_browser(java_script_enabled=has_javascript)
    enter(page.context, mentorship.candidacy.person)
    assert mentorship.mentor
    enter(theirs.context, mentorship.mentor)

    # The candidate says one thing, the mentor another; nothing of it is seen before Send.
    page.goto(f"{site}/readiness/indicators/")
    own = page.get_by_role("region", name="Mentors engineers at L5 and above")
    own.get_by_text("At the bar", exact=True).first.click()
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_text("At the bar").first).to_be_visible()
    expect(page.get_by_text("Saved, dated today").first).to_be_visible()
    theirs.goto(f"{site}/my-candidates/")
    theirs.get_by_role("link", name="Readiness of Noor Haddad").click()
    asked = theirs.get_by_role("group", name="Mentors engineers at L5 and above")
    asked.get_by_text("Not yet", exact=True).first.click()
    theirs.get_by_role("button", name="Keep as a draft").click()
    expect(theirs.get_by_text("Kept as a draft")).to_be_visible()
    page.goto(f"{site}/readiness/talk/")
    expect(page.get_by_text("Henrik Dahl says")).to_have_count(0)
    theirs.get_by_role("button", name="Send ratings").click()
    expect(theirs.get_by_text("Sent: Noor Haddad sees 1 rating of yours")).to_be_visible()

    # It stands on the list, becomes a gap, and the gap gets a step with a day.
    page.reload()
    expect(page.get_by_text("You say “At the bar”, Henrik Dahl says “Not yet”.")).to_be_visible()
    page.get_by_role("button", name="Take on as a gap: Mentors engineers at L5 and above").click()
    gap = page.get_by_role("region", name="Mentors engineers at L5 and above")
    gap.get_by_role("link", name="Add a step").click()
    page.get_by_label("What you will do").fill("Agree on an aim with one engineer at L5")
    page.get_by_role("button", name="Plan it").click()
    expect(
        gap.get_by_role("link", name="Agree on an aim with one engineer at L5", exact=True)
    ).to_be_visible()
