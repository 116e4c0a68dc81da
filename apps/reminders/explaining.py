"""Says of each rule whether, when and why it comes to somebody, in the words of the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.frameworks.schema import ReminderRule
from apps.mail.models import Preference
from apps.reminders import rules
from apps.reminders.conditions import course_of, facts_of_plans
from apps.reminders.events import EVENTS
from apps.reminders.models import Occurrence, Plan, Schedule
from apps.reminders.people import clock_of, kind_of
from apps.reminders.plans import CLOSED, known_to


@dataclass(frozen=True)
class Verdict:
    rule: str
    due_at: datetime | None
    why: str


def verdicts_for(user: User, now: datetime) -> Iterator[Verdict]:
    """Yield one for each rule of each plan of this person; what nobody planned yet has none."""
    channels = Preference.objects.channels_of(user)
    for plan in Plan.objects.filter(person=user).select_related("candidacy__person"):
        course, today = course_of(plan), clock_of(user).today(now)
        schedules = {schedule.rule: schedule for schedule in plan.schedules.all()}
        audience = "candidate" if plan.candidacy_id else "organiser"
        mine = [r for r in rules.rules_by_key(plan.framework_version_id).values() if r.audience == audience]
        asked = {
            name for rule in mine for name in rules.facts_asked(rule, rules.calendar_of(course, rule.key))
        }
        known = facts_of_plans([plan], {plan.pk: today}, asked).get(plan.pk, {})
        for rule in mine:
            schedule = schedules.get(rule.key)
            due_at = schedule.next_due_at if schedule else None
            said = _of(rule, plan, schedule)
            if channels.get(kind_of(rule.key)) == "none":
                said = f"{said}; switched off by the person"
            elif due_at and rules.is_not_needed(rule, known):
                said = f"{said}; not needed as things are"
            yield Verdict(rule.key, due_at, said)


def open_for(user: User) -> list[Occurrence]:
    return list(Occurrence.objects.open().filter(person=user).order_by("due_at", "pk"))


def _of(rule: ReminderRule, plan: Plan, schedule: Schedule | None) -> str:
    if plan.made_from == CLOSED:
        return "the candidacy is closed"
    event = EVENTS.get(rule.event or "")
    if trouble := rules.unknown_to(rule, known_to(plan) | (event.implied if event else frozenset())):
        return trouble
    if event:
        return "follows what happens; looked at once an hour and after each change"
    if not rules.is_dated(rule):
        return f"nobody knows yet when {rule.event} is"
    return _of_schedule(rule, schedule) if schedule else "no date of it is to come"


def _of_schedule(rule: ReminderRule, schedule: Schedule) -> str:
    if schedule.next_due_at is None:
        quiet = rule.event is None and schedule.ignored >= rule.escalation.silent_after
        return f"quiet after {schedule.ignored} ignored" if quiet else "no date of it is to come"
    return f"{schedule.ignored} ignored in a row" if schedule.ignored else "as planned"
