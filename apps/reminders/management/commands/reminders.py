from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.reminders.explaining import open_for, verdicts_for
from apps.reminders.models import Schedule
from apps.reminders.people import clock_of
from apps.reminders.plans import database_now
from apps.reminders.zones import zone_named

MOST_LISTED = 100


class Command(BaseCommand):
    help = "Say what is due when, or why a person is reminded of something or is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        due = commands.add_parser("due", help="what is due next, the soonest first")
        explain = commands.add_parser("explain", help="each rule of one person: when, or why not")
        due.add_argument("person", nargs="?", help="e-mail address; without one everybody's")
        explain.add_argument("person", help="e-mail address")

    def handle(self, *, command: str, person: str | None, **options: Any) -> None:
        user = _user(person) if person else None
        if command == "due":
            self._due(user)
        elif user is not None:
            self._explain(user)

    def _due(self, user: User | None) -> None:
        schedules = Schedule.objects.exclude(next_due_at=None).select_related("plan__person")
        if user:
            schedules = schedules.filter(plan__person=user)
        for schedule in schedules.order_by("next_due_at", "plan__person__email", "rule")[:MOST_LISTED]:
            owner = schedule.plan.person
            self.stdout.write(f"{_local(schedule.next_due_at, owner)}  {owner.email}  {schedule.rule}")

    def _explain(self, user: User) -> None:
        clock = clock_of(user)
        at = clock.local_time or "08:00"
        days = "on weekdays" if clock.weekdays_only else "every day"
        self.stdout.write(f"{user.email}: mail at {at} {days}, {clock.zone}")
        found = list(verdicts_for(user, database_now()))
        if not found:
            self.stdout.write("nothing is planned: no candidacy, no cohort, or no tick since")
        for verdict in found:
            self.stdout.write(f"{_local(verdict.due_at, user):>22}  {verdict.rule}: {verdict.why}")
        for occurrence in open_for(user):
            mail = "in a mail" if occurrence.message_id else "in the app only"
            self.stdout.write(f"open since {occurrence.local_date}: {occurrence.rule}, {mail}")


def _user(email: str) -> User:
    user = User.objects.with_email(email).first()
    if user is None:
        raise CommandError(f"nobody has the address {email}")
    return user


def _local(moment: datetime | None, user: User) -> str:
    return f"{moment.astimezone(zone_named(user.time_zone)):%Y-%m-%d %H:%M %Z}" if moment else "never"
