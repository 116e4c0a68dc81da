"""How the reach of somebody's work has grown: a series of figures, compared with its first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

# The lists of a snapshot in the order of a `Measures`.
LISTS: Final = (
    "direct_reports",
    "people_influenced",
    "systems_owned",
    "systems_influenced",
    "teams",
    "organisations",
)


@dataclass(frozen=True)
class Measures:
    """The figures of one snapshot. Teams and organisations count the own one; the budget is a year's.

    `pk` and `currency` say which row they are of and in what the budget is counted.
    """

    taken_on: date
    direct_reports: int = 0
    people_influenced: int = 0
    systems_owned: int = 0
    systems_influenced: int = 0
    teams: int = 0
    organisations: int = 0
    budget: int | None = None
    currency: str = ""
    pk: int = 0


@dataclass(frozen=True)
class Figure:
    """What is measured: its column, its words, and the fact of the frameworks' vocabulary it answers."""

    name: str
    label: str
    fact: str = ""


BUDGET: Final = Figure("budget", "Budget a year")
FIGURES: Final = (
    Figure("direct_reports", "Direct reports", "direct_reports"),
    Figure("people_influenced", "People influenced", "people_influenced"),
    Figure("systems_owned", "Systems owned", "systems_owned"),
    Figure("systems_influenced", "Systems influenced"),
    Figure("teams", "Teams affected", "teams_affected"),
    Figure("organisations", "Organisations affected", "organisations_affected"),
    BUDGET,
)
DECISIONS: Final = Figure("decisions", "Decisions made", "decisions_made")


@dataclass(frozen=True)
class Line:
    """One figure over time. `points` are days and values, oldest first, unknown ones left out.

    `unit` is the currency of a budget.
    """

    figure: Figure
    points: tuple[tuple[date, int], ...]
    unit: str = ""

    @property
    def latest(self) -> int | None:
        return self.points[-1][1] if self.points else None

    @property
    def changes(self) -> tuple[tuple[date, int], ...]:
        """Its first point, and each at which the value is another than before."""
        pairs = zip(self.points, ((None, None), *self.points), strict=False)
        return tuple(point for point, before in pairs if point[1] != before[1])

    @property
    def has_grown(self) -> bool:
        """Whether the newest value is above the first."""
        return len(self.points) > 1 and self.points[-1][1] > self.points[0][1]


def lines_of(snapshots: Iterable[Measures], decided_on: Sequence[date] = ()) -> tuple[Line, ...]:
    """Return a line for each figure, and one that counts decisions up to each snapshot and up to now.

    The order in which snapshots and decisions come makes no difference. Of budgets only those count that are
    in the currency of the newest: amounts in two currencies say nothing about growth.
    """
    ordered = sorted(snapshots, key=lambda one: (one.taken_on, one.pk))
    lines = [_line(ordered, figure) for figure in FIGURES]
    days = sorted(decided_on)
    counted = tuple((day, number) for number, day in enumerate(days, 1) if day not in days[number:])
    return (*lines, Line(DECISIONS, counted))


def _line(ordered: Sequence[Measures], figure: Figure) -> Line:
    known = [one for one in ordered if getattr(one, figure.name) is not None]
    unit = ""
    if figure is BUDGET and known:
        unit = known[-1].currency
        known = [one for one in known if one.currency == unit]
    return Line(figure, tuple((one.taken_on, getattr(one, figure.name)) for one in known), unit)


def measures_grown(snapshots: Iterable[Measures]) -> int:
    """Count the figures that are higher in the newest snapshot than in the first."""
    return sum(line.has_grown for line in lines_of(snapshots))
