"""Sustained at level: in which months the work behind the evidence ran, and since when that is enough.

A month counts for a subject when the work of a story at step 3 or above ran in it: from the month in
which the story starts to the month in which it ends, or to this one while it has no end. The framework's
window is met by so many months in a row, the last of which is recent. Months stand for the work, not for
the writing: a story written today about last spring counts in last spring.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apps.frameworks.schema import Sufficiency
from apps.readiness.ladder import Step, StoryFacts
from apps.readiness.portfolio import SubjectStanding

MOST_MONTHS_SHOWN = 36

# Months are counted from the year 0, so that a row of them is a row of numbers.
type Month = int


def month_of(day: date) -> Month:
    return day.year * 12 + day.month - 1


def first_of(month: Month) -> date:
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class Window:
    """`in_a_row` months, the last of which lies in the last `recent` months before and with `now`."""

    in_a_row: int
    recent: int
    now: Month

    @classmethod
    def of(cls, sufficiency: Sufficiency, today: date) -> "Window":
        return cls(sufficiency.sustained_months, sufficiency.recent_months, month_of(today))

    @property
    def since(self) -> Month:
        return self.now - self.recent + 1

    @property
    def shown(self) -> range:
        """Enough months for a row that only just counts to be seen from its start."""
        return range(self.now - min(self.recent + self.in_a_row, MOST_MONTHS_SHOWN) + 1, self.now + 1)


@dataclass(frozen=True)
class Run:
    """Months in a row, both ends in it. `met_on` is the day on which it became long enough, or None."""

    start: Month
    end: Month
    met_on: date | None

    @property
    def length(self) -> int:
        return self.end - self.start + 1


@dataclass(frozen=True)
class Cell:
    month: Month
    stories: int
    step: int


@dataclass(frozen=True)
class Sustained:
    """One subject in its months. `best` is the longest recent run, `undated` stories name no day at all."""

    subject: SubjectStanding
    cells: tuple[Cell, ...]
    met_on: date | None
    best: Run | None
    last: Month | None
    undated: int

    @property
    def in_a_row(self) -> int:
        return self.best.length if self.best else 0

    @property
    def last_in(self) -> date | None:
        """The first day of the last month with evidence."""
        return first_of(self.last) if self.last is not None else None


@dataclass(frozen=True)
class SustainedMap:
    window: Window
    rows: tuple[Sustained, ...]

    @property
    def months(self) -> tuple[date, ...]:
        return tuple(map(first_of, self.window.shown))

    @cached_property
    def met(self) -> tuple[Sustained, ...]:
        return tuple(row for row in self.rows if row.met_on)

    @property
    def met_on(self) -> date | None:
        """The day from which every row has met the window."""
        days = [row.met_on for row in self.rows]
        return max((day for day in days if day), default=None) if days and all(days) else None


def sustained_map(
    subjects: Sequence[SubjectStanding], *, sufficiency: Sufficiency, today: date
) -> SustainedMap:
    window = Window.of(sufficiency, today)
    return SustainedMap(window, tuple(_sustained(subject, window, today) for subject in subjects))


def _sustained(subject: SubjectStanding, window: Window, today: date) -> Sustained:
    spans = []
    undated = 0
    for found in subject.standing.evidence:
        span = _span(found.story, found.step, today)
        if span is not None:
            spans.append(span)
        elif found.story.started_on is None and found.story.ended_on is None:
            undated += 1
    runs = _runs(spans, window.in_a_row)
    recent = [run for run in runs if run.end >= window.since]
    return Sustained(
        subject=subject,
        cells=tuple(_cell(month, spans) for month in window.shown),
        met_on=min((run.met_on for run in recent if run.met_on), default=None),
        best=max(recent, key=lambda run: (run.length, run.end), default=None),
        last=runs[-1].end if runs else None,
        undated=undated,
    )


@dataclass(frozen=True)
class _Span:
    """The months of one story's work, both ends in it, and the day on which it began."""

    start: Month
    end: Month
    began_on: date
    step: Step


def _span(story: StoryFacts, step: Step, today: date) -> _Span | None:
    """Return None for work of which no day is known, or that has not begun."""
    began_on = story.started_on or story.ended_on
    if began_on is None or began_on > today:
        return None
    ended_on = min(story.ended_on or today, today)
    return _Span(month_of(began_on), month_of(ended_on), began_on, step)


def _runs(spans: Iterable[_Span], in_a_row: int) -> list[Run]:
    """Return the months in a row, oldest first."""
    joined: list[tuple[Month, Month, list[_Span]]] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end, one.began_on)):
        if joined and span.start <= joined[-1][1] + 1:
            start, end, members = joined[-1]
            members.append(span)
            joined[-1] = (start, max(end, span.end), members)
        else:
            joined.append((span.start, span.end, [span]))
    return [
        Run(start, end, _met_on(start + in_a_row - 1, members) if end - start + 1 >= in_a_row else None)
        for start, end, members in joined
    ]


def _met_on(month: Month, spans: Iterable[_Span]) -> date:
    """Return the day in the month that makes the row long enough: its first, unless the work began later."""
    began_on = min(span.began_on for span in spans if span.start <= month <= span.end)
    return max(first_of(month), began_on)


def _cell(month: Month, spans: Iterable[_Span]) -> Cell:
    steps = [span.step for span in spans if span.start <= month <= span.end]
    return Cell(month, len(steps), max(steps, default=Step.NOTHING))
