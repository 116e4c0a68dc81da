"""What is typed stays: two tabs, a server that fails or is gone, a session that ended, too much text, haste."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Page, Route, expect

from apps.accounts.models import User
from apps.candidates.models import SelfRating
from apps.projects.models import Project
from apps.stories.forms import LONGEST_SECTION
from apps.stories.models import Story, Win
from tests.browser import steps
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.stories import StoryFactory


@pytest.fixture
def writer(page: Page, site: str, enter: Enter) -> User:
    user = UserFactory.create(email="maya@example.com")
    CandidacyFactory.create(person=user)
    enter(page.context, user)
    return user


@pytest.fixture
def story(writer: User) -> Story:
    return StoryFactory.create(owner=writer, task="As it was")


@pytest.fixture
def editor(page: Page, site: str, story: Story) -> Page:
    page.goto(f"{site}/stories/{story.pk}/")
    return page


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("[data-saved]").first).to_have_attribute("data-state", state, timeout=15_000)


def stored(story: Story) -> str:
    story.refresh_from_db()
    return story.task


def come_back(page: Page) -> None:
    """Look at the page again, upon which it tries what it could not save."""
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")


def test_two_tabs_compare_both_texts_and_keep_mine(editor: Page, story: Story) -> None:
    other = editor.context.new_page()
    other.goto(editor.url)
    other.locator("#task").fill("From the other tab")
    expect_state(other, "saved")

    editor.locator("#task").fill("From this tab")
    expect_state(editor, "conflict")
    assert stored(story) == "From the other tab"
    editor.get_by_role("button", name="compare both texts").click()

    expect(editor.get_by_role("heading", level=1)).to_have_text("This story was changed elsewhere")
    expect(editor.locator("#task")).to_have_value("From this tab")
    expect(editor.get_by_role("group", name="Task")).to_contain_text("From the other tab")
    editor.get_by_role("button", name="Keep what is on the left").click()
    expect(editor.get_by_role("heading", level=1)).to_contain_text("Edit story")
    expect(editor.locator("#task")).to_have_value("From this tab")
    assert stored(story) == "From this tab"


def test_two_tabs_can_keep_what_is_saved(editor: Page, story: Story) -> None:
    other = editor.context.new_page()
    other.goto(editor.url)
    other.locator("#task").fill("From the other tab")
    expect_state(other, "saved")
    editor.locator("#task").fill("From this tab")
    expect_state(editor, "conflict")
    editor.get_by_role("button", name="compare both texts").click()

    editor.get_by_role("link", name="Keep what is saved").click()

    expect(editor.locator("#task")).to_have_value("From the other tab")


def answer_with_500(route: Route) -> None:
    route.fulfill(status=500, body="Something broke")


def do_not_answer(route: Route) -> None:
    route.abort("connectionrefused")


@pytest.mark.parametrize(
    ("trouble", "state"), [(answer_with_500, "failed"), (do_not_answer, "offline")], ids=["500", "gone"]
)
def test_text_typed_while_the_server_fails_is_saved_once_it_answers(
    editor: Page, story: Story, trouble: object, state: str
) -> None:
    address = editor.url
    editor.route(address, trouble)  # type: ignore[arg-type] # playwright wants one of two unnamed types
    editor.locator("#task").fill("Typed meanwhile")
    expect_state(editor, state)
    assert stored(story) == "As it was"

    editor.unroute(address)
    come_back(editor)

    expect_state(editor, "saved")
    assert stored(story) == "Typed meanwhile"


def test_text_typed_offline_is_saved_when_the_network_is_back(editor: Page, story: Story) -> None:
    editor.context.set_offline(offline=True)
    editor.locator("#task").fill("Typed in a train")
    expect_state(editor, "offline")

    editor.context.set_offline(offline=False)

    expect_state(editor, "saved")
    assert stored(story) == "Typed in a train"


def test_text_typed_after_the_session_ended_is_saved_after_signing_in_elsewhere(
    editor: Page, story: Story, site: str
) -> None:
    Session.objects.all().delete()
    editor.locator("#task").fill("Typed signed out")
    expect_state(editor, "signed-out")
    expect(editor.locator("[data-saved]")).to_contain_text("sign in again in a new tab")

    with editor.context.expect_page() as opened:
        editor.locator("[data-saved]").get_by_role("link", name="Sign in").click()
    other = opened.value
    other.get_by_label("E-mail").fill("maya@example.com")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    come_back(editor)

    expect_state(editor, "saved")
    assert stored(story) == "Typed signed out"


def test_pressing_save_after_the_session_ended_keeps_the_text_on_the_page(editor: Page, story: Story) -> None:
    Session.objects.all().delete()
    editor.locator("#task").fill("Typed signed out")

    editor.keyboard.press("Control+Enter")

    expect_state(editor, "signed-out")
    expect(editor.locator("#task")).to_have_value("Typed signed out")


def test_section_of_a_megabyte_is_refused_at_its_field_and_stays_there(editor: Page, story: Story) -> None:
    megabyte = "word " * 200_000
    editor.locator("#action").evaluate(
        "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})) }",
        megabyte,
    )
    editor.locator("#task").fill("Saved all the same")

    expect_state(editor, "refused")
    alert = editor.get_by_role("alert")
    expect(alert).to_contain_text(
        f"This section has 1000000 characters; a section holds at most {LONGEST_SECTION}."
    )
    assert editor.locator("#action").evaluate("area => area.value.length") == len(megabyte)
    assert stored(story) == "Saved all the same"


def test_what_is_no_number_is_said_and_the_rest_is_saved(editor: Page, story: Story) -> None:
    row = editor.locator("#metric-rows tr").last
    row.get_by_label("Metric").fill("Deploy time")
    row.get_by_label("Before", exact=True).fill("about 47")
    editor.locator("#task").fill("Saved all the same")

    expect_state(editor, "refused")
    expect(editor.get_by_role("alert")).to_contain_text("Write the number alone, such as 4.1")
    expect(row.get_by_label("Before", exact=True)).to_have_value("about 47")
    assert stored(story) == "Saved all the same"

    row.get_by_label("Before", exact=True).fill("47")

    expect_state(editor, "saved")
    expect(editor.get_by_role("alert")).to_have_count(0)


def test_leaving_before_it_is_saved_asks_first(editor: Page, site: str) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    editor.on("dialog", stay)
    editor.route(editor.url, do_not_answer)
    editor.locator("#task").press_sequentially("Not saved yet. ")

    editor.get_by_role("link", name="Stories").first.click(no_wait_after=True)

    expect(editor.locator("#task")).to_have_value("Not saved yet. As it was")
    assert asked == ["beforeunload"]


def test_leaving_after_it_is_saved_asks_nothing(editor: Page, site: str) -> None:
    editor.locator("#task").fill("Saved")
    expect_state(editor, "saved")

    editor.get_by_role("link", name="Stories").first.click()

    expect(editor).to_have_url(f"{site}/stories/")


def test_pressing_twice_logs_one_win(page: Page, site: str, writer: User) -> None:
    page.goto(f"{site}/wins/new")
    page.get_by_label("What did you get done?").fill("Once is enough")

    page.get_by_role("button", name="Log it", exact=True).dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("Wins")
    assert Win.objects.filter(text="Once is enough").count() == 1


def test_pressing_save_version_twice_makes_one_version(editor: Page, story: Story) -> None:
    editor.locator("#task").fill("Worth a number")

    editor.get_by_role("button", name="Save version").dblclick()

    expect(editor.get_by_text("Version 1 is saved.")).to_be_visible()
    assert story.versions.count() == 1
    assert stored(story) == "Worth a number"


def test_back_button_shows_what_was_saved_last(editor: Page, story: Story, site: str) -> None:
    editor.locator("#task").fill("Typed before leaving")
    expect_state(editor, "saved")
    editor.get_by_role("link", name="Stories").first.click()
    expect(editor).to_have_url(f"{site}/stories/")

    editor.go_back()

    expect(editor.locator("#task")).to_have_value("Typed before leaving")
    editor.locator("#task").fill("And typed on")
    expect_state(editor, "saved")
    assert stored(story) == "And typed on"


def test_what_is_typed_while_a_save_is_under_way_is_saved_too(editor: Page, story: Story) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    editor.route(editor.url, hold_the_first)
    editor.locator("#task").fill("First")
    expect_state(editor, "saving")
    editor.locator("#task").fill("First and second")

    held[0].continue_()

    expect_state(editor, "saved")
    expect(editor.locator("#task")).to_have_value("First and second")
    assert stored(story) == "First and second"


def test_button_that_leads_on_leads_nowhere_until_the_text_is_saved(editor: Page, story: Story) -> None:
    editor.route(editor.url, do_not_answer)
    editor.locator("#task").fill("Typed while the server was gone")

    editor.get_by_role("button", name="Ask for review").click()

    expect_state(editor, "offline")
    expect(editor.locator("#task")).to_have_value("Typed while the server was gone")
    editor.unroute(editor.url)
    editor.get_by_role("button", name="Ask for review").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Ask for a review")
    assert stored(story) == "Typed while the server was gone"


def test_enter_in_a_field_saves_and_numbers_no_version(editor: Page, story: Story) -> None:
    editor.locator("#own_part").fill("Led it")

    editor.locator("#own_part").press("Enter")

    expect_state(editor, "saved")
    story.refresh_from_db()
    assert story.own_part == "Led it"
    assert story.versions.count() == 0


def sign_in_again(page: Page) -> None:
    page.get_by_label("E-mail").fill("maya@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripted", "plain"])
def test_a_plain_form_sent_after_the_session_ended_is_back_after_signing_in(
    writer: User, site: str, open_browser: OpenBrowser, enter: Enter, is_scripted: bool
) -> None:
    page = open_browser(java_script_enabled=is_scripted)
    enter(page.context, writer)
    page.goto(f"{site}/projects/new/")
    page.get_by_label("Name").fill("Typed signed out")
    page.get_by_label("What it is about").fill("Two paragraphs\n\nof it")
    page.get_by_label("Start").fill("2026-03-01")
    Session.objects.all().delete()
    page.locator("main [data-save]").click()
    expect(page.get_by_text("You were signed out. Sign in again within the hour")).to_be_visible()

    sign_in_again(page)

    expect(page.get_by_label("Name")).to_have_value("Typed signed out")
    expect(page.get_by_label("What it is about")).to_have_value("Two paragraphs\n\nof it")
    expect(page.get_by_label("Start")).to_have_value("2026-03-01")
    assert not Project.objects.exists()
    page.locator("main [data-save]").click()
    expect(page.get_by_role("link", name="Typed signed out")).to_be_visible()
    assert Project.objects.get().summary.replace("\r\n", "\n") == "Two paragraphs\n\nof it"


def test_ratings_sent_after_the_session_ended_are_back_after_signing_in(
    page: Page, writer: User, site: str
) -> None:
    page.goto(f"{site}/rate/")
    steps.choose(page, "Nearly", within=page.get_by_role("group", name="Ownership"))
    Session.objects.all().delete()
    page.get_by_role("button", name="Save ratings").click()

    sign_in_again(page)

    expect(page.locator("#principle-ownership-2")).to_be_checked()
    assert not SelfRating.objects.exists()
    page.get_by_role("button", name="Save ratings").click()
    expect(page.get_by_text("Saved: 1 rating, dated today.")).to_be_visible()


def test_a_page_opened_before_signing_in_elsewhere_comes_back_with_what_was_typed(
    page: Page, writer: User, site: str
) -> None:
    page.goto(f"{site}/wins/new")
    page.get_by_label("What did you get done?").fill("Typed on the old page")
    Session.objects.all().delete()
    other = page.context.new_page()
    other.goto(f"{site}/accounts/login/")
    sign_in_again(other)
    expect(other.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("button", name="Log it", exact=True).click()

    expect(page.get_by_text("What you typed is back")).to_be_visible()
    expect(page.get_by_label("What did you get done?")).to_have_value("Typed on the old page")
    assert not Win.objects.exists()
