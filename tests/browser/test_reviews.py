"""Reviews in a browser: by keyboard, without JavaScript, at two widths, in two themes."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.candidates.models import Mentorship
from apps.reviews.models import Review
from tests.cast import NOW
from tests.factories.reviews import CommentFactory, RatingFactory, ReviewFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory

SCREENSHOTS = Path(__file__).resolve().parent.parent.parent / ".data" / "screenshots"

type Enter = Callable[[BrowserContext, User], None]


@pytest.fixture
def enter(live_server: LiveServer) -> Enter:
    """Sign somebody in to a browser context."""

    def entered(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return entered


@pytest.fixture
def waiting(live_server: LiveServer, mentorship: Mentorship, candidate: User) -> list[Review]:
    """Two stories of Maya's that wait for Henrik."""
    reviews = []
    for title in ("Cut checkout deploys", "Turned down the second queue"):
        story = StoryFactory.create(owner=candidate, title=title, principles=["ownership", "dive_deep"])
        StoryMetricFactory.create(story=story)
        version = StoryVersionFactory.create(story=story)
        reviews.append(ReviewFactory.create(mentorship=mentorship, version=version))
    return reviews


def test_a_mentor_reviews_by_keyboard_and_what_is_typed_is_saved(
    page: Page, live_server: LiveServer, mentor: User, waiting: list[Review], enter: Enter
) -> None:
    enter(page.context, mentor)
    page.goto(live_server.url + reverse("reviews:queue"))
    first, second = (re.compile(rf"{reverse('reviews:edit', args=[one.pk])}$") for one in waiting)
    saved = page.locator("[data-saved]")

    page.keyboard.press("j")
    expect(page).to_have_url(first)
    page.wait_for_load_state()
    page.keyboard.press("3")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("2")
    expect(page.locator("#id_rate-principle-ownership_2")).to_be_checked()
    expect(page.locator("#id_rate-principle-dive_deep_1")).to_be_checked()
    expect(page.locator(".why-3").first).to_be_visible()
    expect(saved).to_have_attribute("data-state", "saved")

    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("c")
    expect(page.locator("#id_comment-situation")).to_be_focused()
    page.keyboard.type("Was this agreed?")
    expect(saved).to_have_attribute("data-state", "unsaved")
    expect(saved).to_have_attribute("data-state", "saved")
    page.locator("#section-situation").get_by_role("button", name="Add comment").click()
    expect(page.locator("#talk .cm")).to_contain_text("Was this agreed?")
    expect(page.locator("#id_comment-situation")).to_have_value("")

    page.locator("#talk").get_by_role("button", name="Delete comment 1").click()
    expect(page.locator("#talk .cm")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#talk .cm")).to_have_count(1)

    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page).to_have_url(second)
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(page).to_have_url(first)
    expect(page.locator("#id_rate-principle-dive_deep_1")).to_be_checked()


def test_two_tabs_show_both_texts(
    page: Page, live_server: LiveServer, mentor: User, waiting: list[Review], enter: Enter
) -> None:
    enter(page.context, mentor)
    path = live_server.url + reverse("reviews:edit", args=[waiting[0].pk])
    page.goto(path)
    other = page.context.new_page()
    other.goto(path)
    other.locator("#id_rationale").fill("From the other tab.")
    expect(other.locator("[data-saved]")).to_have_attribute("data-state", "saved")

    page.locator("#id_rationale").fill("From this tab.")

    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "conflict")
    expect(page.locator(".conflict")).to_contain_text("From this tab.")
    expect(page.locator(".conflict")).to_contain_text("From the other tab.")
    page.get_by_role("button", name="Keep what I typed").click()
    expect(page.locator(".conflict")).to_have_count(0)
    expect(page.locator("#id_rationale")).to_have_value("From this tab.")


def test_a_mentor_reviews_on_a_phone_without_javascript(
    browser: Browser, live_server: LiveServer, mentor: User, waiting: list[Review], enter: Enter
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    enter(context, mentor)
    page = context.new_page()
    page.goto(live_server.url + reverse("reviews:edit", args=[waiting[0].pk]))

    page.locator("label[for=id_rate-principle-ownership_2]").click()
    page.locator("#section-action label").click()
    page.keyboard.type("Which part was yours?")
    page.locator("#section-action").get_by_role("button", name="Add comment").click()
    expect(page.locator("#talk .cm")).to_contain_text("Which part was yours?")
    expect(page.locator("#id_rate-principle-ownership_2")).to_be_checked()
    page.get_by_role("button", name="Send review").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose whether you endorse this story")
    page.locator("label[for=id_verdict_0]").click()
    page.get_by_role("button", name="Send review").click()

    expect(page).to_have_url(re.compile(reverse("reviews:edit", args=[waiting[1].pk])))
    assert Review.objects.get(pk=waiting[0].pk).verdict == "endorse"
    context.close()


def _note(said: list[str], message: ConsoleMessage) -> None:
    said.append(message.text)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_of_reviews_are_accessible_and_fit(
    browser: Browser,
    live_server: LiveServer,
    mentor: User,
    candidate: User,
    waiting: list[Review],
    enter: Enter,
    width: int,
    theme: Literal["light", "dark"],
) -> None:
    sent, draft = waiting
    CommentFactory.create(review=draft)
    CommentFactory.create(review=sent)
    RatingFactory.create(review=sent, reason="Held for a year.")
    Review.objects.filter(pk=sent.pk).update(sent_at=NOW, verdict="endorse", rationale="Clear.")
    pages = [
        (mentor, "queue", reverse("reviews:queue")),
        (mentor, "edit", reverse("reviews:edit", args=[draft.pk])),
        (mentor, "sent", reverse("reviews:edit", args=[sent.pk])),
        (candidate, "index", reverse("reviews:index")),
        (candidate, "show", reverse("reviews:show", args=[sent.pk])),
        (candidate, "ask", reverse("reviews:ask", args=[draft.version.story_id])),
    ]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    for person, name, path in pages:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        enter(context, person)
        page = context.new_page()
        said: list[str] = []
        page.on("console", partial(_note, said))
        page.goto(live_server.url + path)
        found = Axe().run(page)

        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("() => document.documentElement.scrollWidth") == width, name
        assert said == []
        page.screenshot(path=SCREENSHOTS / f"reviews-{name}-{width}-{theme}.png", full_page=True)
        context.close()
