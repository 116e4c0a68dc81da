"""One phase of a candidacy for its page: its conditions as they hold now, its checklist, and what is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from apps.candidates import destinations
from apps.candidates.facts import Figure, facts_of
from apps.candidates.figures import Held, held, watched
from apps.candidates.models import Candidacy, Tick
from apps.candidates.phases import PhaseState
from apps.candidates.timeline import Plan, PlannedPhase, facts_asked, plan_of, windows_of
from apps.frameworks.schema import Phase, Threshold

# What is overdue whatever the phase, by the fact that counts it, and where it is dealt with.
OVERDUE: Final = (
    ("overdue_actions", "gaps"),
    ("reviews_with_changes_asked", "reviews"),
    ("stale_drafts", "stories"),
    ("mocks_without_feedback", "mocks"),
    ("feedback_without_gap", "feedback"),
)


@dataclass(frozen=True)
class Overdue:
    text: str
    url: str


@dataclass(frozen=True)
class PhasePage:
    plan: Plan
    planned: PlannedPhase
    entry: tuple[Held, ...]
    exit: tuple[Held, ...]
    overdue: tuple[Overdue, ...]
    is_decided: bool

    @property
    def late(self) -> tuple[PlannedPhase, ...]:
        """Phases whose open lines are late: on the page of the current phase all, on that of one its own."""
        if self.is_decided:
            return ()
        if self.planned.is_now:
            return self.plan.late
        return tuple(late for late in self.plan.late if late is self.planned)

    @property
    def before(self) -> PlannedPhase | None:
        number = self.plan.phases.index(self.planned)
        return self.plan.phases[number - 1] if number else None

    @property
    def after(self) -> PlannedPhase | None:
        number = self.plan.phases.index(self.planned) + 1
        return self.plan.phases[number] if number < len(self.plan.phases) else None


def phase_page_of(candidacy: Candidacy, phase: Phase, *, today: date) -> PhasePage:
    """Read what the phase asks about; for the current one also what earlier phases left over."""
    windows = windows_of(candidacy, today)
    is_now = any(window.phase == phase and window.state is PhaseState.NOW for window in windows)
    over = [w.phase for w in windows if w.state in (PhaseState.DONE, PhaseState.MISSED)]
    names = {threshold.fact for threshold in phase.entry_when} | facts_asked(
        [phase, *(over if is_now else ())]
    )
    if is_now:
        names |= {name for name, _ in OVERDUE}
    known = facts_of(candidacy, today, names)
    ticked = Tick.objects.of_candidacy(candidacy).by_line()
    plan = plan_of(candidacy, known=known, today=today, ticked=ticked)
    is_decided = candidacy.decided_on is not None
    return PhasePage(
        plan,
        next(planned for planned in plan.phases if planned.window.phase == phase),
        held(phase.entry_when, known),
        held(phase.exit_when, known),
        overdue_by(known) if is_now and not is_decided else (),
        is_decided,
    )


def overdue_by(known: Mapping[str, Figure]) -> tuple[Overdue, ...]:
    """Return what the facts say is overdue, each with its page if that is built."""
    found = []
    for name, place in OVERDUE:
        (told,) = watched([Threshold(fact=name, above=0)], known)
        if told.is_met:
            found.append(Overdue(told.text, destinations.url_of(place)))
    return tuple(found)
