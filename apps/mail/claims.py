"""Claims on mails: who may send which, and what became of it. Each is one statement, committed at once."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.accounts.models import User
from apps.mail.models import Message, Outcome, Status

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
RETRY_SETTLING_SECONDS = 1.0
_RATE_LOCK = 7_461_003
# In the order of the model; a raw query of Django's would look each of them up for each row.
_COLUMNS = ("id", "kind", "user_id", "address", "ref", "dedupe_key", "message_id", "due_at", "attempts")
_USER = _COLUMNS.index("user_id")
_REF = _COLUMNS.index("ref")
_OLDEST_FIRST = itemgetter(_COLUMNS.index("due_at"), 0)

# Rows whose lease ran out come first; what their sender did is not known, and the ledger says so.
_CLAIM = f"""
WITH late AS MATERIALIZED (
    SELECT id FROM mail_message
    WHERE status = 'leased' AND lease_until < statement_timestamp()
      AND NOT EXISTS (SELECT FROM mail_hold)
    ORDER BY lease_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), due AS MATERIALIZED (
    SELECT id FROM mail_message
    WHERE status = 'pending' AND due_at <= statement_timestamp()
      AND NOT EXISTS (SELECT FROM mail_hold)
    ORDER BY due_at, id LIMIT %(limit)s - (SELECT count(*) FROM late) FOR UPDATE SKIP LOCKED
), noted AS (
    INSERT INTO mail_attempt (message_id, at, outcome, text)
    SELECT id, statement_timestamp(), 'lost', '' FROM late
)
UPDATE mail_message SET status = 'leased', lease_token = %(token)s,
    lease_until = statement_timestamp() + %(lease)s
WHERE id = ANY (ARRAY(SELECT id FROM late UNION ALL SELECT id FROM due))
RETURNING {", ".join(_COLUMNS)}
"""  # noqa: S608  (the columns stand above)

_SETTLE = """
WITH settled AS (
    UPDATE mail_message SET status = %(status)s, reason = %(reason)s, attempts = attempts + %(counted)s,
        due_at = CASE WHEN %(status)s = 'pending' THEN statement_timestamp() + %(delay)s ELSE due_at END,
        sent_at = CASE WHEN %(status)s = 'sent' THEN statement_timestamp() END,
        lease_token = NULL, lease_until = NULL
    WHERE id = %(id)s AND status = 'leased' AND lease_token = %(token)s
    RETURNING id
)
INSERT INTO mail_attempt (message_id, at, outcome, code, text)
SELECT id, statement_timestamp(), %(outcome)s, %(code)s, %(text)s FROM settled
"""


@dataclass(frozen=True)
class Claim:
    """Mails that are this sender's until `ends`, a moment of `time.monotonic`; the oldest come first."""

    token: uuid.UUID
    rows: Sequence[tuple[Any, ...]]
    people: Mapping[int, User]
    ends: float

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Message:
        """Build a message when its turn comes: a claim of many is short."""
        row = self.rows[number]
        fields = [*row[:_REF], json.loads(row[_REF]), *row[_REF + 1 :]]
        message = Message.from_db(connection.alias, _COLUMNS, fields)
        # Whoever erased themselves since has taken the mail along.
        if (person := self.people.get(row[_USER])) is not None:
            message.user = person
        return message

    @property
    def seconds_left(self) -> float:
        return self.ends - time.monotonic()


@dataclass(frozen=True)
class Settlement:
    """What became of one attempt, and when to try again if it is still pending."""

    status: Status
    outcome: Outcome
    delay: timedelta = timedelta(0)
    code: int | None = None
    text: str = ""
    reason: str = ""

    @property
    def is_attempt(self) -> bool:
        """Whether it counts towards the most attempts a mail gets."""
        return self.outcome != Outcome.CANCELLED


def claim(limit: int) -> Claim | None:
    """Lease up to `limit` due mails, the oldest first; None when there are none, or mail is held."""
    token = uuid.uuid4()
    began = time.monotonic()
    with transaction.atomic():
        limit = _within_rate(limit)
        if limit <= 0:
            return None
        values: dict[str, Any] = {"limit": limit, "token": token, "lease": LEASE}
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, values)
            rows = cursor.fetchall()
    if not rows:
        return None
    rows.sort(key=_OLDEST_FIRST)
    return Claim(token, rows, _people_of(rows), began + LEASE.total_seconds())


def _people_of(rows: Sequence[tuple[Any, ...]]) -> dict[int, User]:
    return User.objects.get_queryset().in_bulk({row[_USER] for row in rows} - {None})


def settle(held: Claim, message: Message, settlement: Settlement) -> bool:
    """Write what became of it, with the token only; False when the lease went to somebody else.

    A database that is away is asked again until the lease ends.
    """
    values: dict[str, Any] = {
        "id": message.pk,
        "token": held.token,
        "status": settlement.status.value,
        "outcome": settlement.outcome.value,
        "delay": settlement.delay,
        "code": settlement.code,
        "text": settlement.text[:200],
        "reason": settlement.reason[:200],
        "counted": int(settlement.is_attempt),
    }
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(_SETTLE, values)
                is_settled = bool(cursor.rowcount)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or held.seconds_left <= 0:
                raise
            logger.warning("the database is away; settling %s again", message.pk)
            connection.close()
            time.sleep(RETRY_SETTLING_SECONDS)
            continue
        if not is_settled:
            logger.warning("the lease of mail %s went to another sender", message.pk)
        return is_settled


def release(held: Claim, number: int) -> None:
    """Give back the mails of a claim from that number on, which were not tried, due as they were."""
    Message.objects.held_by(held.token).filter(pk__in=[row[0] for row in held.rows[number:]]).update(
        status=Status.PENDING, lease_token=None, lease_until=None
    )


def _within_rate(limit: int) -> int:
    """Return how many of `limit` may go now by the rate of the whole installation; one claims at a time."""
    if not settings.MAIL_PER_MINUTE:
        return limit
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RATE_LOCK])
        cursor.execute(
            "SELECT (SELECT count(*) FROM mail_attempt WHERE at > statement_timestamp() - interval '1 minute'"
            " AND outcome IN ('sent', 'later', 'refused'))"
            " + (SELECT count(*) FROM mail_message WHERE status = 'leased'"
            " AND lease_until >= statement_timestamp())"
        )
        (taken,) = cursor.fetchone()
    return min(limit, int(settings.MAIL_PER_MINUTE) - int(taken))
