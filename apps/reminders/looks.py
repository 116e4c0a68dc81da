"""Looks at candidacies now and then: what happened that a rule follows, and what was done meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction

from apps.candidates.facts import Figure
from apps.frameworks.schema import ReminderRule
from apps.reminders import ledger, rules
from apps.reminders.conditions import course_of, facts_of_plans, still_needed
from apps.reminders.events import EVENTS, Anchor, anchors_of
from apps.reminders.ledger import Entry
from apps.reminders.models import Occurrence, Plan, Schedule, Status
from apps.reminders.occurrence import instant_of
from apps.reminders.people import Person, hold_people, recount
from apps.reminders.plans import CLOSED
from apps.reminders.zones import zone_named

BATCH = 200
# Evidence that changed is looked at by the next tick; this is for what leaves no other trace.
LOOK_AGAIN_AFTER: Final = timedelta(hours=1)
# Whoever has just read of something may be doing it.
LOOK_CLOSELY_FOR: Final = timedelta(hours=1)
LOOK_CLOSELY_EVERY: Final = timedelta(minutes=1)
# Whoever did anything may have done what waits, told by mail and never opened in the app.
ACTIVE_FOR: Final = timedelta(days=1)
LOOK_AT_ACTIVE_EVERY: Final = timedelta(minutes=5)

_DUE = """
SELECT p.id FROM reminders_plan p WHERE p.next_look_at <= %(now)s
ORDER BY p.next_look_at, p.id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
"""
_CHANGED = """
SELECT p.id FROM reminders_plan p JOIN candidates_candidacy c ON c.id = p.candidacy_id
WHERE c.closed_at IS NULL AND (c.evidence_rev <> p.evidence_rev
    OR (coalesce(c.last_active_on >= %(active_since)s, false) AND p.next_look_at > %(soon)s AND EXISTS (
        SELECT FROM reminders_occurrence o WHERE o.plan_id = p.id AND o.status IN ('due', 'digested'))))
ORDER BY p.id LIMIT %(limit)s FOR NO KEY UPDATE OF p SKIP LOCKED
"""


def look(now: datetime, limit: int = BATCH, *, only_changed: bool = False) -> int:
    """Look at one batch of plans; return how many there were. Any number may look at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "now": now,
                "limit": limit,
                "active_since": (now - ACTIVE_FOR).date(),
                "soon": now + LOOK_AT_ACTIVE_EVERY,
            }
            cursor.execute(_CHANGED if only_changed else _DUE, values)
            ids = [pk for (pk,) in cursor.fetchall()]
        if ids:
            _look_at(list(Plan.objects.select_related("candidacy__person").filter(pk__in=ids)), now)
    return len(ids)


def _look_at(plans: Sequence[Plan], now: datetime) -> None:
    going = [plan for plan in plans if plan.made_from != CLOSED]
    of_candidacy = {plan.candidacy_id: plan for plan in going if plan.candidacy is not None}
    anchors = anchors_of([plan.candidacy for plan in going if plan.candidacy], now)
    waiting = list(Occurrence.objects.open().filter(plan__in=plans).with_plan())
    # Always in the order of plans, schedules, people, mails: whoever holds one waits only for later ones.
    held = Schedule.objects.filter(plan__in=plans).order_by("pk").select_for_update(no_key=True)
    quiet = [schedule for schedule in held if schedule.next_due_at is None and schedule.ignored]
    people = hold_people(
        {
            *(plan.person_id for plan in plans),
            *(anchor.person_id for some in anchors.values() for anchor in some),
            *(occurrence.person_id for occurrence in waiting),
        }
    )
    today = {plan.pk: people[plan.person_id].clock.today(now) for plan in plans}
    needed = still_needed(waiting, today, now)
    done = [occurrence for occurrence in waiting if occurrence.pk not in needed]
    ledger.close((occurrence.pk for occurrence in done), Status.DONE)
    Schedule.objects.filter(pk__in=[o.schedule_id for o in done if o.schedule_id]).update(ignored=0)
    _write_events(of_candidacy, anchors, people, now)
    _wake_quiet_schedules(going, quiet, today)
    pauses: defaultdict[int, timedelta] = defaultdict(lambda: LOOK_AGAIN_AFTER)
    for occurrence in waiting:
        if occurrence.pk in needed:
            pauses[occurrence.plan_id] = min(pauses[occurrence.plan_id], _pause_after(occurrence, now))
    for plan in plans:
        plan.evidence_rev = plan.candidacy.evidence_rev if plan.candidacy else 0
        plan.next_look_at = None if plan.made_from == CLOSED else now + pauses[plan.pk]
    Plan.objects.bulk_update(plans, ["evidence_rev", "next_look_at"])
    recount(people)


