"""The plan of a candidacy for its page: each phase with its checklist, and what a late start left over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.candidates import destinations
from apps.candidates.facts import Figure, hold
from apps.candidates.models import Candidacy
from apps.candidates.phases import PhaseState, PhaseWindow, phase_windows
from apps.frameworks.schema import ChecklistItem, Framework, Phase


@dataclass(frozen=True)
class Task:
    """One line of a checklist; `is_done` is None where only the person can say."""

    text: str
    url: str
    is_done: bool | None


@dataclass(frozen=True)
class Checklist:
    phase: Phase
    tasks: tuple[Task, ...]

    @property
    def done(self) -> int:
        return sum(bool(task.is_done) for task in self.tasks)

    @property
    def counted(self) -> int:
        """Of how many the program knows whether they are done."""
        return sum(task.is_done is not None for task in self.tasks)


@dataclass(frozen=True)
class PlannedPhase:
    """`catch_up` holds, in the current phase, what missed phases asked for and still do."""

    window: PhaseWindow
    checklist: Checklist
    catch_up: tuple[Checklist, ...] = ()

    @property
    def is_now(self) -> bool:
        return self.window.state is PhaseState.NOW


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


def facts_asked(framework: Framework) -> frozenset[str]:
    """Return the facts that decide whether a line of a checklist is done or a phase may be left."""
    return frozenset(
        name
        for phase in framework.phases
        for name in (
            *(line.done_when for line in phase.checklist if line.done_when),
            *(threshold.fact for threshold in phase.exit_when),
        )
    )


def plan_of(candidacy: Candidacy, *, known: Mapping[str, Figure], today: date) -> Plan:
    windows = windows_of(candidacy, today)
    catch_up = tuple(
        _checklist(window.phase, known)
        for window in windows
        if window.state is PhaseState.MISSED and not hold(window.phase.exit_when, known)
    )
    return Plan(
        tuple(
            PlannedPhase(
                window,
                _checklist(window.phase, known),
                catch_up if window.state is PhaseState.NOW else (),
            )
            for window in windows
        ),
        candidacy.target_on,
        today,
    )


def _checklist(phase: Phase, known: Mapping[str, Figure]) -> Checklist:
    return Checklist(phase, tuple(_task(line, known) for line in phase.checklist))


def _task(line: ChecklistItem, known: Mapping[str, Figure]) -> Task:
    figure = known.get(line.done_when) if line.done_when else None
    return Task(line.text, destinations.url_of(line.page), None if figure is None else figure > 0)
