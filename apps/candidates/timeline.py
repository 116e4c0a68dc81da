"""The plan of a candidacy for its page: each phase with its checklist, and what a late start left over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from apps.candidates import destinations
from apps.candidates.facts import Figure, hold
from apps.candidates.models import Candidacy
from apps.candidates.phases import PhaseState, PhaseWindow, phase_windows
from apps.frameworks.schema import ChecklistItem, Phase


@dataclass(frozen=True)
class Task:
    """One line of a checklist. `is_tickable` says that no fact tells whether it is done, so the person does."""

    key: str
    text: str
    url: str
    is_done: bool
    is_tickable: bool


@dataclass(frozen=True)
class Checklist:
    phase: Phase
    tasks: tuple[Task, ...]

    @property
    def done(self) -> int:
        return sum(task.is_done for task in self.tasks)

    @property
    def open(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if not task.is_done)


@dataclass(frozen=True)
class PlannedPhase:
    """`catch_up` holds, in the current phase, what missed phases asked for and still do."""

    window: PhaseWindow
    checklist: Checklist
    catch_up: tuple[Checklist, ...] = ()

    @property
    def is_now(self) -> bool:
        return self.window.state is PhaseState.NOW

    @property
    def is_over(self) -> bool:
        return self.window.state in (PhaseState.DONE, PhaseState.MISSED)


@dataclass(frozen=True)
class Plan:
    phases: tuple[PlannedPhase, ...]
    target_on: date
    today: date

    @property
    def current(self) -> PlannedPhase:
        return next(phase for phase in self.phases if phase.is_now)

    @property
    def number_of_current(self) -> int:
        return self.phases.index(self.current) + 1

    @property
    def late(self) -> tuple[PlannedPhase, ...]:
        """Phases that ran out with lines still open; those missed altogether are caught up instead."""
        return tuple(p for p in self.phases if p.window.state is PhaseState.DONE and p.checklist.open)

    @property
    def missed(self) -> tuple[PlannedPhase, ...]:
        return tuple(phase for phase in self.phases if phase.window.state is PhaseState.MISSED)

    @property
    def days_left(self) -> int:
        """Days until the target date; negative once it is over."""
        return (self.target_on - self.today).days


def windows_of(candidacy: Candidacy, today: date) -> tuple[PhaseWindow, ...]:
    return phase_windows(
        candidacy.framework.phases,
        target_on=candidacy.target_on,
        started_on=candidacy.started_on,
        today=today,
        decided_on=candidacy.decided_on,
    )


def facts_asked(phases: Iterable[Phase]) -> frozenset[str]:
    """Return the facts that decide whether a line of a checklist is done or a phase may be left."""
    return frozenset(
        name
        for phase in phases
        for name in (
            *(line.done_when for line in phase.checklist if line.done_when),
            *(threshold.fact for threshold in phase.exit_when),
        )
    )


def plan_of(
    candidacy: Candidacy,
    *,
    known: Mapping[str, Figure],
    today: date,
    ticked: Collection[tuple[str, str]] = frozenset(),
) -> Plan:
    """Return the plan by what is known; `ticked` are the lines, as phase and key, that the person says are done."""
    windows = windows_of(candidacy, today)
    catch_up = tuple(
        _checklist(window.phase, known, ticked)
        for window in windows
        if window.state is PhaseState.MISSED and not hold(window.phase.exit_when, known)
    )
    return Plan(
        tuple(
            PlannedPhase(
                window,
                _checklist(window.phase, known, ticked),
                catch_up if window.state is PhaseState.NOW else (),
            )
            for window in windows
        ),
        candidacy.target_on,
        today,
    )


def is_tickable(line: ChecklistItem, known: Mapping[str, Figure]) -> bool:
    """Whether only the person can say that it is done: it names no fact, or one that nobody counts yet."""
    return line.done_when not in known


def _checklist(phase: Phase, known: Mapping[str, Figure], ticked: Collection[tuple[str, str]]) -> Checklist:
    return Checklist(phase, tuple(_task(phase, line, known, ticked) for line in phase.checklist))


def _task(
    phase: Phase, line: ChecklistItem, known: Mapping[str, Figure], ticked: Collection[tuple[str, str]]
) -> Task:
    tickable = is_tickable(line, known)
    is_done = (phase.key, line.key) in ticked if tickable else (known[line.done_when] or 0) > 0
    return Task(line.key, line.text, destinations.url_of(line.page), is_done, tickable)
