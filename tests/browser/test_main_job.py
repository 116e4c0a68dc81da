"""The whole of the main job: from an invitation to an endorsed story, by two people in two browsers."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import OpenBrowser
from tests.factories.frameworks import shipped_version

TITLE = "Cut checkout deploys from 47 to 11 minutes"


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_a_win_becomes_an_endorsed_story(  # noqa: PLR0915 - one story, told in its order
    page: Page, open_browser: OpenBrowser, site: str, size: tuple[int, int]
) -> None:
    shipped_version()
    width, height = size
    page.set_viewport_size({"width": width, "height": height})

    # The candidate comes in, and begins.
    steps.accept_invitation(page, steps.invite_from_the_command_line("noor@example.com"), "Noor Haddad")
    page.get_by_role("link", name="Start a candidacy").click()
    steps.start_candidacy(page)
    steps.rate_oneself(page)
    page.goto(f"{site}/timeline/")
    expect(page.get_by_role("heading", name="Assess readiness")).to_be_visible()

    # A win in one line: by the capture bar, and by its key.
    page.goto(site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    steps.log_a_win(page, "Took the deploy down to 11 minutes")
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a win")
    steps.log_a_win(page, "Removed the flaky test of the week")

    # From the win to a story that is saved as it is typed.
    page.goto(f"{site}/wins/")
    page.get_by_role("button", name="Turn into a story: Took the deploy").click()
    steps.write_story(page, title=TITLE)
    expect_saved(page)
    expect(page.locator("#result-words")).to_contain_text("18 of about")
    page.reload()
    steps.expect_story(page, title=TITLE)
    page.get_by_role("button", name="Save version").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    story = page.url

    # A mentor is invited by a link, and accepts in a browser of their own.
    page.goto(f"{site}/mentors/")
    link = steps.invite_mentor(page, "Henrik Dahl", "henrik@example.com")
    mentor = open_browser(viewport={"width": width, "height": height})
    steps.accept_invitation(mentor, link, "Henrik Dahl")
    expect(mentor.get_by_role("heading", level=1)).to_have_text("My candidates")
    mentor.goto(f"{site}/reviews/queue")
    expect(mentor.get_by_text("Nothing waits for you")).to_be_visible()

    page.goto(story)
    steps.ask_for_review(page, "Henrik Dahl", question="Is my own part plain?")

    # The mentor comments, rates by keys, and asks for changes.
    mentor.reload()
    mentor.get_by_role("link", name=TITLE).click()
    expect(mentor.get_by_text("Is my own part plain?")).to_be_visible()
    mentor.wait_for_load_state()
    mentor.keyboard.press("2")
    expect(mentor.get_by_role("group", name="Ownership").get_by_role("radio", name="Nearly")).to_be_checked()
    mentor.locator("#id_comment-action").fill("Which of these did you do yourself?")
    mentor.locator("#section-action").get_by_role("button", name="Add comment").click()
    expect(mentor.locator("#talk")).to_contain_text("Which of these did you do yourself?")
    expect_saved(mentor)

    # Nothing of it reaches the candidate before it is sent.
    page.goto(f"{site}/reviews/")
    expect(page.get_by_text("No review yet")).to_be_visible()
    expect(page.get_by_text("Which of these did you do yourself?")).to_have_count(0)
    steps.send_review(mentor, "Ask for changes", "Say what was yours, then it carries.")
    page.reload()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Say what was yours, then it carries.")).to_be_visible()
    expect(page.get_by_text("Which of these did you do yourself?")).to_be_visible()

    # She revises, asks again, and is endorsed.
    page.get_by_role("link", name="Revise the story").click()
    page.locator("#action").fill(f"I wrote the scheduler. {steps.SECTIONS['action']}")
    expect_saved(page)
    steps.ask_for_review(page, "Henrik Dahl")
    mentor.goto(f"{site}/reviews/queue")
    mentor.get_by_role("link", name=TITLE).first.click()
    expect(mentor.get_by_text("I wrote the scheduler.")).to_be_visible()
    mentor.wait_for_load_state()
    mentor.keyboard.press("3")
    steps.send_review(mentor, "Endorse", "Now it is plain.")

    page.goto(site)
    steps.expect_row_of_ownership(page, "1 corroborated")

    # A word that differs from the endorsed version takes the step back, and says so.
    page.goto(story)
    page.locator("#task").fill("Fewer words")
    expect_saved(page)
    page.goto(site)
    steps.expect_row_of_ownership(page, "edited since")
    steps.expect_row_of_ownership(page, "1 evidenced")
