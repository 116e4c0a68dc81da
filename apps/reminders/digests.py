"""Which mail tells of what is due: one digest a person and local day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from apps.mail.models import Message, Status
from apps.mail.outbox import Outgoing, enqueue_all

if TYPE_CHECKING:
    from apps.reminders.people import Person

DIGEST = "digest"
# A digest that went out longer ago says nothing about days to come.
REMEMBERED = timedelta(days=10)


@dataclass(frozen=True)
class Known:
    """A person's digests: one that still takes something, and the local days that are taken."""

    open: int | None
    used: frozenset[date]


def messages_for(
    due: Iterable[tuple[int, datetime]], people: Mapping[int, Person], *, now: datetime
) -> dict[int, int]:
    """Return the digest that tells each of these people (by id, with the moment something was due); it is
    made where none is open.

    Call it with the people held. A digest that waits is locked until the caller's commit, so nobody sends
    it without what is being added.
    """
    earliest: dict[int, datetime] = {}
    for person, due_at in due:
        earliest[person] = min(due_at, earliest.get(person, due_at))
    known = _known_of(earliest, people, now)
    found = {person: known[person].open for person in earliest}
    new: dict[int, Outgoing] = {}
    for person, message in found.items():
        if message is None:
            clock = people[person].clock
            day = clock.digest_day(now, due_at=earliest[person], used=known[person].used)
            new[person] = Outgoing(
                DIGEST, people[person].user, f"digest:{person}:{day}", {"on": str(day)}, clock.slot(day)
            )
    enqueue_all(new.values(), now=now)
    keys = {mail.dedupe_key: person for person, mail in new.items()}
    for pk, key in Message.objects.filter(dedupe_key__in=list(keys)).values_list("pk", "dedupe_key"):
        found[keys[key]] = pk
    return {person: pk for person, pk in found.items() if pk is not None}


def _known_of(ids: Iterable[int], people: Mapping[int, Person], now: datetime) -> defaultdict[int, Known]:
    wanted, since = [pk for pk in ids if pk in people], now - REMEMBERED
    rows = list(
        Message.objects.filter(user__in=wanted, kind=DIGEST)
        .filter(
            Q(status__in=[Status.PENDING, Status.LEASED]) | Q(created_at__gt=since) | Q(sent_at__gt=since)
        )
        .order_by("due_at", "pk")
        .values_list("pk", "user_id", "status", "ref", "sent_at")
    )
    pending = [pk for pk, _, status, _, _ in rows if status == Status.PENDING]
    held = (
        set(
            Message.objects.filter(pk__in=pending, status=Status.PENDING)
            .order_by("pk")
            .select_for_update()
            .values_list("pk", flat=True)
        )
        if pending
        else set()
    )
    openings: dict[int, int] = {}
    used: defaultdict[int, set[date]] = defaultdict(set)
    for pk, user, status, ref, sent_at in rows:
        used[user].add(date.fromisoformat(ref["on"]))
        if pk in held:
            openings.setdefault(user, pk)
        elif status in {Status.PENDING, Status.LEASED}:
            # It is being sent just now.
            used[user].add(people[user].clock.today(now))
        elif sent_at is not None:
            used[user].add(people[user].clock.today(sent_at))
    return defaultdict(
        lambda: Known(None, frozenset()),
        {user: Known(openings.get(user), frozenset(days)) for user, days in used.items()},
    )
