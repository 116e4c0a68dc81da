"""The component page stands for every page: its look at each width and theme, its keys, its buttons."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

SCREENSHOTS = Path(__file__).resolve().parent.parent.parent / ".data" / "screenshots"


@pytest.fixture
def styleguide(page: Page, live_server: LiveServer) -> Page:
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate("() => document.activeElement.blur()")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_components_have_no_accessibility_violation(
    styleguide: Page, width: int, theme: Literal["light", "dark"]
) -> None:
    styleguide.set_viewport_size({"width": width, "height": 900})
    styleguide.emulate_media(color_scheme=theme)

    found = Axe().run(styleguide)

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    styleguide.screenshot(path=SCREENSHOTS / f"styleguide-{width}-{theme}.png", full_page=True)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_is_wider_than_the_page(styleguide: Page, width: int) -> None:
    styleguide.set_viewport_size({"width": width, "height": 900})

    assert styleguide.evaluate("() => document.documentElement.scrollWidth") == width


def test_chosen_theme_wins_over_the_systems(styleguide: Page) -> None:
    styleguide.emulate_media(color_scheme="light")

    styleguide.get_by_text("Maya Okonkwo").click()
    styleguide.get_by_role("button", name="Dark").click()

    expect(styleguide.locator("html")).to_have_attribute("data-theme", "dark")
    expect(styleguide.locator("body")).to_have_css("background-color", "rgb(11, 12, 15)")


def test_question_mark_opens_the_shortcuts_and_escape_closes_them(styleguide: Page) -> None:
    styleguide.keyboard.press("?")

    expect(styleguide.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

    styleguide.keyboard.press("Escape")

    expect(styleguide.get_by_role("dialog")).to_be_hidden()


def test_shortcuts_open_by_their_button_without_script(styleguide: Page) -> None:
    styleguide.route("**/app.js", lambda route: route.abort())
    styleguide.reload()

    styleguide.get_by_role("button", name="Shortcuts").click()

    expect(styleguide.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_digit_rates_the_first_scale_without_a_rating(styleguide: Page) -> None:
    styleguide.keyboard.press("2")

    unrated = styleguide.locator("fieldset.rate").nth(1)
    expect(unrated.get_by_role("radio", name="Nearly")).to_be_checked()
    expect(unrated.get_by_role("radio", name="Nearly")).to_be_focused()


def test_keys_are_letters_while_one_types(styleguide: Page) -> None:
    styleguide.get_by_label("Action").focus()

    styleguide.keyboard.type("?2n")

    expect(styleguide.get_by_role("dialog")).to_be_hidden()
    expect(styleguide.get_by_label("Action")).to_have_value(
        "?2nI measured every step. We moved to parallel builds."
    )


def test_keys_are_silent_when_switched_off(styleguide: Page) -> None:
    styleguide.evaluate("() => { document.body.dataset.shortcuts = 'off' }")

    styleguide.keyboard.press("?")

    expect(styleguide.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(("before", "start", "end"), [("", 0, 3), ("🙂\n🙂 ", 4, 7)])
def test_go_to_words_counts_code_points(styleguide: Page, before: str, start: int, end: int) -> None:
    area = styleguide.get_by_label("Action")
    area.fill(f"{before}one two")
    button = styleguide.get_by_role("button", name="Go to the words")
    button.evaluate("(b, [s, e]) => { b.dataset.start = s; b.dataset.end = e }", [start, end])

    button.click()

    expect(area).to_be_focused()
    assert area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)") == "one"


def test_message_can_be_closed(styleguide: Page) -> None:
    messages = styleguide.locator(".toast")
    expect(messages).to_have_count(3)

    messages.first.get_by_role("button", name="Close this message").click()

    expect(messages).to_have_count(2)


def test_errors_take_the_focus_and_lead_to_their_fields(page: Page, styleguide: Page) -> None:
    styleguide.reload()

    expect(styleguide.get_by_role("alert")).to_be_focused()

    styleguide.get_by_role("alert").get_by_role("link", name="Title").click()

    expect(styleguide.locator("#id_title")).to_be_focused()
