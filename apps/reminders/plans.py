"""Makes the schedules of candidacies whose plan is newer than them; nobody calls the planner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from apps.frameworks.models import FrameworkVersion
from apps.frameworks.schema import ReminderRule
from apps.reminders import organisers, rules
from apps.reminders.conditions import course_of
from apps.reminders.models import Plan, Schedule
from apps.reminders.occurrence import Due
from apps.reminders.people import clock_of
from apps.reminders.rules import Course
from apps.reminders.zones import Clock

CLOSED: Final = "closed"

# All that decides the dates of a plan, as text. `refreshed` stores it, the tick compares it.
_MADE_FROM = """
CASE WHEN c.closed_at IS NOT NULL OR NOT u.is_active THEN 'closed'
     ELSE concat_ws('|', c.revision, c.framework_version_id, c.started_on, c.target_on, c.decided_on, c.outcome,
                    u.time_zone, t.local_time) END
"""
# Every tick compares all plans and mostly finds none: without the fence the limit would make the server look
# each person up by index, which takes three times as long.
_STALE = f"""
WITH stale AS MATERIALIZED (
    SELECT c.id, {_MADE_FROM} AS made_from
    FROM candidates_candidacy c
    JOIN accounts_user u ON u.id = c.person_id
    LEFT JOIN reminders_timing t ON t.user_id = u.id
    LEFT JOIN reminders_plan p ON p.candidacy_id = c.id
    WHERE p.made_from IS DISTINCT FROM {_MADE_FROM}
      AND NOT (p.id IS NULL AND (c.closed_at IS NOT NULL OR NOT u.is_active))
)
SELECT id, made_from FROM stale LIMIT %s
"""  # noqa: S608  (both parts stand above)
_STALE_ORGANISERS = """
SELECT u.id, concat_ws('|', %(framework)s::bigint, u.time_zone, t.local_time)
FROM accounts_user u
LEFT JOIN reminders_timing t ON t.user_id = u.id
LEFT JOIN reminders_plan p ON p.person_id = u.id AND p.candidacy_id IS NULL
WHERE u.may_create_cohorts AND u.is_active
  AND EXISTS (SELECT FROM cohorts_organiser o WHERE o.user_id = u.id)
  AND p.made_from IS DISTINCT FROM concat_ws('|', %(framework)s::bigint, u.time_zone, t.local_time)
LIMIT %(limit)s
"""
_INSERT = """
INSERT INTO reminders_plan (person_id, candidacy_id, framework_version_id, made_from, made_at, evidence_rev)
SELECT person_id, id, framework_version_id, '', %s, 0 FROM candidates_candidacy WHERE id = %s
ON CONFLICT DO NOTHING
"""
_INSERT_ORGANISER = """
INSERT INTO reminders_plan (person_id, framework_version_id, made_from, made_at, evidence_rev)
VALUES (%s, %s, '', %s, 0) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Stale:
    """A candidacy, or an organiser, whose schedules were made from something else than `made_from`."""

    pk: int
    made_from: str
    is_organiser: bool = False


def stale_plans(limit: int) -> list[Stale]:
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [limit])
        found = [Stale(pk, made_from) for pk, made_from in cursor.fetchall()]
        framework = FrameworkVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
        if framework:
            cursor.execute(_STALE_ORGANISERS, {"framework": framework, "limit": limit})
            found += [Stale(pk, made_from, is_organiser=True) for pk, made_from in cursor.fetchall()]
    return found


@transaction.atomic
def refresh(stale: Stale, now: datetime) -> bool:
    """Make or move the schedules of one plan. Several may try at once: one does and returns True,
    the others pass by.

    What was planned stays planned: a schedule goes on behind its own last date, whatever moved.
    """
    plan = _held_plan(stale, now)
    if plan is None:
        return False
    if stale.made_from == CLOSED:
        plan.schedules.update(next_on=None, next_due_at=None)
        plan.next_look_at = now
    else:
        course, clock = course_of(plan), clock_of(plan.person)
        existing = {
            schedule.rule: schedule
            for schedule in plan.schedules.order_by("pk").select_for_update(no_key=True)
        }
        planned = [
            rule
            for rule in rules.rules_by_key(course.framework_version_id).values()
            if rule.audience == ("candidate" if plan.candidacy else "organiser")
            and rules.is_dated(rule)
            and not rules.unknown_to(rule, known_to(plan))
        ]
        changed = [
            _scheduled(existing.get(rule.key) or _new(plan, rule, course, clock.today(now)), course, clock)
            for rule in planned
        ]
        # A newer framework of an organiser may have fewer.
        plan.schedules.exclude(rule__in=[rule.key for rule in planned]).update(next_on=None, next_due_at=None)
        _save([schedule for schedule in changed if schedule is not None])
        plan.next_look_at = now
    plan.made_from = stale.made_from
    plan.save(update_fields=["made_from", "next_look_at", "framework_version_id"])
    return True


def known_to(plan: Plan) -> frozenset[str]:
    return rules.known_facts() if plan.candidacy_id else organisers.COUNTED


def _held_plan(stale: Stale, now: datetime) -> Plan | None:
    with connection.cursor() as cursor:
        if stale.is_organiser:
            framework = int(stale.made_from.partition("|")[0])
            cursor.execute(_INSERT_ORGANISER, [stale.pk, framework, now])
            key: dict[str, int | None] = {"person": stale.pk, "candidacy": None}
        else:
            cursor.execute(_INSERT, [now, stale.pk])
            key = {"candidacy": stale.pk}
    plan = (
        Plan.objects.select_related("person", "candidacy__person")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(**key)
        .first()
    )
    if plan is None or plan.made_from == stale.made_from:
        return None
    if stale.is_organiser:
        plan.framework_version_id = framework
    return plan


def _new(plan: Plan, rule: ReminderRule, course: Course, today: date) -> Schedule:
    return Schedule(plan=plan, rule=rule.key, last_on=begins_after(rule, course, today))


def begins_after(rule: ReminderRule, course: Course, today: date) -> date:
    """Return behind which day a rule begins that was never planned.

    Of a rhythm nothing is due on the day it begins; of an event what its grace still allows.
    """
    if rule.event is None:
        return max(course.started_on, today)
    return max(course.started_on, today - timedelta(days=rule.grace_days)) - timedelta(days=1)


def _scheduled(schedule: Schedule, course: Course, clock: Clock) -> Schedule | None:
    """Return the schedule with its next date, or None where there is nothing to change or to keep."""
    rule = rules.rules_by_key(course.framework_version_id)[schedule.rule]
    is_quiet = rule.event is None and schedule.ignored >= rule.escalation.silent_after
    due = None if is_quiet else next_after(schedule, course, clock)
    before = schedule.next_on, schedule.next_due_at
    schedule.next_on, schedule.next_due_at = (due.on, due.at) if due else (None, None)
    return schedule if before != (schedule.next_on, schedule.next_due_at) else None


def next_after(schedule: Schedule, course: Course, clock: Clock) -> Due | None:
    return rules.next_of(
        course,
        schedule.rule,
        zone=clock.zone,
        local_time=clock.local_time,
        after=schedule.last_on,
        not_before=schedule.rest_until,
    )


def _save(schedules: list[Schedule]) -> None:
    Schedule.objects.bulk_create([s for s in schedules if s.pk is None])
    Schedule.objects.bulk_update([s for s in schedules if s.pk is not None], ["next_on", "next_due_at"])


def database_now() -> datetime:
    """Return the one clock that decides what is due; those of several machines differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone() or (None,)
    assert isinstance(now, datetime)
    return now.astimezone(UTC)
