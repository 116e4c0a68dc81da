from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship, Tick
from apps.candidates.phase_page import overdue_by, phase_page_of
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import TickFactory
from tests.factories.reviews import ReviewFactory
from tests.factories.stories import StoryVersionFactory

TIMELINE = reverse("candidates:timeline")
BUILD = reverse("candidates:phase", args=["build"])
ASSESS = reverse("candidates:phase", args=["assess"])
# "Talk through the points where your mentor's rating and yours differ" names no fact.
TALK = reverse("candidates:tick", args=["assess", "talk"])
MENTOR = reverse("candidates:tick", args=["build", "mentor"])


@pytest.fixture
def maya(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


@pytest.fixture
def late(candidacy: Candidacy, today: date) -> Candidacy:
    """Maya when Build evidence was over before she began."""
    candidacy.target_on = candidacy.started_on + timedelta(days=180)
    candidacy.save()
    return candidacy


@pytest.fixture
def moved_on(candidacy: Candidacy, today: date) -> Candidacy:
    """Maya when Build evidence ran out under way."""
    candidacy.started_on = today - timedelta(days=250)
    candidacy.target_on = today + timedelta(days=150)
    candidacy.save()
    return candidacy


def test_phase_shows_dates_purpose_and_each_condition_with_its_figure(maya: Client, candidate: User) -> None:
    StoryVersionFactory.create_batch(2, story__owner=candidate, story__teams_affected=1)

    html = maya.get(BUILD).content.decode()

    assert "Fri 25 September 2026 to Sun 24 January 2027" in html
    assert "Choose work that shows the next level" in html
    assert "Not yet: every principle and indicator has a first own rating" in html
    assert "2 of 4 complete stories" in html
    assert "0 of 2 stories affecting two or more teams" in html
    assert "No projects affecting three or more teams yet" in html


def test_each_line_leads_to_its_page(maya: Client) -> None:
    html = maya.get(BUILD).content.decode()

    assert f'<a href="{reverse("candidates:mentors")}">Ask somebody who holds the level' in html
    assert f'<a href="{reverse("candidates:briefing")}">Read the briefing' in html


def test_the_timeline_and_today_lead_to_the_phase(maya: Client) -> None:
    for path in (TIMELINE, reverse("dashboards:home")):
        assert f'href="{BUILD}"' in maya.get(path).content.decode()


@pytest.mark.parametrize("key", ["no-such", "BUILD", "%00", "a" * 200])
def test_a_phase_that_the_framework_does_not_have_is_not_found(maya: Client, key: str) -> None:
    assert maya.get(f"/timeline/phases/{key}/").status_code == HTTPStatus.NOT_FOUND


def test_somebody_without_a_candidacy_is_led_to_start(stranger: User, sign_in: SignIn) -> None:
    client = sign_in(stranger)

    assert client.get(BUILD)["Location"] == reverse("candidates:start")
    assert client.post(TALK, {"is_done": "yes"}).status_code == HTTPStatus.NOT_FOUND


def test_a_line_is_ticked_by_a_plain_post_and_taken_back_by_another(maya: Client, now: datetime) -> None:
    ticked = maya.post(TALK, {"is_done": "yes", "origin": "assess"})

    assert ticked["Location"] == ASSESS
    assert list(Tick.objects.values_list("phase", "item", "ticked_at")) == [("assess", "talk", now)]
    assert "1 of 8 done" in maya.get(ASSESS).content.decode()
    assert "1 of 8 done" in maya.get(TIMELINE).content.decode()

    maya.post(TALK, {"is_done": "no", "origin": "assess"})

    assert not Tick.objects.exists()


def test_the_same_tick_twice_is_one(maya: Client, candidacy: Candidacy, today: date) -> None:
    for _ in range(2):
        maya.post(TALK, {"is_done": "yes"})

    assert Tick.objects.count() == 1
    candidacy.refresh_from_db()
    assert (candidacy.last_active_on, candidacy.evidence_rev) == (today, 1)


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("timeline", TIMELINE),
        ("build", BUILD),
        ("", ASSESS),
        ("https://example.com", ASSESS),
        ("a/b", ASSESS),
    ],
)
def test_a_tick_leads_back_to_where_it_was_made(maya: Client, origin: str, shown: str) -> None:
    assert maya.post(TALK, {"is_done": "yes", "origin": origin})["Location"] == shown


