"""Turns schedules that are due into occurrences, and moves each on, in one transaction a batch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from apps.candidates.facts import Figure
from apps.candidates.phases import add_months
from apps.frameworks.schema import ReminderRule
from apps.reminders import ledger, rules
from apps.reminders.conditions import course_of, facts_of_plans
from apps.reminders.ledger import Entry
from apps.reminders.models import Plan, Schedule, Status
from apps.reminders.occurrence import Due
from apps.reminders.people import each_of, hold_people, recount
from apps.reminders.rules import Course
from apps.reminders.zones import Clock

BATCH = 500

# Locked for this planner alone: another one takes the next batch.
DUE = """
SELECT id FROM reminders_schedule WHERE next_due_at <= %s
ORDER BY next_due_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_OPEN = """
SELECT DISTINCT schedule_id FROM reminders_occurrence
WHERE schedule_id = ANY(%s::bigint[]) AND status IN ('due', 'digested')
"""
_MOVE = """
UPDATE reminders_schedule s SET next_on = m.next_on, next_due_at = m.next_due_at, last_on = m.last_on,
    last_due_on = m.last_due_on, ignored = m.ignored, rest_until = m.rest_until
FROM jsonb_to_recordset(%s::jsonb) AS m(
    id bigint, next_on date, next_due_at timestamptz, last_on date, last_due_on date, ignored int, rest_until date)
WHERE s.id = m.id
"""


@dataclass(frozen=True)
class Situation:
    """A schedule that is due, with what decides about it. `has_open` says that the last one still waits."""

    schedule: Schedule
    course: Course
    clock: Clock
    known: Mapping[str, Figure]
    has_open: bool

    @property
    def rule(self) -> ReminderRule:
        return rules.rules_by_key(self.course.framework_version_id)[self.schedule.rule]

    def next(self, after: date, not_before: date | None = None) -> Due | None:
        return rules.next_of(
            self.course,
            self.rule.key,
            zone=self.clock.zone,
            local_time=self.clock.local_time,
            after=after,
            not_before=not_before,
        )


@dataclass(frozen=True)
class Decision:
    """`missed` are recorded as skipped, `due` is told of; then the schedule stands at `last_on`."""

    missed: tuple[Due, ...]
    due: Due | None
    next: Due | None
    last_on: date
    last_due_on: date | None
    ignored: int
    is_done: bool = False
    rest_until: date | None = None


def plan_due(now: datetime, limit: int = BATCH) -> int:
    """Plan one batch of due schedules; return how many there were. Any number of planners may run at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(DUE, [now, limit])
            ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return 0
        schedules = list(Schedule.objects.select_related("plan__candidacy").filter(pk__in=each_of(ids)))
        _plan(schedules, now)
    return len(ids)


def _plan(schedules: Sequence[Schedule], now: datetime) -> None:
    people = hold_people(schedule.plan.person_id for schedule in schedules)
    plans = {schedule.plan_id: schedule.plan for schedule in schedules}
    for plan in plans.values():
        if plan.candidacy is not None:
            plan.candidacy.person = people[plan.person_id].user
    today = {pk: people[plan.person_id].clock.today(now) for pk, plan in plans.items()}
    known = facts_of_plans(plans.values(), today, _facts_asked(schedules))
    waiting = _with_open(schedules)
    decisions = [
        (
            schedule,
            decide(
                Situation(
                    schedule,
                    course_of(schedule.plan),
                    people[schedule.plan.person_id].clock,
                    known.get(schedule.plan_id, {}),
                    has_open=schedule.pk in waiting,
                ),
                now,
            ),
        )
        for schedule in schedules
    ]
    ledger.close((s.pk for s, decision in decisions if decision.is_done), Status.DONE, of="schedule_id")
    ledger.close((s.pk for s, decision in decisions if decision.due), Status.PASSED, of="schedule_id")
    ledger.write([entry for s, decision in decisions for entry in _entries(s, decision)], people, now=now)
    _move(decisions)
    recount(people)


def decide(situation: Situation, now: datetime) -> Decision:
    """Say what becomes of a schedule that is due.

    Of several missed ones only the newest is told of, and only inside its grace. What is not needed is not
    told. After so many ignored in a row a rhythm goes monthly, and after more it goes quiet.
    """
    rule, schedule = situation.rule, situation.schedule
    assert schedule.next_on is not None
    assert schedule.next_due_at is not None
    passed = [Due(schedule.next_on, schedule.next_due_at)]
    while (following := situation.next(passed[-1].on)) and following.at <= now:
        passed.append(following)
    newest, older = passed[-1], tuple(passed[:-1])
    if _is_not_needed(situation, newest):
        return Decision(
            older, None, following, newest.on, schedule.last_due_on, 0, is_done=situation.has_open
        )
    ignored = schedule.ignored + situation.has_open
    is_rhythm, escalation = rule.event is None, rule.escalation
    if is_rhythm and ignored >= escalation.silent_after:
        return Decision(older, None, None, newest.on, schedule.last_due_on, ignored)
    if is_rhythm and ignored >= escalation.monthly_after and schedule.last_due_on:
        month_later = add_months(schedule.last_due_on, 1)
        if newest.on < month_later:
            later = situation.next(newest.on, month_later)
            return Decision(
                older,
                None,
                later,
                newest.on,
                schedule.last_due_on,
                schedule.ignored,
                rest_until=month_later,
            )
    if now - newest.at > timedelta(days=rule.grace_days):
        return Decision((*older, newest), None, following, newest.on, schedule.last_due_on, schedule.ignored)
    return Decision(older, newest, following, newest.on, newest.on, ignored)


def _is_not_needed(situation: Situation, due: Due) -> bool:
    calendar = rules.calendar_of(situation.course, situation.rule.key)
    return rules.is_not_needed(situation.rule, situation.known) or calendar.is_caught_up(
        due.on, situation.known
    )


def _facts_asked(schedules: Iterable[Schedule]) -> set[str]:
    asked = {(course_of(schedule.plan), schedule.rule) for schedule in schedules}
    return {
        name
        for course, key in asked
        for name in rules.facts_asked(
            rules.rules_by_key(course.framework_version_id)[key], rules.calendar_of(course, key)
        )
    }


def _with_open(schedules: Iterable[Schedule]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [[schedule.pk for schedule in schedules]])
        return {pk for (pk,) in cursor.fetchall()}


def _entries(schedule: Schedule, decision: Decision) -> Iterable[Entry]:
    plan: Plan = schedule.plan
    for missed in decision.missed:
        yield Entry(plan.pk, schedule.pk, plan.person_id, schedule.rule, missed.on, missed.at, is_due=False)
    if decision.due:
        yield Entry(plan.pk, schedule.pk, plan.person_id, schedule.rule, decision.due.on, decision.due.at)


def _move(decisions: Sequence[tuple[Schedule, Decision]]) -> None:
    rows = [
        {
            "id": schedule.pk,
            "next_on": decision.next.on if decision.next else None,
            "next_due_at": decision.next.at if decision.next else None,
            "last_on": decision.last_on,
            "last_due_on": decision.last_due_on,
            "ignored": decision.ignored,
            "rest_until": decision.rest_until,
        }
        for schedule, decision in decisions
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [json.dumps(rows, default=str)])
