"""What a person does with a reminder. Each holds the person first, so that counts and digests stay true."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.mail.models import choose_channel
from apps.reminders import ledger
from apps.reminders.models import Occurrence, Plan, Schedule, Status, Timing
from apps.reminders.people import clock_of, hold_people, kind_of, recount

SNOOZES = (1, 7)


class NotASnooze(Exception):
    """Not one of the lengths that are offered."""


@transaction.atomic
def mark_read(occurrence: Occurrence, *, now: datetime) -> None:
    hold_people([occurrence.person_id])
    Occurrence.objects.unread().filter(pk=occurrence.pk).update(read_at=now)
    recount([occurrence.person_id])


@transaction.atomic
def follow(occurrence: Occurrence, *, now: datetime) -> None:
    """Note that the person goes to do it: it is read, and the next ticks look whether it is done."""
    # The plan first, as the tick does.
    Plan.objects.filter(pk=occurrence.plan_id).update(next_look_at=now)
    mark_read(occurrence, now=now)


@transaction.atomic
def mark_unread(occurrence: Occurrence) -> None:
    hold_people([occurrence.person_id])
    Occurrence.objects.open().filter(pk=occurrence.pk).update(read_at=None)
    recount([occurrence.person_id])


@transaction.atomic
def mark_all_read(user: User, *, now: datetime) -> None:
    hold_people([user.pk])
    Occurrence.objects.visible_to(user).unread().update(read_at=now)
    recount([user.pk])


@transaction.atomic
def dismiss(occurrence: Occurrence) -> None:
    """Take it off the list; whoever answers a reminder has not ignored it."""
    # The schedule first, as the planner does.
    if occurrence.schedule_id:
        Schedule.objects.filter(pk=occurrence.schedule_id).update(ignored=0)
    hold_people([occurrence.person_id])
    ledger.close([occurrence.pk], Status.DISMISSED)
    recount([occurrence.person_id])


@transaction.atomic
def snooze(occurrence: Occurrence, *, days: int, now: datetime) -> datetime:
    """Take it off the list until the morning so many days on; return when. Raises NotASnooze."""
    if days not in SNOOZES:
        raise NotASnooze(days)
    hold_people([occurrence.person_id])
    clock = clock_of(occurrence.person)
    until = clock.slot(clock.today(now) + timedelta(days=days))
    Occurrence.objects.open().filter(pk=occurrence.pk).update(snoozed_until=until)
    recount([occurrence.person_id])
    return until


@transaction.atomic
def change_timing(
    user: User,
    *,
    local_time: time | None,
    weekdays_only: bool,
    quiet_until: date | None,
    channels: dict[str, str],
) -> None:
    """Set when and how this person hears of what is due; `channels` by rule. The next tick plans accordingly."""
    Timing.objects.update_or_create(
        user=user,
        defaults={"local_time": local_time, "weekdays_only": weekdays_only, "quiet_until": quiet_until},
    )
    for rule, channel in channels.items():
        choose_channel(user, kind_of(rule), channel)
