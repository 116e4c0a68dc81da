"""What people do on the pages, step by step; each works with JavaScript and without."""

import re
from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.factories.accounts import PASSWORD
from tests.factories.stories import words

SECTIONS = {
    "situation": words(18, "checkout"),
    "task": words(18, "halve"),
    "action": words(45, "measured"),
    "result": words(18, "faster"),
}


def invite_from_the_command_line(email: str, *, kind: str = "candidate") -> str:
    """Return the link that `manage.py invite` prints."""
    printed = StringIO()
    call_command("invite", email, f"--{kind}", "--name", "Noor", stdout=printed)
    return printed.getvalue().strip()


def accept_invitation(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account and accept").click()


def start_candidacy(page: Page, *, target_on: date | None = None) -> None:
    page.get_by_role("group", name="Your level now").locator("label").first.click()
    page.get_by_role("group", name="The level you aim for").locator("label").first.click()
    page.get_by_label("Target date").fill(str(target_on or timezone.localdate() + timedelta(days=250)))
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Briefing", level=1)).to_be_visible()


def choose(page: Page, name: str, *, within: Locator) -> None:
    """Press the label of a radio button, which is what one sees of it."""
    within.locator("label").get_by_text(name, exact=True).click()


def rate_oneself(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="Rate yourself").click()
    choose(page, "At the bar", within=page.get_by_role("group", name="Ownership"))
    choose(page, "Nearly", within=page.get_by_role("group", name="Dive Deep"))
    page.get_by_role("button", name="Save ratings").click()
    expect(page.get_by_text("Saved: 2 ratings, dated today.")).to_be_visible()


def log_a_win(page: Page, text: str) -> None:
    page.get_by_label("What did you get done?").fill(text)
    page.get_by_role("button", name="Log it", exact=True).click()
    expect(page.get_by_text("Logged.", exact=True)).to_be_visible()


def write_story(page: Page, *, title: str) -> None:
    """Fill every field of the editor that is needed for evidence."""
    page.get_by_label("Title").fill(title)
    page.locator("#started_on").fill(str(timezone.localdate() - timedelta(days=200)))
    page.get_by_label("Principle that leads").select_option("ownership")
    for section, text in SECTIONS.items():
        page.locator(f"#{section}").fill(text)
    fill_metric(page, "Deploy time", "min", "47", "11")


def fill_metric(page: Page, name: str, unit: str, before: str, after: str) -> None:
    row = page.locator("#metric-rows tr").last
    row.get_by_label("Metric").fill(name)
    row.get_by_label("Unit").fill(unit)
    row.get_by_label("Before", exact=True).fill(before)
    row.get_by_label("After", exact=True).fill(after)


def expect_story(page: Page, *, title: str) -> None:
    expect(page.get_by_label("Title")).to_have_value(title)
    for section, text in SECTIONS.items():
        expect(page.locator(f"#{section}")).to_have_value(text)
    row = page.locator("#metric-rows tr").first
    expect(row.get_by_label("Metric")).to_have_value("Deploy time")
    expect(row.get_by_label("Before", exact=True)).to_have_value("47")
    expect(row.get_by_label("After", exact=True)).to_have_value("11")


def invite_mentor(page: Page, name: str, email: str) -> str:
    """Return the link that the page shows to copy."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    choose(page, "Mentor", within=page.locator("form", has=page.get_by_label("E-mail")))
    page.get_by_role("button", name="Send the invitation").click()
    return page.get_by_label("Link", exact=True).input_value()


def ask_for_review(page: Page, mentor: str, *, question: str = "") -> None:
    """From the editor, through the page that asks."""
    page.get_by_role("button", name="Ask for review").click()
    page.get_by_label("What should they look at").fill(question)
    page.get_by_role("button", name=f"Ask {mentor.split(maxsplit=1)[0]} for a review").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ask for a review")


def send_review(page: Page, verdict: str, rationale: str) -> None:
    choose(page, verdict, within=page.get_by_role("group", name="Verdict"))
    page.get_by_label("Rationale").fill(rationale)
    page.get_by_role("button", name="Send review").click()
    expect(page.get_by_text(re.compile("^Sent to "))).to_be_visible()


def expect_row_of_ownership(page: Page, said: str) -> None:
    expect(page.get_by_role("row").filter(has_text="Ownership")).to_contain_text(said)
