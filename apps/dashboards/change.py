"""What another target date or level would change for a candidacy, before anybody saves it."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.facts import facts_of
from apps.candidates.models import Candidacy
from apps.candidates.phases import PhaseWindow
from apps.candidates.timeline import windows_of
from apps.frameworks.schema import Level
from apps.readiness.gaps import facts_asked, suggestions_from
from apps.readiness.portfolio import Portfolio, portfolios_by_level
from apps.reminders.forecast import NextDate, next_dates


@dataclass(frozen=True)
class PhaseChange:
    was: PhaseWindow
    becomes: PhaseWindow

    @property
    def is_same(self) -> bool:
        return (self.was.starts_on, self.was.ends_on, self.was.state) == (
            self.becomes.starts_on,
            self.becomes.ends_on,
            self.becomes.state,
        )


@dataclass(frozen=True)
class ComingAndGoing:
    """Names that would come in or fall out, in their own order."""

    coming: tuple[str, ...]
    going: tuple[str, ...]


@dataclass(frozen=True)
class LevelChange:
    """What the same facts show against another level. `at_the_bar` are the principles that would be."""

    was: Level
    becomes: Level
    subjects: ComingAndGoing
    leading: ComingAndGoing
    gaps: ComingAndGoing
    at_the_bar: tuple[str, ...]
    were_at_the_bar: tuple[str, ...]
    principles: int


@dataclass(frozen=True)
class Change:
    """`level` is None where the target level stays: then neither gaps nor the bar change."""

    was_on: date
    becomes_on: date
    phases: tuple[PhaseChange, ...]
    reminders: tuple[NextDate, ...]
    level: LevelChange | None
    is_nothing: bool

    @property
    def moved_phases(self) -> tuple[PhaseChange, ...]:
        return tuple(phase for phase in self.phases if not phase.is_same)

    @property
    def moved_reminders(self) -> tuple[NextDate, ...]:
        return tuple(reminder for reminder in self.reminders if not reminder.is_same)


def change_of(
    candidacy: Candidacy,
    *,
    current_level: str,
    target_level: str,
    target_on: date,
    person: User,
    now: datetime,
) -> Change:
    """Compare the candidacy with what it would be; writes nothing."""
    other = copy(candidacy)
    other.current_level, other.target_level, other.target_on = current_level, target_level, target_on
    today = timezone.localdate(now)
    is_nothing = (candidacy.current_level, candidacy.target_level, candidacy.target_on) == (
        current_level,
        target_level,
        target_on,
    )
    windows = zip(windows_of(candidacy, today), windows_of(other, today), strict=True)
    return Change(
        candidacy.target_on,
        target_on,
        tuple(PhaseChange(was, becomes) for was, becomes in windows),
        next_dates(candidacy, other, person=person, now=now),
        _level_change(candidacy, target_level, today) if target_level != candidacy.target_level else None,
        is_nothing,
    )


def _level_change(candidacy: Candidacy, target_level: str, today: date) -> LevelChange:
    framework, before = candidacy.framework, candidacy.target_level
    portfolios = portfolios_by_level(candidacy, (before, target_level), today=today)
    was, becomes = portfolios[before], portfolios[target_level]
    known = facts_of(candidacy, today, facts_asked(framework))
    return LevelChange(
        framework.level(before),
        framework.level(target_level),
        _compared((s.name for s in was.subjects), (s.name for s in becomes.subjects)),
        _compared(
            (p.name for p in framework.leading_principles(before)),
            (p.name for p in framework.leading_principles(target_level)),
        ),
        _compared(
            (s.title for s in suggestions_from(was.subjects, framework, known)),
            (s.title for s in suggestions_from(becomes.subjects, framework, known)),
        ),
        _at_the_bar(becomes),
        _at_the_bar(was),
        len(becomes.principles),
    )


def _at_the_bar(portfolio: Portfolio) -> tuple[str, ...]:
    return tuple(principle.name for principle in portfolio.principles if principle.bar.is_met)


def _compared(was: Iterable[str], becomes: Iterable[str]) -> ComingAndGoing:
    before, behind = list(was), list(becomes)
    return ComingAndGoing(
        tuple(name for name in behind if name not in before),
        tuple(name for name in before if name not in behind),
    )
