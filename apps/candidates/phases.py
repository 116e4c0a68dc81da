"""The phases of a candidacy as half-open windows of dates, from the framework's months and the target date.

The source of the rules is the definition of dates and phases: windows by calendar month with days
clipped to the month's end; the first phase begins no later than the candidacy; a window that was over
before the candidacy began is shown as such, and what it asks for moves into the current one.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.frameworks.schema import Phase


class PhaseState(StrEnum):
    MISSED = "missed"  # over before the candidacy began
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class PhaseWindow:
    """`starts_on` is in, `ends_on` is out (None: without end); `is_clipped` says a late start cut it."""

    phase: Phase
    starts_on: date
    ends_on: date | None
    state: PhaseState
    is_clipped: bool
    today: date

    @property
    def percent(self) -> float:
        """How far today is into it, from 0 to 100; an endless phase has barely begun."""
        if self.ends_on is None:
            return 4
        return 100 * (self.today - self.starts_on).days / max((self.ends_on - self.starts_on).days, 1)

    @property
    def last_on(self) -> date | None:
        """The last day inside, for pages, which show whole days."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


def add_months(day: date, months: int) -> date:
    """Move by calendar months; a day that the month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def phase_windows(
    phases: Sequence[Phase], *, target_on: date, started_on: date, today: date, decided_on: date | None = None
) -> tuple[PhaseWindow, ...]:
    """Return the windows in order of date. They touch, and exactly one of them is NOW.

    Before its decision a candidacy stays in the phase that ends with one, however late it gets.
    """
    # It is still yesterday for a reader whose zone lies behind that of the candidate.
    today = max(today, started_on)
    bounds: list[tuple[Phase, date, date | None]] = []
    is_before_decision = True
    for phase in phases:
        # Whoever begins early begins the first phase at once.
        starts_on = (bounds[-1][2] if bounds else None) or min(
            add_months(target_on, phase.from_month), started_on
        )
        ends_on: date | None = None
        if phase.until_decision:
            planned = add_months(target_on, phase.until_month or 0)
            ends_on = max(decided_on or max(planned, today + timedelta(days=1)), starts_on)
            is_before_decision = False
        elif phase.until_month is not None:
            ends_on = add_months(target_on, phase.until_month)
            if decided_on and is_before_decision:
                ends_on = min(ends_on, decided_on)
            # A phase before it that waited for the decision may have taken all of its time.
            ends_on = max(ends_on, starts_on)
        bounds.append((phase, starts_on, ends_on))

    windows = []
    for phase, starts_on, ends_on in bounds:
        if ends_on is not None and ends_on <= started_on:
            state = PhaseState.MISSED
        elif ends_on is not None and ends_on <= today:
            state = PhaseState.DONE
        elif starts_on <= today:
            state = PhaseState.NOW
        else:
            state = PhaseState.AHEAD
        is_clipped = state is not PhaseState.MISSED and starts_on < started_on
        windows.append(
            PhaseWindow(phase, started_on if is_clipped else starts_on, ends_on, state, is_clipped, today)
        )
    return tuple(windows)


def current_window(windows: Sequence[PhaseWindow]) -> PhaseWindow:
    return next(window for window in windows if window.state is PhaseState.NOW)
