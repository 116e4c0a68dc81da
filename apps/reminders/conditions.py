"""Whether what a reminder asks for is still to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from apps.candidates.facts import Figure, facts_of_all
from apps.candidates.models import Candidacy
from apps.reminders import organisers, rules
from apps.reminders.events import EVENTS, Anchor, anchors_of
from apps.reminders.models import Occurrence, Plan
from apps.reminders.rules import Course

type Facts = Mapping[int, Mapping[str, Figure]]


def course_of(plan: Plan) -> Course:
    if plan.candidacy is not None:
        return rules.course_of(plan.candidacy)
    return Course(plan.framework_version_id, plan.made_at.date())


def facts_of_plans(plans: Iterable[Plan], today: Mapping[int, date], names: Collection[str]) -> Facts:
    """Return the facts by plan, each as of its person's own day; a statement or two for each app and day."""
    if not names:
        return {}
    found: dict[int, Mapping[str, Figure]] = {}
    by_day: defaultdict[date, list[Plan]] = defaultdict(list)
    for plan in plans:
        by_day[today[plan.pk]].append(plan)
    for day, some in by_day.items():
        candidacies = [plan.candidacy for plan in some if plan.candidacy is not None]
        known = facts_of_all(candidacies, day, names)
        of_organisers = organisers.facts_of_all([p.person_id for p in some if p.candidacy is None], day)
        for plan in some:
            if plan.candidacy is not None:
                found[plan.pk] = known[plan.candidacy.pk]
            else:
                found[plan.pk] = of_organisers.get(plan.person_id, {})
    return found


def still_needed(occurrences: Collection[Occurrence], today: Mapping[int, date], now: datetime) -> set[int]:
    """Return the ids of those that still ask for something; each has its plan with candidacy and person.

    What belongs to a candidacy that is closed, to an event that is over, or to a mentor who may not read
    any more, does not.
    """
    plans = {o.plan_id: o.plan for o in occurrences if _is_open(o.plan)}
    asked, events = _asked_by(occurrences)
    known = facts_of_plans(plans.values(), today, asked)
    candidacies = [plan.candidacy for plan in plans.values() if plan.candidacy is not None]
    standing = anchor_keys(anchors_of(candidacies, now, events))
    return {o.pk for o in occurrences if o.plan_id in plans and _asks(o, known.get(o.plan_id, {}), standing)}


def anchor_keys(anchors: Mapping[str, list[Anchor]]) -> set[tuple[str, str, int]]:
    return {(event, anchor.row, anchor.person_id) for event, some in anchors.items() for anchor in some}


def _asked_by(occurrences: Iterable[Occurrence]) -> tuple[set[str], set[str]]:
    """Return the facts and the events that these are decided by."""
    names, events = set[str](), set[str]()
    for occurrence in occurrences:
        rule = rules.rules_by_key(occurrence.plan.framework_version_id).get(occurrence.rule)
        if rule is None:
            continue
        calendar = rules.calendar_of(course_of(occurrence.plan), rule.key)
        names |= rules.facts_asked(rule, calendar)
        if rule.event in EVENTS:
            assert rule.event is not None
            events.add(rule.event)
            names -= EVENTS[rule.event].implied
    return names, events


def _asks(occurrence: Occurrence, known: Mapping[str, Figure], standing: set[tuple[str, str, int]]) -> bool:
    rule = rules.rules_by_key(occurrence.plan.framework_version_id).get(occurrence.rule)
    if rule is None:
        return False
    if rule.event in EVENTS:
        return (rule.event, occurrence.row, occurrence.person_id) in standing
    calendar = rules.calendar_of(course_of(occurrence.plan), rule.key)
    return not rules.is_not_needed(rule, known) and not calendar.is_caught_up(occurrence.local_date, known)


def _is_open(plan: Plan) -> bool:
    candidacy: Candidacy | None = plan.candidacy
    return candidacy is None or (candidacy.closed_at is None and candidacy.person.is_active)