@pytest.mark.parametrize(
    ("key", "item"), [("assess", "no-such"), ("no-such", "talk"), ("build", "talk"), ("assess", "x" * 200)]
)
def test_a_line_that_is_not_there_is_not_found(maya: Client, key: str, item: str) -> None:
    path = reverse("candidates:tick", args=[key, item])

    assert maya.post(path, {"is_done": "yes"}).status_code == HTTPStatus.NOT_FOUND
    assert not Tick.objects.exists()


def test_what_the_facts_tell_is_not_ticked(maya: Client) -> None:
    response = maya.post(MENTOR, {"is_done": "yes"})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "done by what is in here, not by a tick" in response.content.decode()
    assert not Tick.objects.exists()


def test_neither_yes_nor_no_changes_nothing(maya: Client) -> None:
    assert maya.post(TALK, {"is_done": "maybe"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Tick.objects.exists()


def test_a_tick_of_somebody_else_is_not_shown(maya: Client, other_candidate: User) -> None:
    TickFactory.create(candidacy=other_candidate.candidacies.get())

    assert "0 of 8 done" in maya.get(ASSESS).content.decode()


def test_a_late_starter_catches_up_on_the_page_of_the_current_phase(late: Candidacy, maya: Client) -> None:
    html = maya.get(ASSESS).content.decode()

    assert "To catch up, from Build evidence" in html
    assert "Over before you began" in maya.get(BUILD).content.decode()
    assert "To catch up" not in maya.get(BUILD).content.decode()


def test_what_a_phase_left_open_is_late_on_its_page_and_on_the_current_one(
    moved_on: Candidacy, today: date
) -> None:
    framework = moved_on.framework

    current = phase_page_of(moved_on, framework.phase("assess"), today=today)
    its_own = phase_page_of(moved_on, framework.phase("build"), today=today)
    ahead = phase_page_of(moved_on, framework.phase("prepare"), today=today)

    assert [late.window.phase.key for late in current.late] == ["build"]
    assert [late.window.phase.key for late in its_own.late] == ["build"]
    assert ahead.late == ()
    assert current.planned.catch_up == ()


def test_after_the_decision_nothing_is_late(moved_on: Candidacy, today: date) -> None:
    moved_on.decided_on = today - timedelta(days=1)
    phases = moved_on.framework.phases

    pages = [phase_page_of(moved_on, phase, today=today) for phase in phases]

    assert [page.late or page.overdue for page in pages] == [()] * len(phases)


def test_late_lines_are_named_with_the_day_they_were_due(moved_on: Candidacy, maya: Client) -> None:
    html = maya.get(ASSESS).content.decode()

    assert "From Build evidence, which ended on Thu 22 October 2026" in html


def test_overdue_is_what_the_facts_say(
    maya: Client, candidate: User, mentorship: Mentorship, now: datetime
) -> None:
    version = StoryVersionFactory.create(story__owner=candidate)
    ReviewFactory.create(mentorship=mentorship, version=version, verdict="changes", sent_at=now)

    html = maya.get(BUILD).content.decode()

    assert (
        f'<a href="{reverse("reviews:index")}">Stories to which changes were asked and not yet made: 1</a>'
        in html
    )
    assert "changes were asked" not in maya.get(ASSESS).content.decode()


def test_what_nobody_counts_is_not_overdue() -> None:
    assert overdue_by({}) == ()
    assert overdue_by({"overdue_actions": 0, "mocks_without_feedback": None}) == ()
    assert [line.text for line in overdue_by({"overdue_actions": 2})] == ["2 actions past their due date"]


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_a_phase_takes_twelve_statements_however_much_there_is(
    maya: Client, candidate: User, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    StoryVersionFactory.create_batch(rows, story__owner=candidate)
    maya.post(TALK, {"is_done": "yes"})
    maya.get(BUILD)

    with statements() as done:
        maya.get(BUILD)

    assert done.count == 12, done.sql
