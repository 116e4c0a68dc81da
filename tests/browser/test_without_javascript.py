"""The main job by ordinary form posts, in a browser that runs no script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from tests.browser import steps
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.frameworks import shipped_version
from tests.factories.stories import StoryFactory

TITLE = "Cut checkout deploys from 47 to 11 minutes"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": WIDE, "java_script_enabled": False}


@pytest.fixture
def candidate(site: str, page: Page, enter: Enter) -> User:
    """Somebody with a candidacy, signed in."""
    user = UserFactory.create()
    CandidacyFactory.create(person=user)
    enter(page.context, user)
    return user


def save(page: Page) -> None:
    page.locator("[data-save]").click()


def test_a_win_becomes_an_endorsed_story(page: Page, open_browser: OpenBrowser, site: str) -> None:
    shipped_version()
    steps.accept_invitation(page, steps.invite_from_the_command_line("noor@example.com"), "Noor Haddad")
    page.get_by_role("link", name="Start a candidacy").click()
    steps.start_candidacy(page)
    steps.rate_oneself(page)
    page.goto(site)
    steps.log_a_win(page, "Took the deploy down to 11 minutes")
    page.goto(f"{site}/wins/")
    page.get_by_role("button", name="Turn into a story: Took the deploy").click()

    steps.write_story(page, title=TITLE)
    save(page)
    steps.expect_story(page, title=TITLE)
    steps.fill_metric(page, "Failed deploys", "a week", "6", "1")
    page.get_by_role("button", name="Save version").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    expect(page.locator("#metric-rows tr").nth(1).get_by_label("Metric")).to_have_value("Failed deploys")
    expect(page.locator("#metric-rows tr")).to_have_count(3)
    story = page.url

    page.goto(f"{site}/mentors/")
    link = steps.invite_mentor(page, "Henrik Dahl", "henrik@example.com")
    mentor = open_browser(viewport=WIDE, java_script_enabled=False)
    steps.accept_invitation(mentor, link, "Henrik Dahl")
    page.goto(story)
    steps.ask_for_review(page, "Henrik Dahl", question="Is my own part plain?")

    mentor.goto(f"{site}/reviews/queue")
    mentor.get_by_role("link", name=TITLE).first.click()
    mentor.locator("#id_comment-action").fill("Which of these did you do yourself?")
    mentor.locator("#section-action").get_by_role("button", name="Add comment").click()
    expect(mentor.locator("#talk")).to_contain_text("Which of these did you do yourself?")
    steps.choose(mentor, "Nearly", within=mentor.get_by_role("group", name="Ownership"))
    steps.send_review(mentor, "Ask for changes", "Say what was yours, then it carries.")

    page.goto(f"{site}/reviews/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Which of these did you do yourself?")).to_be_visible()
    page.get_by_role("link", name="Revise the story").click()
    page.locator("#action").fill(f"I wrote the scheduler. {steps.SECTIONS['action']}")
    steps.ask_for_review(page, "Henrik Dahl")

    mentor.goto(f"{site}/reviews/queue")
    mentor.get_by_role("link", name=TITLE).first.click()
    steps.choose(mentor, "At the bar", within=mentor.get_by_role("group", name="Ownership"))
    steps.send_review(mentor, "Endorse", "Now it is plain.")

    page.goto(site)
    steps.expect_row_of_ownership(page, "1 corroborated")


def test_two_tabs_get_both_texts_and_one_of_them_is_kept(page: Page, candidate: User, site: str) -> None:
    story = StoryFactory.create(owner=candidate, task="As it was")
    address = f"{site}/stories/{story.pk}/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    other.locator("#task").fill("From the other tab")
    save(other)

    page.locator("#task").fill("From this tab")
    steps.fill_metric(page, "Deploy time", "min", "47", "11")
    save(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("This story was changed elsewhere")
    expect(page.locator("#task")).to_have_value("From this tab")
    expect(page.get_by_role("group", name="Task")).to_contain_text("From the other tab")
    page.get_by_role("button", name="Keep what is on the left").click()
    expect(page.locator("#task")).to_have_value("From this tab")
    expect(page.locator("#metric-rows tr").first.get_by_label("After", exact=True)).to_have_value("11")


def test_what_cannot_be_read_is_said_at_its_field_and_the_rest_is_saved(
    page: Page, candidate: User, site: str
) -> None:
    story = StoryFactory.create(owner=candidate)
    page.goto(f"{site}/stories/{story.pk}/")
    page.locator("#task").fill("A new task")
    page.locator("#started_on").fill("2026-03-01")
    page.locator("#ended_on").fill("2026-02-01")
    steps.fill_metric(page, "Deploy time", "min", "about 47", "11")
    save(page)

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("The end is before the start.")
    expect(summary).to_contain_text("Write the number alone, such as 4.1; the unit has its own field.")
    expect(page.get_by_label("Before", exact=True).first).to_have_value("about 47")
    expect(page.locator("#ended_on")).to_have_value("2026-02-01")
    story.refresh_from_db()
    assert story.task == "A new task"


def test_a_target_date_in_the_past_is_refused_at_its_field(page: Page, site: str, enter: Enter) -> None:
    shipped_version()
    enter(page.context, UserFactory.create())
    page.goto(f"{site}/candidacy/new/")
    page.get_by_role("group", name="Your level now").locator("label").first.click()
    page.get_by_role("group", name="The level you aim for").locator("label").first.click()
    page.get_by_label("Target date").fill("2020-01-01")

    page.get_by_role("button", name="Start").click()

    field = page.get_by_label("Target date")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("2020-01-01")
    expect(page.get_by_role("alert").get_by_role("link", name="Target date")).to_be_visible()


def test_the_page_says_that_typing_is_not_saved_without_javascript(
    page: Page, candidate: User, site: str
) -> None:
    story = StoryFactory.create(owner=candidate)

    page.goto(f"{site}/stories/{story.pk}/")

    expect(page.get_by_text("Saved as you type.")).to_be_hidden()
    expect(page.get_by_text("Without JavaScript nothing is saved until you press Save.")).to_be_visible()
