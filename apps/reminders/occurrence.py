"""When a rule speaks next: local dates by its cadence or its event, each turned into one instant.

An occurrence is named by its local date. What comes next is asked by the date of the last one, not by
its instant, so a person who changes their zone neither misses a date nor meets it twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, count
from typing import Final

from apps.candidates.phases import add_months
from apps.frameworks.schema import ReminderRule

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Span:
    """Days on which a rule holds: `starts_on` is in, `ends_on` is out (None: without end)."""

    starts_on: date
    ends_on: date | None

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True)
class Due:
    """`on` is the local date that names the occurrence, `at` its instant."""

    on: date
    at: datetime


def next_occurrence(
    rule: ReminderRule,
    *,
    spans: Sequence[Span],
    began_on: date,
    zone: tzinfo,
    after: date,
    local_time: time | None = None,
    anchors: Iterable[date] = (),
    not_before: date | None = None,
) -> Due | None:
    """Return the first occurrence whose local date lies after `after`, or None when there is none.

    Weeks and months are counted from `began_on`, so that a moved target date leaves the rhythm as it is.
    `anchors` are the local dates of the rule's event; `local_time` is the person's own, else the rule's.
    """
    earliest = max(after + timedelta(days=1), not_before or date.min)
    for day in _days_from(rule, earliest, spans, began_on, anchors):
        return Due(day, instant_of(day, local_time or time.fromisoformat(rule.local_time), zone))
    return None


def instant_of(day: date, local_time: time, zone: tzinfo) -> datetime:
    """Return the instant of a local time: of two the first, and for one that a clock change leaves out
    the first instant after it.
    """
    naive = datetime.combine(day, local_time)
    first = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None, fold=0) == naive:
        return first
    # The clocks went forward over it, at a moment between the two readings of the time.
    low = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high, offset = first, low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def _days_from(
    rule: ReminderRule, earliest: date, spans: Sequence[Span], began_on: date, anchors: Iterable[date]
) -> Iterator[date]:
    """Yield the rule's days from `earliest` on, in order, inside the spans."""
    if rule.event is not None:
        days = sorted({anchor + timedelta(days=n) for anchor in anchors for n in rule.days})
        yield from (day for day in days if day >= earliest and any(day in span for span in spans))
        return
    # Spans come in order of date and do not overlap.
    yield from chain.from_iterable(_cadence(rule, earliest, span, began_on) for span in spans)


def _cadence(rule: ReminderRule, earliest: date, span: Span, began_on: date) -> Iterator[date]:
    start = max(earliest, span.starts_on)
    if span.ends_on is not None and start >= span.ends_on:
        return
    for day in _weekly(rule, start, began_on) if rule.every_weeks else _monthly(rule, start, began_on):
        if day not in span:
            return
        yield day


def _weekly(rule: ReminderRule, start: date, began_on: date) -> Iterator[date]:
    assert rule.every_weeks is not None
    assert rule.weekday is not None
    first = began_on + timedelta(days=(WEEKDAYS.index(rule.weekday) - began_on.weekday()) % 7)
    step = 7 * rule.every_weeks
    rounds = -((first - start).days // step)
    yield from (first + timedelta(days=step * n) for n in count(max(rounds, 0)))


def _monthly(rule: ReminderRule, start: date, began_on: date) -> Iterator[date]:
    assert rule.every_months is not None
    months = (start.year - began_on.year) * 12 + start.month - began_on.month
    # The first is a whole round after the beginning: on the day itself there is nothing to look back at.
    rounds = max(months // rule.every_months, 1)
    days = (add_months(began_on, rule.every_months * n) for n in count(rounds))
    yield from (day for day in days if day >= start)
