"""What the rules of a framework mean for one candidacy: in which days each holds, and what ends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache

from apps.candidates import destinations, facts
from apps.candidates.facts import Figure, hold
from apps.candidates.models import Candidacy, Outcome
from apps.candidates.phases import PhaseState, PhaseWindow, phase_windows
from apps.frameworks.models import content_of
from apps.frameworks.schema import Framework, ReminderRule, Threshold
from apps.reminders.occurrence import Due, Span, next_occurrence
from apps.reminders.zones import zone_named

# Events whose dates follow from the candidacy itself; those of `events` follow from rows.
DATED_EVENTS = frozenset({"candidacy_started", "phase_entered", "phase_ends", "target_date", "not_this_time"})


@dataclass(frozen=True)
class Course:
    """All that decides the dates of a candidacy's rules. An organiser has no target date and no phases."""

    framework_version_id: int
    started_on: date
    target_on: date | None = None
    decided_on: date | None = None
    is_not_this_time: bool = False

    @property
    def framework(self) -> Framework:
        return content_of(self.framework_version_id)

    @property
    def windows(self) -> tuple[PhaseWindow, ...]:
        """The windows as they are from the start; only the end of an undecided one would depend on today."""
        if self.target_on is None:
            return ()
        return phase_windows(
            self.framework.phases,
            target_on=self.target_on,
            started_on=self.started_on,
            today=self.started_on,
            decided_on=self.decided_on,
        )


@dataclass(frozen=True)
class Calendar:
    """The days of one rule in one course. `done_when` ends it where it only catches up on a missed phase."""

    spans: tuple[Span, ...]
    anchors: tuple[date, ...]
    caught_up: tuple[Span, ...]
    done_when: tuple[tuple[Threshold, ...], ...]

    def is_caught_up(self, day: date, known: Mapping[str, Figure]) -> bool:
        return any(day in span for span in self.caught_up) and all(
            hold(thresholds, known) for thresholds in self.done_when
        )


def course_of(candidacy: Candidacy) -> Course:
    return Course(
        candidacy.framework_version_id,
        candidacy.started_on,
        candidacy.target_on,
        candidacy.decided_on,
        candidacy.outcome == Outcome.NOT_THIS_TIME,
    )


@cache
def rules_by_key(framework_version_id: int) -> Mapping[str, ReminderRule]:
    return {rule.key: rule for rule in content_of(framework_version_id).reminder_rules}


def is_dated(rule: ReminderRule) -> bool:
    """Whether its dates can be known beforehand: a cadence, or an event of the candidacy itself."""
    return rule.event is None or rule.event in DATED_EVENTS


def unknown_to(rule: ReminderRule, known: Iterable[str]) -> str:
    """Return why the program cannot ask for what the rule wants, or nothing: its page or a fact is not there."""
    if not destinations.url_of(rule.page):
        return f"no page for “{rule.page}” yet"
    missing = [threshold.fact for threshold in rule.skip_when if threshold.fact not in known]
    return f"nobody counts {', '.join(missing)} yet" if missing else ""


def is_not_needed(rule: ReminderRule, known: Mapping[str, Figure]) -> bool:
    return any(threshold.holds(known.get(threshold.fact)) for threshold in rule.skip_when)


def facts_asked(rule: ReminderRule, calendar: Calendar | None = None) -> set[str]:
    thresholds = [*rule.skip_when, *(t for group in (calendar.done_when if calendar else ()) for t in group)]
    return {threshold.fact for threshold in thresholds}


@lru_cache(maxsize=20_000)
def calendar_of(course: Course, key: str) -> Calendar:
    """Return the days of the rule with this key.

    What a missed phase asked for goes on as *catch-up* in the phases up to the decision, unless a rule of the
    same name holds there, as logging wins does less often later.
    """
    rule = rules_by_key(course.framework_version_id)[key]
    windows = course.windows
    missed = [w for w in windows if w.state is PhaseState.MISSED and w.phase.key in rule.phases]
    if not rule.phases:
        return Calendar((Span(course.started_on, None),), _anchors(rule, course, windows), (), ())
    spans, caught_up = [], []
    for window in windows:
        ends_on = window.ends_on
        is_last = window.phase.until_decision and course.decided_on is None
        span = Span(window.starts_on, None if is_last else ends_on)
        if window.state is not PhaseState.MISSED:
            if window.phase.key in rule.phases:
                spans.append(span)
            elif missed and _is_before_decision(window) and not _is_replaced(rule, course, window.phase.key):
                spans.append(span)
                caught_up.append(span)
        if is_last:
            break
    return Calendar(
        tuple(spans),
        _anchors(rule, course, windows),
        tuple(caught_up),
        tuple(window.phase.exit_when for window in missed),
    )


@lru_cache(maxsize=50_000)
def next_of(
    course: Course,
    key: str,
    *,
    zone: str,
    local_time: time | None,
    after: date,
    not_before: date | None = None,
) -> Due | None:
    calendar = calendar_of(course, key)
    return next_occurrence(
        rules_by_key(course.framework_version_id)[key],
        spans=calendar.spans,
        began_on=course.started_on,
        zone=zone_named(zone),
        after=after,
        local_time=local_time,
        anchors=calendar.anchors,
        not_before=not_before,
    )


def known_facts() -> frozenset[str]:
    return facts.known_names()


def _anchors(rule: ReminderRule, course: Course, windows: tuple[PhaseWindow, ...]) -> tuple[date, ...]:
    mine = [window for window in windows if not rule.phases or window.phase.key in rule.phases]
    match rule.event:
        case "candidacy_started":
            return (course.started_on,)
        case "phase_entered":
            # What a missed phase begins with begins with the candidacy.
            return tuple(
                course.started_on if window.state is PhaseState.MISSED else window.starts_on
                for window in mine
            )
        case "phase_ends":
            return tuple(
                window.ends_on
                for window in mine
                if window.ends_on
                and window.state is not PhaseState.MISSED
                and (course.decided_on or not window.phase.until_decision)
            )
        case "target_date":
            return (course.target_on,) if course.target_on else ()
        case "not_this_time":
            return (course.decided_on,) if course.decided_on and course.is_not_this_time else ()
        case _:
            return ()


def _is_before_decision(window: PhaseWindow) -> bool:
    return window.phase.until_month is not None or window.phase.until_decision


def _is_replaced(rule: ReminderRule, course: Course, phase: str) -> bool:
    return any(
        other.key != rule.key
        and (other.audience, other.name) == (rule.audience, rule.name)
        and phase in other.phases
        for other in course.framework.reminder_rules
    )
