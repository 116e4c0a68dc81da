"""What the readiness grant shows a mentor of somebody's scope, and what nobody is shown."""

from dataclasses import astuple
from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, MentorshipKind
from apps.scope.models import Decision, Snapshot
from apps.scope.shared import SharedScope, scope_shown_to
from tests.access.words import found_in, plant
from tests.cast import CountStatements
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory, MentorshipFactory
from tests.factories.scope import DecisionFactory, SnapshotFactory

NOW = timezone.now()


@pytest.fixture
def mentor(candidacy: Candidacy) -> User:
    """Somebody to whom Maya shows her readiness."""
    user = UserFactory.create()
    MentorshipFactory.create(candidacy=candidacy, mentor=user, readiness_granted_at=timezone.now())
    return user


def _shown(mentor: User, candidacy: Candidacy) -> SharedScope:
    return scope_shown_to(mentor, candidacy, today=timezone.localdate())


def _fill(person: User) -> None:
    for age in (40, 4):
        SnapshotFactory.create(owner=person, taken_on=timezone.localdate() - timedelta(days=age))
    DecisionFactory.create(owner=person, title="One train")


def test_a_mentor_with_the_grant_sees_counts_growth_and_titles(mentor: User, candidacy: Candidacy) -> None:
    _fill(candidacy.person)
    Snapshot.objects.filter(taken_on=timezone.localdate() - timedelta(days=4)).update(teams=["A", "B", "C"])

    shown = _shown(mentor, candidacy)

    teams = next(line for line in shown.picture.lines if line.line.figure.name == "teams")
    assert ([value for _, value in teams.line.points], teams.expected) == ([2, 3], 3)
    assert [line.figure.name for line in shown.picture.grown] == ["teams"]
    assert shown.decisions == ("One train",)


def test_nothing_that_was_written_is_shown_but_titles(mentor: User, candidacy: Candidacy) -> None:
    snapshot = SnapshotFactory.create(owner=candidacy.person, budget=987_654_321, currency="EUR")
    decision = DecisionFactory.create(owner=candidacy.person)
    words = plant("snapshot", snapshot, frozenset()) + plant("decision", decision, frozenset())

    shown = str(astuple(_shown(mentor, candidacy)))

    title = next(word.text for word in words if word.field == "scope.Decision.title")
    assert len(words) > 8
    assert found_in(shown) == {title}
    assert not any(secret in shown for secret in ("987654321", "987,654,321", "EUR"))


def test_no_figure_leads_to_a_page_of_its_owner(mentor: User, candidacy: Candidacy) -> None:
    _fill(candidacy.person)

    assert {row.id for row in _shown(mentor, candidacy).picture.rows} == {0}


def test_what_was_deleted_is_shown_no_more(mentor: User, candidacy: Candidacy) -> None:
    SnapshotFactory.create(owner=candidacy.person, deleted_at=timezone.now())
    DecisionFactory.create(owner=candidacy.person, deleted_at=timezone.now())

    shown = _shown(mentor, candidacy)

    assert (shown.picture.rows, shown.decisions) == ((), ())


@pytest.mark.parametrize(
    "state",
    [
        {"readiness_granted_at": None},
        {"accepted_at": None},
        {"accepted_at": None, "declined_at": NOW},
        {"paused_at": NOW},
        {"revoked_at": NOW},
        {"readiness_granted_at": None, "kind": MentorshipKind.MANAGER, "plan_granted_at": NOW},
    ],
    ids=["no grant", "not accepted", "declined", "paused", "ended", "manager who sees the plan alone"],
)
def test_without_a_standing_grant_nothing_is_shown(candidacy: Candidacy, state: dict[str, object]) -> None:
    _fill(candidacy.person)
    mentor = UserFactory.create()
    MentorshipFactory.create(
        candidacy=candidacy, mentor=mentor, **({"readiness_granted_at": timezone.now()} | state)
    )

    shown = _shown(mentor, candidacy)

    assert (shown.picture.rows, shown.picture.lines, shown.decisions) == ((), (), ())


def test_a_manager_with_the_grant_is_shown_it_like_a_mentor(candidacy: Candidacy) -> None:
    _fill(candidacy.person)
    manager = UserFactory.create()
    MentorshipFactory.create(
        candidacy=candidacy, mentor=manager, kind=MentorshipKind.MANAGER, readiness_granted_at=NOW
    )

    assert _shown(manager, candidacy).decisions == ("One train",)


def test_a_grant_shows_nobody_else(mentor: User, candidacy: Candidacy, other_candidate: User) -> None:
    """Neither another candidate, nor the candidate to another mentor, nor once the attempt is over."""
    _fill(candidacy.person)
    _fill(other_candidate)
    stranger = UserFactory.create()

    assert _shown(mentor, other_candidate.candidacies.get()).decisions == ()
    assert _shown(stranger, candidacy).decisions == ()
    Candidacy.objects.filter(pk=candidacy.pk).update(closed_at=timezone.now())
    assert _shown(mentor, candidacy).decisions == ()


def test_a_grant_in_an_earlier_candidacy_shows_nothing_in_this_one(candidacy: Candidacy) -> None:
    _fill(candidacy.person)
    mentor = UserFactory.create()
    earlier = CandidacyFactory.create(person=candidacy.person, closed_at=timezone.now())
    MentorshipFactory.create(candidacy=earlier, mentor=mentor, readiness_granted_at=timezone.now())

    assert _shown(mentor, candidacy).decisions == ()


def test_nobody_else_is_in_the_lists_of_somebody_who_is_shown_them(
    mentor: User, candidacy: Candidacy
) -> None:
    _fill(candidacy.person)

    assert not Snapshot.objects.visible_to(mentor).exists()
    assert not Decision.objects.visible_to(mentor).exists()


@pytest.mark.parametrize("number", [1, 3, 100])
def test_it_takes_two_statements_however_much_there_is(
    mentor: User, candidacy: Candidacy, number: int, statements: CountStatements
) -> None:
    SnapshotFactory.create_batch(number, owner=candidacy.person, taken_on=date(2026, 11, 1))
    DecisionFactory.create_batch(number, owner=candidacy.person)
    _shown(mentor, candidacy)  # reads the framework, which the process holds from then on

    with statements() as done:
        shown = _shown(mentor, candidacy)

    assert len(shown.decisions) == number
    assert done.count == 2, done.sql
