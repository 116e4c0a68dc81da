"""Claims on mails: who may send which, and what became of it. Each is one statement, committed at once."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.accounts.models import User
from apps.mail.models import Message, Outcome, Status

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
RETRY_SETTLING_SECONDS = 1.0
_RATE_LOCK = 7_461_003

# Rows whose lease ran out come first; what their sender did is not known, and the ledger says so.
_CLAIM = """
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
RETURNING id, kind, user_id, address, ref, dedupe_key, message_id, due_at, attempts
"""

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
    """Mails that are this sender's until `ends`, a moment of `time.monotonic`."""

    token: uuid.UUID
    messages: Sequence[Message]
    ends: float

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
        messages = list(
            Message.objects.raw(_CLAIM, {"limit": limit, "token": token, "lease": LEASE}),
        )
    if not messages:
        return None
    messages.sort(key=lambda message: (message.due_at, message.pk))
    _give_people(messages)
    return Claim(token, messages, began + LEASE.total_seconds())


def _give_people(messages: Sequence[Message]) -> None:
    people = User.objects.get_queryset().in_bulk({message.user_id for message in messages} - {None})
    for message in messages:
        # Whoever erased themselves since has taken the mail along.
        if message.user_id in people:
            message.user = people[message.user_id]


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


def release(held: Claim, messages: Sequence[Message]) -> None:
    """Give back mails that were claimed and not tried, due as they were."""
    Message.objects.held_by(held.token).filter(pk__in=[message.pk for message in messages]).update(
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
