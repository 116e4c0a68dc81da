"""The gaps of a candidacy as a page shows them: what is suggested, what is open, what was settled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from apps.candidates.facts import Figure, facts_of
from apps.candidates.models import Candidacy, Subject
from apps.candidates.phases import current_window
from apps.candidates.timeline import windows_of
from apps.frameworks.schema import Framework
from apps.readiness.models import Gap, GapStatus
from apps.readiness.portfolio import SubjectStanding, portfolio_of
from apps.readiness.ratings import Received, received_by_subject, talk_items_of
from apps.readiness.suggestions import Suggestion, WeighedSubject, suggest

# An action that the framework proposes is due after this long, and before its phase is over.
PROPOSED_AFTER = timedelta(days=30)
# Suggestions that stand on the page at once; the others are folded.
MOST_SHOWN = 6


@dataclass(frozen=True)
class OpenGap:
    """`steps` are what the framework proposes and nobody took up yet."""

    gap: Gap
    steps: tuple[str, ...]
    late: int

    @property
    def is_done(self) -> bool:
        """Whether every step taken on is done, and at least one is."""
        return bool(self.gap.done_actions) and not self.gap.open_actions


@dataclass(frozen=True)
class GapsPage:
    """`suggestions` are the heaviest, `lighter` the others."""

    suggestions: tuple[Suggestion, ...]
    lighter: tuple[Suggestion, ...]
    open: tuple[OpenGap, ...]
    closed: tuple[Gap, ...]
    dismissed: tuple[Gap, ...]
    proposed_on: date


def gaps_page_of(candidacy: Candidacy, *, today: date) -> GapsPage:
    gaps = list(Gap.objects.of_candidacy(candidacy).with_actions())
    proposed = {gap.key: gap.development for gap in candidacy.framework.common_gaps}
    open_gaps = [
        _open(gap, proposed.get(gap.source.removeprefix("common:"), ()), today) for gap in gaps if gap.is_open
    ]
    left = _left(suggestions_of(candidacy, today=today), gaps)
    return GapsPage(
        suggestions=left[:MOST_SHOWN],
        lighter=left[MOST_SHOWN:],
        open=tuple(sorted(open_gaps, key=lambda one: (-one.late, _next_due(one.gap)))),
        closed=tuple(gap for gap in gaps if gap.status == GapStatus.CLOSED),
        dismissed=tuple(gap for gap in gaps if gap.status == GapStatus.DISMISSED),
        proposed_on=proposed_day(candidacy, today),
    )


def suggestions_of(candidacy: Candidacy, *, today: date) -> tuple[Suggestion, ...]:
    """Return all that the facts suggest, taken on or dismissed or not."""
    framework = candidacy.framework
    subjects = portfolio_of(candidacy, today=today).subjects
    known = facts_of(candidacy, today, facts_asked(framework))
    return suggestions_from(subjects, framework, known, received_by_subject(candidacy))


def suggestions_from(
    subjects: Collection[SubjectStanding],
    framework: Framework,
    known: Mapping[str, Figure],
    theirs: Received | None = None,
) -> tuple[Suggestion, ...]:
    weighed = [_weighed(subject, framework) for subject in subjects]
    talk = talk_items_of(framework, subjects, theirs or {})
    return suggest(weighed, framework.common_gaps, known, talk)


def facts_asked(framework: Framework) -> frozenset[str]:
    """Return the facts that decide whether a common gap is suggested."""
    return frozenset(trigger.fact for gap in framework.common_gaps for trigger in gap.triggers)


def suggestion_named(candidacy: Candidacy, source: str, *, today: date) -> Suggestion | None:
    """Return the suggestion of this source as things stand; None where the facts suggest it no more."""
    return next((s for s in suggestions_of(candidacy, today=today) if s.source == source), None)


def proposed_day(candidacy: Candidacy, today: date) -> date:
    """Return when a proposed action is due: in a month, or on the last day of the phase if that comes first."""
    last_on = current_window(windows_of(candidacy, today)).last_on
    day = today + PROPOSED_AFTER
    return max(min(day, last_on), today) if last_on else day


def _open(gap: Gap, development: Iterable[str], today: date) -> OpenGap:
    taken = {action.title for action in gap.actions.all()}
    late = sum(action.is_late(today) for action in gap.actions.all())
    return OpenGap(gap, tuple(step for step in development if step not in taken), late)


def _next_due(gap: Gap) -> date:
    return min((action.due_on for action in gap.open_actions), default=date.max)


def _left(suggestions: Iterable[Suggestion], gaps: Iterable[Gap]) -> tuple[Suggestion, ...]:
    """Leave out what was taken on, and what was settled unless more weighs on it now."""
    open_sources = {gap.source for gap in gaps if gap.is_open}
    settled: dict[str, int] = {}
    for gap in gaps:
        settled[gap.source] = max(gap.weight, settled.get(gap.source, -1))
    return tuple(
        s for s in suggestions if s.source not in open_sources and s.weight > settled.get(s.source, -1)
    )


def _weighed(subject: SubjectStanding, framework: Framework) -> WeighedSubject:
    if subject.kind == Subject.PRINCIPLE:
        wanted = framework.principle(subject.key).prompts.evidence_needed
    else:
        wanted = framework.indicator(subject.key).rubric[2]
    return WeighedSubject(
        subject.kind,
        subject.key,
        subject.name,
        subject.standing.step,
        subject.leads,
        subject.bar.is_met,
        subject.bar.missing,
        wanted,
        subject.standing.own_rating,
    )
