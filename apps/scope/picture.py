"""The reach of somebody's work as a page shows it: a line for each figure, and the table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.safestring import SafeString

from apps.candidates.models import Candidacy
from apps.frameworks.schema import Threshold
from apps.scope.growth import BUDGET, FIGURES, Figure, Line, Measures, lines_of
from apps.scope.models import Decision, Snapshot
from apps.web.charts import step_chart

MOST_SAID: Final = 12


@dataclass(frozen=True)
class DrawnLine:
    """`expected` is what the target level asks for, where its framework states it."""

    line: Line
    expected: float | None
    chart: SafeString

    @property
    def is_reached(self) -> bool:
        return self.expected is not None and (self.line.latest or 0) >= self.expected


@dataclass(frozen=True)
class Row:
    """One snapshot of the table; `id` leads its owner to it."""

    id: int
    taken_on: date
    values: tuple[int | None, ...]
    currency: str


@dataclass(frozen=True)
class Picture:
    """`rows` are the newest first."""

    lines: tuple[DrawnLine, ...]
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    level: str

    @property
    def newest(self) -> Row | None:
        return self.rows[0] if self.rows else None

    @property
    def has_budget(self) -> bool:
        """Whether the last column is the budget, of which each has a currency."""
        return bool(self.figures) and self.figures[-1] is BUDGET

    @property
    def grown(self) -> tuple[Line, ...]:
        return tuple(drawn.line for drawn in self.lines if drawn.line.has_grown)


def picture_of(person_id: int, candidacy: Candidacy | None, *, today: date) -> Picture:
    """Read somebody's own figures, without a name in them, in two statements and draw them."""
    snapshots = Snapshot.objects.measures_by_owner([person_id])[person_id]
    decided = Decision.objects.dates_by_owner([person_id])[person_id]
    return drawn(snapshots, decided, candidacy, today=today)


def drawn(
    snapshots: Sequence[Measures], decided: Sequence[date], candidacy: Candidacy | None, *, today: date
) -> Picture:
    """Draw figures that were read, the oldest first."""
    asked = _asked_of(candidacy)
    lines = lines_of(snapshots, decided)
    days = [day for line in lines for day, _ in line.points]
    since = min(days, default=today)
    figures = tuple(figure for figure in FIGURES if any(getattr(one, figure.name) for one in snapshots))
    return Picture(
        lines=tuple(
            _drawn_line(line, asked.get(line.figure.fact), since=since, until=max([today, *days]))
            for line in lines
            if any(value for _, value in line.points) or (line.points and line.figure.fact in asked)
        ),
        figures=figures,
        rows=tuple(
            Row(one.pk, one.taken_on, tuple(getattr(one, f.name) for f in figures), one.currency)
            for one in reversed(snapshots)
        ),
        level=candidacy.target_level if candidacy else "",
    )


def _asked_of(candidacy: Candidacy | None) -> dict[str, float]:
    thresholds: Sequence[Threshold] = ()
    if candidacy:
        thresholds = candidacy.framework.level(candidacy.target_level).scope
    return {t.fact: t.at_least for t in thresholds if t.at_least is not None}


def _drawn_line(line: Line, expected: float | None, *, since: date, until: date) -> DrawnLine:
    label = f"{line.figure.label}: {_said(line.changes)}"
    if expected is not None:
        label += f"; the level asks for {expected:g}"
    chart = step_chart(line.changes, since=since, until=until, label=label, expected=expected)
    return DrawnLine(line, expected, chart)


def _said(changes: Sequence[tuple[date, int]]) -> str:
    """Say a line in words; of many changes the first and the last, since the table has all."""
    if len(changes) > MOST_SAID:
        first, last = _said(changes[:1]), _said(changes[-1:])
        return f"{first}, {last}, {len(changes) - 2} changes between"
    return ", ".join(f"{value:,} on {day.day} {day:%B %Y}" for day, value in changes)
