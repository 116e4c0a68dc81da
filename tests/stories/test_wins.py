from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.stories.models import Story, Win
from tests.cast import CountStatements, SignIn
from tests.factories.stories import WinFactory

NEW = reverse("stories:win_new")


def test_one_line_logs_a_win_of_today(client: Client, candidate: User, today: date) -> None:
    response = client.post(NEW, {"text": "Cut the nightly build to nine minutes"}, follow=True)

    win = Win.objects.get()
    assert (win.owner, win.text, win.happened_on) == (
        candidate, "Cut the nightly build to nine minutes", today,
    )  # fmt: skip
    assert reverse("stories:win_delete", args=[win.pk]) in response.content.decode()


def test_who_logs_a_win_is_not_silent(client: Client, candidacy: Candidacy, today: date) -> None:
    client.post(NEW, {"text": "Cut the nightly build to nine minutes"})

    candidacy.refresh_from_db()
    assert candidacy.last_active_on == today


def test_from_today_one_comes_back_to_today(client: Client) -> None:
    response = client.post(NEW, {"text": "Fixed the pager", "from": "today"})

    assert response["Location"] == reverse("dashboards:home")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"text": ""}, "text", "This field is required."),
        ({"text": "x" * 301}, "text", "at most 300 characters"),
        ({"text": "Done", "happened_on": "2026-11-25"}, "happened_on", "choose today or a day before"),
        ({"text": "Done", "happened_on": "10000-01-01"}, "happened_on", "Enter a valid date."),
        ({"text": "Done", "link": "javascript:alert(1)"}, "link", "Enter a valid URL."),
        ({"text": "Done", "principle": "nonsense"}, "principle", "not one of the available choices"),
    ],
)
def test_bad_input_gets_its_message_and_keeps_what_was_typed(
    client: Client, typed: dict[str, str], field: str, message: str
) -> None:
    response = client.post(NEW, typed)

    assert response.status_code == 422
    assert message in str(response.context["form"][field].errors)
    assert not Win.objects.exists()
    if typed[field]:
        assert typed[field][:40].replace("(", "(") in response.content.decode()


def test_a_win_becomes_a_story_with_its_date_and_principle(client: Client, candidate: User) -> None:
    win = WinFactory.create(owner=candidate, text="Halved the pager load", principle="ownership")

    response = client.post(reverse("stories:win_story", args=[win.pk]))

    story = Story.objects.get()
    win.refresh_from_db()
    assert response["Location"] == reverse("stories:edit", args=[story.pk])
    assert (story.title, story.started_on, story.principles, win.story) == (
        "Halved the pager load", win.happened_on, ["ownership"], story,
    )  # fmt: skip


def test_asking_twice_opens_the_same_story(client: Client, candidate: User) -> None:
    win = WinFactory.create(owner=candidate)
    for _ in range(2):
        client.post(reverse("stories:win_story", args=[win.pk]))

    assert Story.objects.count() == 1


def test_log_it_and_start_a_story_in_one_go(client: Client) -> None:
    response = client.post(NEW, {"text": "Halved the pager load", "story": "1"})

    assert response["Location"] == reverse("stories:edit", args=[Story.objects.get().pk])


def test_a_deleted_win_comes_back_by_undo(client: Client, candidate: User) -> None:
    win = WinFactory.create(owner=candidate)

    client.post(reverse("stories:win_delete", args=[win.pk]))
    assert not Win.objects.visible_to(candidate).exists()
    client.post(reverse("stories:win_undo", args=[win.pk]))

    assert Win.objects.visible_to(candidate).get() == win


def test_undo_ends_after_thirty_days(client: Client, candidate: User, now: object) -> None:
    win = WinFactory.create(owner=candidate)
    client.post(reverse("stories:win_delete", args=[win.pk]))
    Win.objects.filter(pk=win.pk).update(deleted_at=Win.objects.get().deleted_at - timedelta(days=30))  # type: ignore[operator]

    assert client.post(reverse("stories:win_undo", args=[win.pk])).status_code == 404


def test_editing_keeps_the_story_it_became(client: Client, candidate: User, today: date) -> None:
    win = WinFactory.create(owner=candidate)
    client.post(reverse("stories:win_story", args=[win.pk]))

    client.post(reverse("stories:win_edit", args=[win.pk]), {"text": "Better words", "happened_on": today})

    win.refresh_from_db()
    assert (win.text, win.story) == ("Better words", Story.objects.get())


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_log_takes_four_statements(
    client: Client, candidate: User, statements: CountStatements, rows: int
) -> None:
    WinFactory.create_batch(rows, owner=candidate)
    client.get(reverse("stories:wins"))

    with statements() as done:
        client.get(reverse("stories:wins"))

    assert done.count == 4, done.sql


def test_the_log_is_paged_by_key_and_shows_each_win_once(
    client: Client, candidate: User, today: date
) -> None:
    for n in range(120):
        WinFactory.create(owner=candidate, happened_on=today - timedelta(days=n // 7))
    seen: list[int] = []
    address = reverse("stories:wins")
    after = ""
    while True:
        page = client.get(address, {"after": after} if after else {}).context["page"]
        seen += [win.pk for win in page.rows]
        after = page.after
        if not after:
            break

    assert seen == list(Win.objects.newest_first().values_list("pk", flat=True))


@pytest.mark.parametrize("cursor", ["x", "2026-13-01_1", "2026-01-01_99999999999999999999", "_", "\x00"])
def test_a_cursor_that_is_none_shows_the_first_page(client: Client, candidate: User, cursor: str) -> None:
    WinFactory.create(owner=candidate)

    assert client.get(reverse("stories:wins"), {"after": cursor}).context["page"].is_first


def test_the_filter_shows_one_principle(client: Client, candidate: User) -> None:
    WinFactory.create(owner=candidate, text="Shows ownership", principle="ownership")
    WinFactory.create(owner=candidate, text="Shows frugality", principle="frugality")

    html = client.get(reverse("stories:wins"), {"principle": "ownership"}).content.decode()

    assert "Shows ownership" in html
    assert "Shows frugality" not in html


@pytest.mark.parametrize("who", ["other_candidate", "mentor", "administrator"])
@pytest.mark.parametrize("verb", ["win_edit", "win_delete", "win_undo", "win_story"])
def test_nobody_else_reaches_a_win(
    candidate: User, who: str, verb: str, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    win = WinFactory.create(owner=candidate)
    client = sign_in(request.getfixturevalue(who))

    assert client.post(reverse(f"stories:{verb}", args=[win.pk]), {"text": "Mine"}).status_code == 404
    win.refresh_from_db()
    assert win.deleted_at is None
