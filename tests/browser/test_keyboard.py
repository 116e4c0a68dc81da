"""By keyboard alone: a story with four sections and a number, the review screen, the list of shortcuts."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.candidates.models import Mentorship
from apps.reviews.models import Review
from apps.stories.models import Story
from tests.browser.conftest import Enter
from tests.browser.steps import SECTIONS
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory, MentorshipFactory
from tests.factories.reviews import ReviewFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory


@pytest.fixture
def writer(page: Page, site: str, enter: Enter) -> User:
    user = UserFactory.create(name="Maya Okonkwo")
    CandidacyFactory.create(person=user)
    enter(page.context, user)
    return user


@pytest.fixture
def mentorship(page: Page, site: str, enter: Enter) -> Mentorship:
    mentorship = MentorshipFactory.create(candidacy__person__name="Maya Okonkwo")
    assert mentorship.mentor is not None
    enter(page.context, mentorship.mentor)
    return mentorship


@pytest.fixture
def waiting(mentorship: Mentorship) -> list[Review]:
    """Two stories that wait, in the order in which they were asked for."""
    reviews = []
    for days, title in ((2, "Cut checkout deploys"), (1, "Turned down the second queue")):
        story = StoryFactory.create(owner=mentorship.candidacy.person, title=title, principles=["ownership"])
        version = StoryVersionFactory.create(story=story)
        asked_at = timezone.now() - timedelta(days=days)
        reviews.append(ReviewFactory.create(mentorship=mentorship, version=version, asked_at=asked_at))
    return reviews


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the field has the focus, as somebody without a mouse does."""
    wanted = page.locator(selector).first
    for _ in range(150):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def test_story_with_four_sections_and_a_number_is_written_by_keyboard_alone(
    page: Page, site: str, writer: User
) -> None:
    page.goto(site)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log a win")
    tab_to(page, "#id_text")
    page.keyboard.type("Took the deploy down to 11 minutes")
    tab_to(page, "button[name=story]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Edit story")

    tab_to(page, "#started_on")
    page.keyboard.type("01032026")
    tab_to(page, "#principle_0")
    page.keyboard.type("Ownership")
    for section, text in SECTIONS.items():
        tab_to(page, f"#{section}")
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
    for label, text in (("Metric", "Deploy time"), ("Unit", "min"), ("Before", "47"), ("After", "11")):
        tab_to(page, f"#metric-rows [aria-label={label}]")
        page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")

    story = Story.objects.get(owner=writer)
    content = story.content()
    assert {name: getattr(content, name) for name in SECTIONS} == SECTIONS
    assert story.principles == ["ownership"]
    assert [(line.name, line.unit, line.before, line.after) for line in content.metrics] == [
        ("Deploy time", "min", Decimal(47), Decimal(11))
    ]
    assert story.started_on is not None
    assert content.is_measured


def test_review_is_read_rated_and_commented_by_keys(page: Page, site: str, waiting: list[Review]) -> None:
    first, second = (re.compile(rf"/reviews/{review.pk}/$") for review in waiting)
    page.goto(f"{site}/reviews/queue")
    page.keyboard.press("j")
    expect(page).to_have_url(first)
    page.wait_for_load_state()

    for digit, name in (("1", "Not yet"), ("2", "Nearly"), ("3", "At the bar"), ("4", "Above")):
        page.keyboard.press(digit)
        expect(page.get_by_role("radio", name=name)).to_be_checked()
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    page.evaluate("() => { document.activeElement.blur() }")
    page.keyboard.press("c")
    expect(page.get_by_label("Comment on situation").last).to_be_focused()
    page.keyboard.type("Was this agreed?")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "unsaved")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    page.keyboard.press("Escape")
    page.evaluate("() => { document.activeElement.blur() }")

    page.keyboard.press("j")
    expect(page).to_have_url(second)
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(page).to_have_url(first)
    expect(page.get_by_role("radio", name="Above")).to_be_checked()
    expect(page.locator("#id_comment-situation")).to_have_value("Was this agreed?")


def test_enter_on_a_rating_does_not_send_the_review(page: Page, site: str, waiting: list[Review]) -> None:
    page.goto(f"{site}/reviews/{waiting[0].pk}/")
    page.locator("label[for^=id_verdict]", has_text="Endorse").click()
    page.keyboard.press("3")

    page.keyboard.press("Enter")

    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    waiting[0].refresh_from_db()
    assert waiting[0].sent_at is None
    assert [rating.value for rating in waiting[0].ratings.all()] == [3]


def test_shortcuts_are_listed_and_lead_to_pages(page: Page, site: str, writer: User) -> None:
    page.goto(site)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Log a win")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.keyboard.press("g")
    page.keyboard.press("s")

    expect(page).to_have_url(f"{site}/stories/")


def test_shortcuts_switched_off_in_the_settings_are_silent(page: Page, site: str, writer: User) -> None:
    page.goto(f"{site}/account/")
    page.get_by_role("checkbox", name="Keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(site)

    page.keyboard.press("n")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(f"{site}/")
    page.get_by_role("button", name="Shortcuts").click()
    expect(page.get_by_role("dialog")).to_contain_text("Shortcuts are switched off for you.")
