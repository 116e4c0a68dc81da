"""The reminders that ask for a snapshot: due without one, and not once it is taken."""

from datetime import datetime, timedelta

import pytest

from apps.candidates.models import Candidacy
from apps.reminders.models import Occurrence
from apps.reminders.ticks import tick
from tests.factories.candidates import CandidacyFactory
from tests.factories.scope import SnapshotFactory


@pytest.fixture
def beginner(db: None, now: datetime) -> Candidacy:
    """Somebody whose candidacy begins today, in its first phase."""
    today = now.date()
    return CandidacyFactory.create(started_on=today, target_on=today + timedelta(days=330))


def _asked(moment: datetime, *, days: int) -> set[str]:
    """Tick once a day; return which of the two rules asked for a snapshot."""
    for day in range(days):
        tick(moment + timedelta(days=day))
    rules = Occurrence.objects.filter(rule__in=["first_scope", "scope_snapshot"])
    return set(rules.values_list("rule", flat=True))


def test_without_a_snapshot_both_are_due(beginner: Candidacy, now: datetime) -> None:
    assert _asked(now, days=42) == {"first_scope", "scope_snapshot"}


def test_a_snapshot_makes_the_first_unneeded_and_not_the_next_month(
    beginner: Candidacy, now: datetime
) -> None:
    SnapshotFactory.create(owner=beginner.person, taken_on=now.date())

    assert _asked(now, days=42) == {"scope_snapshot"}


def test_a_snapshot_of_this_month_is_enough(beginner: Candidacy, now: datetime) -> None:
    """A month after the start is when the monthly one is due; what is younger than 25 days stands for it."""
    SnapshotFactory.create(owner=beginner.person, taken_on=now.date() + timedelta(days=20))

    assert _asked(now, days=42) == set()
