"""Which reminders of a candidacy would come, go or move if its plan were another one; nothing is planned by it."""

from dataclasses import dataclass
from datetime import date, datetime

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.frameworks.schema import ReminderRule
from apps.reminders import rules
from apps.reminders.models import Schedule
from apps.reminders.people import clock_of
from apps.reminders.plans import begins_after
from apps.reminders.rules import Course
from apps.reminders.zones import Clock


@dataclass(frozen=True)
class NextDate:
    """When a rule would speak next by the plan as it is and by the other one; None is never again."""

    rule: ReminderRule
    was: date | None
    becomes: date | None

    @property
    def is_same(self) -> bool:
        return self.was == self.becomes


def next_dates(
    candidacy: Candidacy, other: Candidacy, *, person: User, now: datetime
) -> tuple[NextDate, ...]:
    """Compare the candidate's own dated rules under two plans of one candidacy; two statements."""
    clock = clock_of(person)
    schedules = {row.rule: row for row in Schedule.objects.filter(plan__candidacy=candidacy)}
    before, behind = rules.course_of(candidacy), rules.course_of(other)
    return tuple(
        NextDate(
            rule,
            _next(rule, before, schedules.get(rule.key), clock, clock.today(now)),
            _next(rule, behind, schedules.get(rule.key), clock, clock.today(now)),
        )
        for rule in candidacy.framework.reminder_rules
        if rule.audience == "candidate"
        and rules.is_dated(rule)
        and not rules.unknown_to(rule, rules.known_facts())
    )


def _next(
    rule: ReminderRule, course: Course, schedule: Schedule | None, clock: Clock, today: date
) -> date | None:
    if schedule and rule.event is None and schedule.ignored >= rule.escalation.silent_after:
        return None
    due = rules.next_of(
        course,
        rule.key,
        zone=clock.zone,
        local_time=clock.local_time,
        after=schedule.last_on if schedule else begins_after(rule, course, today),
        not_before=schedule.rest_until if schedule else None,
    )
    return due.on if due else None
