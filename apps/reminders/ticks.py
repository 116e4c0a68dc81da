"""One tick: plans that are newer than their schedules, what is due, what happened, who wakes from a snooze."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import connection, transaction

from apps.mail.kinds import Channel
from apps.reminders.digests import messages_for
from apps.reminders.looks import look
from apps.reminders.models import Occurrence, Status
from apps.reminders.people import hold_people, recount
from apps.reminders.planning import plan_due
from apps.reminders.plans import database_now, refresh, stale_plans

PLANS_AT_ONCE = 200
WOKEN_AT_ONCE = 500
# A tick leaves the rest to the next one, which may already run beside it.
SECONDS = 45.0


def tick(now: datetime | None = None) -> int:
    """Do everything that is due by the database's clock; return how much there was. Safe to run anywhere, any
    number at once, and to be killed at any moment: each batch is one transaction.
    """
    ends = time.monotonic() + SECONDS
    done = 0
    for step in (_refresh_plans, plan_due, _look_at_changed, look, _wake):
        while time.monotonic() < ends and (some := step(now or database_now())):
            done += some
    _note_the_end()
    return done


def _refresh_plans(now: datetime) -> int:
    stale = stale_plans(PLANS_AT_ONCE)
    # One that somebody else holds is theirs; with nothing of our own to do the next tick goes on.
    return sum(refresh(one, now) for one in stale)


def _note_the_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_tick (id, at) VALUES (1, statement_timestamp())"
            " ON CONFLICT (id) DO UPDATE SET at = excluded.at"
        )


def _look_at_changed(now: datetime) -> int:
    return look(now, only_changed=True)


@transaction.atomic
def _wake(now: datetime) -> int:
    """Bring back what was snoozed until now, as unread, in the app and in the next digest."""
    over = Occurrence.objects.open().filter(snoozed_until__lte=now).order_by("pk")
    found = dict(over.values_list("pk", "person_id")[:WOKEN_AT_ONCE])
    if not found:
        return 0
    people = hold_people(found.values())
    # Somebody else may have woken or dismissed them before the people were ours.
    woken = list(over.filter(pk__in=found).select_for_update(no_key=True))
    mailed = [o for o in woken if people[o.person_id].channel_for(o.rule) in Channel.with_mail()]
    digests = messages_for(((o.person_id, o.snoozed_until or now) for o in mailed), people, now=now)
    for occurrence in woken:
        occurrence.snoozed_until = occurrence.read_at = None
        occurrence.message_id = digests.get(occurrence.person_id) if occurrence in mailed else None
        occurrence.status = Status.DIGESTED if occurrence.message_id else Status.DUE
    Occurrence.objects.bulk_update(woken, ["snoozed_until", "read_at", "message", "status"])
    recount(people)
    return len(woken)
