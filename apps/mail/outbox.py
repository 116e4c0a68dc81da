"""Puts mails into the outbox, in the transaction of the event they tell of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from apps.accounts.models import User
from apps.mail.kinds import kind_named
from apps.mail.models import Message
from apps.mail.nudges import nudge

ROWS_AT_ONCE = 500
# Longer than any reminder could be planned a second time.
KEPT = timedelta(days=180)

# Many rows as one parameter: the driver would spend longer on a value each than the server on the row.
_INSERT = """
INSERT INTO mail_message
    (kind, user_id, address, ref, dedupe_key, message_id, status, created_at, due_at, attempts, reason)
SELECT kind, user_id, address, ref, dedupe_key, message_id, 'pending', %s, coalesce(due_at, statement_timestamp()), 0, ''
FROM jsonb_to_recordset(%s::jsonb) AS mail(
    kind text, user_id bigint, address text, ref jsonb, dedupe_key text, message_id text, due_at timestamptz)
ON CONFLICT (dedupe_key) DO NOTHING
"""

_is_closed: ContextVar[bool] = ContextVar("outbox_is_closed", default=False)


@dataclass(frozen=True)
class Outgoing:
    """One mail to come. `due_at` is by the database's clock; None is as soon as it is committed."""

    kind: str
    to: User | str
    dedupe_key: str
    ref: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


def enqueue(
    kind: str,
    to: User | str,
    *,
    ref: Mapping[str, Any],
    dedupe_key: str,
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """Insert one mail; return whether it is new. The same key a second time changes nothing."""
    return bool(enqueue_all([Outgoing(kind, to, dedupe_key, ref, due_at)], now=now))


def enqueue_all(outgoing: Iterable[Outgoing], *, now: datetime) -> int:
    """Insert many mails in the caller's transaction, which goes with or without all of them; return how
    many are new.

    `now` is when they came to be; what is due is asked of the database alone.
    """
    if _is_closed.get():
        return 0
    rows = [_row(mail) for mail in outgoing]
    new = 0
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[first : first + ROWS_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [now, json.dumps(some, default=str)])
            new += cursor.rowcount
    if new:
        _nudge_after_commit()
    return new


@contextmanager
def nothing_enqueued() -> Iterator[None]:
    """Let the actions of this block write no mail: they play what is long past."""
    token = _is_closed.set(True)
    try:
        yield
    finally:
        _is_closed.reset(token)


def prune() -> int:
    """Delete mails that were sent or not needed long ago; return how many rows that were."""
    return Message.objects.finished_before(Now() - KEPT).delete()[0]


def message_id_of(dedupe_key: str) -> str:
    """Return the Message-ID that belongs to a key, the same each time."""
    digest = salted_hmac("apps.mail.message_id", dedupe_key, algorithm="sha256").hexdigest()
    return f"<{digest[:40]}@{urlsplit(settings.SITE_ORIGIN).hostname}>"


def _row(mail: Outgoing) -> dict[str, Any]:
    kind_named(mail.kind)
    user, address = (None, mail.to.strip().lower()) if isinstance(mail.to, str) else (mail.to.pk, "")
    return {
        "kind": mail.kind,
        "user_id": user,
        "address": address,
        "ref": dict(mail.ref),
        "dedupe_key": mail.dedupe_key,
        "message_id": message_id_of(mail.dedupe_key),
        "due_at": mail.due_at,
    }


def _nudge_after_commit() -> None:
    # One nudge for all mails of a transaction.
    if all(hook[1] is not nudge for hook in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)
