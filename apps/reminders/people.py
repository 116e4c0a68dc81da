"""The people of one batch: held while it is written, with their clocks and the channels they chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models.expressions import RawSQL

from apps.accounts.models import User
from apps.mail.kinds import Channel
from apps.mail.models import Preference
from apps.reminders.digests import DIGEST
from apps.reminders.models import Timing
from apps.reminders.zones import Clock

RULE = "rule:"
# As long as the column of the mail app is.
LONGEST_KIND = 40

_RECOUNT = """
UPDATE accounts_user SET unread_reminders = counted.number
FROM (SELECT person.id, (SELECT count(*) FROM reminders_occurrence o
          WHERE o.person_id = person.id AND o.status IN ('due', 'digested') AND o.in_app
            AND o.read_at IS NULL AND o.snoozed_until IS NULL) AS number
      FROM unnest(%s::bigint[]) AS person(id)) AS counted
WHERE accounts_user.id = counted.id AND accounts_user.unread_reminders <> counted.number
"""


@dataclass(frozen=True)
class Person:
    user: User
    clock: Clock
    channels: dict[str, str] = field(default_factory=dict)

    def channel_for(self, rule: str) -> str:
        """Return how this person hears of a rule; without digests nothing of it comes by mail."""
        channel = self.channels.get(kind_of(rule), Channel.BOTH.value)
        if channel in Channel.with_mail() and not self.takes_digests:
            return Channel.IN_APP.value
        return channel

    @property
    def takes_digests(self) -> bool:
        return self.channels.get(DIGEST, Channel.BOTH) in Channel.with_mail()


def kind_of(rule: str) -> str:
    """Return under which name of the mail app's preferences the channel of a rule is kept."""
    return (RULE + rule)[:LONGEST_KIND]


def hold_people(ids: Iterable[int]) -> dict[int, Person]:
    """Lock the people's rows, in one order for everybody, and read how they want to hear of things.

    Whoever writes occurrences of a person holds their row, so the digest of a day is made by one at a time.
    """
    wanted = each_of(ids)
    users = User.objects.get_queryset().filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    timings = {timing.user_id: timing for timing in Timing.objects.filter(user__in=wanted)}
    channels: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for user_id, kind, channel in Preference.objects.filter(user__in=wanted).values_list(
        "user_id", "kind", "channel"
    ):
        channels[user_id][kind] = channel
    return {user.pk: Person(user, _clock(user, timings.get(user.pk)), channels[user.pk]) for user in users}


def each_of(ids: Iterable[int]) -> RawSQL:
    """Return many ids as one parameter for `__in`; hundreds of them cost more than what they find."""
    return RawSQL("SELECT unnest(%s::bigint[])", [sorted(set(ids))])


def clock_of(user: User) -> Clock:
    return _clock(user, Timing.objects.filter(user=user).first())


def recount(ids: Iterable[int]) -> None:
    """Store how many unread ones each of these people has, where every page's frame finds it."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, [sorted(set(ids))])


def _clock(user: User, timing: Timing | None) -> Clock:
    if timing is None:
        return Clock(user.time_zone)
    return Clock(user.time_zone, timing.local_time, timing.weekdays_only, timing.quiet_until)