def _pause_after(occurrence: Occurrence, now: datetime) -> timedelta:
    """Return until when what still waits may be left: it is to go soon after it was done."""
    if occurrence.read_at and now - occurrence.read_at < LOOK_CLOSELY_FOR:
        return LOOK_CLOSELY_EVERY
    candidacy = occurrence.plan.candidacy
    active_on = candidacy.last_active_on if candidacy is not None else None
    if active_on is not None and active_on >= (now - ACTIVE_FOR).date():
        return LOOK_AT_ACTIVE_EVERY
    return LOOK_AGAIN_AFTER


def _write_events(
    plans: Mapping[int | None, Plan],
    anchors: Mapping[str, list[Anchor]],
    people: Mapping[int, Person],
    now: datetime,
) -> None:
    groups = [
        (rule, list(_steps(rule, plans[anchor.candidacy_id], anchor, people[anchor.person_id], now)))
        for event, some in anchors.items()
        for anchor in some
        if anchor.person_id in people
        for rule in _rules_after(event, plans[anchor.candidacy_id])
    ]
    keys = [entry.dedupe_key for _, entries in groups for entry in entries]
    there = set(
        Occurrence.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True) if keys else ()
    )
    new = [entry for _, entries in groups for entry in entries if entry.dedupe_key not in there]
    # The next step of the same event takes the place of the one before.
    overtaken = {(e.rule, e.row, e.person_id) for e in new if e.is_due and e.step}
    if overtaken:
        open_ones = Occurrence.objects.open().filter(
            plan__in=plans.values(), row__in={o[1] for o in overtaken}
        )
        ledger.close((o.pk for o in open_ones if (o.rule, o.row, o.person_id) in overtaken), Status.PASSED)
    ledger.write(new, people, now=now)


def _rules_after(event: str, plan: Plan) -> Iterator[ReminderRule]:
    known = rules.known_facts() | EVENTS[event].implied
    for rule in rules.rules_by_key(plan.framework_version_id).values():
        if rule.event == event and not rules.unknown_to(rule, known):
            yield rule


def _steps(rule: ReminderRule, plan: Plan, anchor: Anchor, person: Person, now: datetime) -> Iterator[Entry]:
    """Yield the steps that have come, in order: of them the newest inside its grace is due.

    Those that were over before the plan began are none of its business.
    """
    clock, grace = person.clock, timedelta(days=rule.grace_days)
    zone = zone_named(clock.zone)
    spans = rules.calendar_of(course_of(plan), rule.key).spans
    come = []
    for step in sorted(rule.days):
        on = anchor.at.astimezone(zone).date() + timedelta(days=step)
        at = instant_of(on, clock.local_time or time.fromisoformat(rule.local_time), zone)
        if step >= 0:
            at = max(at, anchor.at)
        if at <= now and at > plan.made_at - grace and any(on in span for span in spans):
            come.append((step, on, at))
    for step, on, at in come:
        yield Entry(
            plan.pk,
            None,
            anchor.person_id,
            rule.key,
            on,
            at,
            is_due=step == come[-1][0] and now - at <= grace,
            by_mail=not (step == 0 and EVENTS[rule.event or ""].is_told_at_once),
            row=anchor.row,
            thing_id=anchor.thing_id,
            step=step,
        )


def _wake_quiet_schedules(
    plans: Sequence[Plan], schedules: Sequence[Schedule], today: Mapping[int, date]
) -> None:
    """Begin again with what had gone quiet, once the person did it all the same."""
    quiet: defaultdict[int, list[Schedule]] = defaultdict(list)
    for schedule in schedules:
        quiet[schedule.plan_id].append(schedule)
    if not quiet:
        return
    some = [plan for plan in plans if plan.pk in quiet]
    known = facts_of_plans(some, today, {n for plan in some for s in quiet[plan.pk] for n in _asked(plan, s)})
    woken = [s for plan in some for s in quiet[plan.pk] if _is_done(plan, s, known[plan.pk])]
    for schedule in woken:
        # What would have come meanwhile was not missed.
        schedule.ignored, schedule.rest_until = 0, None
        schedule.last_on = max(schedule.last_on, today[schedule.plan_id])
    Schedule.objects.bulk_update(woken, ["ignored", "last_on", "rest_until"])
    Plan.objects.filter(pk__in={schedule.plan_id for schedule in woken}).update(made_from="")
    for plan in plans:
        if plan.pk in {schedule.plan_id for schedule in woken}:
            plan.made_from = ""


def _asked(plan: Plan, schedule: Schedule) -> set[str]:
    rule = rules.rules_by_key(plan.framework_version_id).get(schedule.rule)
    return rules.facts_asked(rule) if rule else set()


def _is_done(plan: Plan, schedule: Schedule, known: Mapping[str, Figure]) -> bool:
    rule = rules.rules_by_key(plan.framework_version_id).get(schedule.rule)
    is_quiet = rule is not None and schedule.ignored >= rule.escalation.silent_after
    return rule is not None and is_quiet and rules.is_not_needed(rule, known)
