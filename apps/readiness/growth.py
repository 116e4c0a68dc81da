"""Growth: the steps of the ladder gained since a candidacy began, and how many subjects stood where by month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from apps.readiness.ladder import Step
from apps.readiness.sustained import Month, first_of, month_of


class Change(NamedTuple):
    """A dated change of the step of one subject."""

    kind: str
    key: str
    from_step: int
    to_step: int
    changed_at: datetime

    @property
    def changed_on(self) -> date:
        return timezone.localdate(self.changed_at)


def _gains(change: Change, began_on: date) -> bool:
    """What somebody brought along shows on the first day, and is no growth."""
    return change.changed_on > began_on


def steps_gained(changes: Iterable[Change], *, began_on: date) -> int:
    """Return how many steps more there are than on the first day; what was lost again is not gained."""
    return max(0, sum(c.to_step - c.from_step for c in changes if _gains(c, began_on)))


@dataclass(frozen=True)
class SubjectGrowth:
    """One subject that stands higher than on the first day."""

    kind: str
    key: str
    from_step: int
    to_step: int
    changed_on: date


@dataclass(frozen=True)
class MonthOfGrowth:
    """How many subjects stood at evidenced or above, and how many of them at corroborated, at its end."""

    month: Month
    evidenced: int
    corroborated: int

    @property
    def first(self) -> date:
        return first_of(self.month)


@dataclass(frozen=True)
class Growth:
    gained: int
    risen: tuple[SubjectGrowth, ...]
    months: tuple[MonthOfGrowth, ...]
    subjects: int


def growth_of(
    changes: Sequence[Change],
    *,
    subjects: Sequence[tuple[str, str]],
    began_on: date,
    today: date,
) -> Growth:
    """Read the changes of these subjects (kind and key); the order of the rows makes no difference."""
    asked = set(subjects)
    own = sorted((c for c in changes if (c.kind, c.key) in asked), key=_by_date)
    return Growth(
        gained=steps_gained(own, began_on=began_on),
        risen=tuple(_risen(own, subjects, began_on)),
        months=tuple(_months(own, month_of(began_on), month_of(today))),
        subjects=len(subjects),
    )


def _by_date(change: Change) -> tuple[datetime, str, str, int, int]:
    """Several changes of one subject at the same moment follow one another upwards."""
    return change.changed_at, change.kind, change.key, change.from_step, change.to_step


def _risen(
    changes: Sequence[Change], subjects: Sequence[tuple[str, str]], began_on: date
) -> Iterable[SubjectGrowth]:
    by_subject: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if _gains(change, began_on):
            by_subject.setdefault((change.kind, change.key), []).append(change)
    for kind, key in subjects:
        series = by_subject.get((kind, key), [])
        if series and series[-1].to_step > series[0].from_step:
            yield SubjectGrowth(kind, key, series[0].from_step, series[-1].to_step, series[-1].changed_on)


def _months(changes: Sequence[Change], first: Month, last: Month) -> Iterable[MonthOfGrowth]:
    steps: dict[tuple[str, str], int] = {}
    waiting = list(reversed(changes))
    for month in range(first, last + 1):
        while waiting and month_of(waiting[-1].changed_on) <= month:
            change = waiting.pop()
            steps[change.kind, change.key] = change.to_step
        yield _month(month, steps)


def _month(month: Month, steps: Mapping[tuple[str, str], int]) -> MonthOfGrowth:
    return MonthOfGrowth(
        month,
        evidenced=sum(step >= Step.EVIDENCED for step in steps.values()),
        corroborated=sum(step >= Step.CORROBORATED for step in steps.values()),
    )
