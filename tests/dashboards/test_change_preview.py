from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.dashboards.change import change_of
from apps.reminders.models import Schedule
from apps.reminders.ticks import tick
from tests.cast import CountStatements, SignIn
from tests.factories.reviews import RatingFactory, ReviewFactory
from tests.factories.stories import StoryVersionFactory

PREVIEW = reverse("dashboards:change_preview")
EDIT = reverse("candidates:edit")
# The target date of the cast is 25 July 2027.
SAME = {"current_level": "L5", "target_level": "L6", "target_on": "2027-07-25", "revision": "1"}
LATER = SAME | {"target_on": "2027-12-01"}
HIGHER = SAME | {"target_level": "L7"}


@pytest.fixture
def maya(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def test_the_form_leads_to_the_preview_and_saves_nothing(maya: Client, candidacy: Candidacy) -> None:
    assert f'<form class="pad form" method="get" action="{PREVIEW}"' in maya.get(EDIT).content.decode()

    response = maya.get(PREVIEW, LATER)

    assert response.status_code == HTTPStatus.OK
    candidacy.refresh_from_db()
    assert (candidacy.target_on, candidacy.revision) == (date(2027, 7, 25), 1)


def test_phases_stand_side_by_side_with_old_and_new_dates(maya: Client) -> None:
    html = maya.get(PREVIEW, LATER).content.decode()

    assert "5 of 5 move" in html
    # Build evidence ends six months before the date.
    assert "Fri 25 September 2026 to Sun 24 January 2027" in html
    assert "Fri 25 September 2026 to Mon 31 May 2027" in html


def test_what_was_shown_is_saved_from_the_preview(maya: Client, candidacy: Candidacy) -> None:
    html = maya.get(PREVIEW, LATER).content.decode()
    for name, value in LATER.items():
        assert f'<input type="hidden" name="{name}" value="{value}"' in html

    response = maya.post(EDIT, LATER)

    assert response["Location"] == reverse("candidates:timeline")
    candidacy.refresh_from_db()
    assert (candidacy.target_on, candidacy.revision) == (date(2027, 12, 1), 2)


def test_going_back_has_everything_typed_still_there(maya: Client) -> None:
    html = maya.get(PREVIEW, HIGHER | {"target_on": "2028-02-29"}).content.decode()
    assert f"{EDIT}?current_level=L5&amp;target_level=L7&amp;target_on=2028-02-29&amp;revision=1" in html

    form = maya.get(EDIT, HIGHER | {"target_on": "2028-02-29"}).context["form"]

    assert (form["target_level"].value(), form["target_on"].value()) == ("L7", "2028-02-29")


def test_a_plan_that_moved_on_meanwhile_is_a_conflict_with_both(maya: Client, candidacy: Candidacy) -> None:
    maya.post(EDIT, LATER)

    response = maya.get(PREVIEW, HIGHER)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Your plan was changed in another tab" in response.content.decode()
    assert maya.post(EDIT, HIGHER).status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("target_on", "2026-11-24", "24 November 2026 is not ahead of you"),
        ("target_on", "2026-02-31", "Write a date that exists"),
        ("target_on", "10000-01-01", "Write a date that exists"),
        ("target_level", "L5", "Select a valid choice"),
        ("current_level", "L6", "is not above"),
        ("revision", "2147483648", "less than or equal"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(maya: Client, field: str, typed: str, message: str) -> None:
    response = maya.get(PREVIEW, LATER | {field: typed})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert message in str(response.context["form"].errors)


def test_the_plan_as_it_is_has_nothing_to_save(maya: Client) -> None:
    html = maya.get(PREVIEW, SAME).content.decode()

    assert "Nothing: this is your plan as it is saved." in html
    assert "data-save" not in html


def test_without_anything_typed_it_leads_to_the_form(maya: Client, stranger: User, sign_in: SignIn) -> None:
    assert maya.get(PREVIEW)["Location"] == EDIT
    assert sign_in(stranger).get(PREVIEW, LATER)["Location"] == reverse("candidates:start")


def test_reminders_that_would_move_are_those_the_tick_then_moves(
    candidacy: Candidacy, candidate: User, now: datetime
) -> None:
    tick(now)
    target_on = now.date() + timedelta(days=120)

    change = change_of(
        candidacy, current_level="L5", target_level="L6", target_on=target_on, person=candidate, now=now
    )

    was = dict(Schedule.objects.values_list("rule", "next_on"))
    Candidacy.objects.filter(pk=candidacy.pk).update(target_on=target_on, revision=2)
    tick(now)
    becomes = dict(Schedule.objects.values_list("rule", "next_on"))
    assert change.moved_reminders
    assert {r.rule.key: r.was for r in change.reminders if r.was} == {k: v for k, v in was.items() if v}
    assert {r.rule.key: r.becomes for r in change.reminders if r.becomes} == {
        k: v for k, v in becomes.items() if v
    }


def test_a_higher_level_brings_its_indicators_and_gaps(maya: Client, candidacy: Candidacy) -> None:
    higher = [i for i in candidacy.framework.indicators if i.level == "L7"]

    level = maya.get(PREVIEW, HIGHER).context["change"].level

    assert level.subjects.coming == tuple(indicator.name for indicator in higher)
    assert level.subjects.going == ()
    assert set(level.gaps.coming) >= {indicator.name for indicator in higher}
    assert "Are Right, A Lot" in level.leading.coming


def test_a_later_date_changes_neither_gaps_nor_the_bar(maya: Client) -> None:
    response = maya.get(PREVIEW, LATER)

    assert response.context["change"].level is None
    assert "what is at the bar stays there" in response.content.decode()


def test_what_would_be_at_the_bar_is_read_from_the_same_facts(
    maya: Client, candidate: User, mentorship: Mentorship, now: datetime
) -> None:
    version = StoryVersionFactory.create(story__owner=candidate, story__principles=["frugality"])
    review = ReviewFactory.create(mentorship=mentorship, version=version, verdict="endorse", sent_at=now)
    RatingFactory.create(review=review, kind="principle", key="frugality", value=3)

    level = maya.get(PREVIEW, HIGHER).context["change"].level

    # The endorsement was given for L6 and says nothing about L7.
    assert level.were_at_the_bar == ("Frugality",)
    assert level.at_the_bar == ()


@pytest.mark.parametrize(("typed", "count"), [(LATER, 5), (HIGHER, 13)])
@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_preview_takes_the_same_statements_however_much_there_is(
    maya: Client,
    candidate: User,
    statements: CountStatements,
    rows: int,
    typed: dict[str, str],
    count: int,
) -> None:
    StoryVersionFactory.create_batch(rows, story__owner=candidate)
    maya.get(PREVIEW, typed)

    with statements() as done:
        maya.get(PREVIEW, typed)

    assert done.count == count, done.sql
