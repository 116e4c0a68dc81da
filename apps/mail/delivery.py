"""Sends what is due: claim, look again, render, send, settle. No transaction is open while sending."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.core.mail import EmailMessage
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.urls import NoReverseMatch

from apps.mail import claims, letters
from apps.mail.claims import Claim, Settlement
from apps.mail.kinds import Channel, Kind, kind_named
from apps.mail.models import Message, Outcome, Preference, Status
from apps.mail.transport import DEADLINE_SECONDS, TAKEN, Reply, Transport

logger = logging.getLogger(__name__)

MAILS_A_RUN = 500
# Claimed together, settled one by one; few enough to be sent within the lease.
MAILS_A_CLAIM = 50
MOST_ATTEMPTS = 8
# After so many connections lost in a row the server is taken to be away, and the run ends.
MOST_LOST_CONNECTIONS = 3
# The seventh wait ends some twenty hours after the first attempt: longer than most nights.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 600))
JITTER = 0.25

# What a kind's `render` or `still_wanted` raises when the mail is wrong, and not the database or network.
UNBUILDABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MultipleObjectsReturned,
    NoReverseMatch,
    ObjectDoesNotExist,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Unwanted:
    """Why a mail is not needed any more."""

    reason: str


def deliver_due(limit: int = MAILS_A_RUN, *, is_over: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send up to `limit` due mails over one connection; return how many came to which outcome.

    Any number may run at once. Ends early when the server is away, or when `is_over` says so between two
    mails: what was not tried stays due.
    """
    outcomes: Counter[str] = Counter()
    with Transport() as transport:
        while (left := limit - outcomes.total()) > 0:
            held = claims.claim(min(MAILS_A_CLAIM, left))
            if held is None or not _send_claimed(transport, held, outcomes, is_over):
                break
    return outcomes


def _send_claimed(
    transport: Transport, held: Claim, outcomes: Counter[str], is_over: Callable[[], bool]
) -> bool:
    """Try the mails of one claim; return False when the run should end, the rest given back."""
    choices = _choices_of(held.people)
    lost = 0
    for number in range(len(held)):
        if is_over():
            claims.release(held, number)
            return False
        # Twice the deadline: a server may take its time to connect as well.
        if held.seconds_left < 2 * DEADLINE_SECONDS or lost >= MOST_LOST_CONNECTIONS:
            logger.warning("the mail server is slow or away; what is left stays due")
            claims.release(held, number)
            return False
        message = held[number]
        settlement, is_connected = _attempt(transport, held, message, choices)
        claims.settle(held, message, settlement)
        outcomes[settlement.outcome] += 1
        lost = 0 if is_connected else lost + 1
    return lost < MOST_LOST_CONNECTIONS


def _attempt(
    transport: Transport, held: Claim, message: Message, choices: dict[tuple[int, str], str]
) -> tuple[Settlement, bool]:
    """Try one mail; return what to settle, and whether the server is still there."""
    try:
        mail = _prepared(message, choices)
        if isinstance(mail, Unwanted):
            return Settlement(Status.CANCELLED, Outcome.CANCELLED, reason=mail.reason), True
        reply = transport.connect()
        if reply == TAKEN and held.seconds_left < DEADLINE_SECONDS:
            reply = Reply(None, "connecting took too long", is_connected=False)
        if reply == TAKEN:
            reply = transport.send(mail)
    except UNBUILDABLE as error:
        logger.exception("mail %s cannot be built", message.pk)
        said = type(error).__name__
        return Settlement(
            Status.DEAD, Outcome.UNBUILDABLE, text=said, reason=f"Cannot be built: {said}"
        ), True
    return _settlement_of(message, reply), reply.is_connected


def _prepared(message: Message, choices: dict[tuple[int, str], str]) -> EmailMessage | Unwanted:
    kind = kind_named(message.kind)
    if message.user is not None:
        if not message.user.is_active:
            return Unwanted("The account is closed")
        if not _wants_mail(message, kind, choices):
            return Unwanted("Unsubscribed")
    if not kind.still_wanted(message):
        return Unwanted("Not needed any more")
    return letters.compose(message, kind)


def _wants_mail(message: Message, kind: Kind, choices: dict[tuple[int, str], str]) -> bool:
    if not kind.can_unsubscribe or message.user_id is None:
        return True
    return choices.get((message.user_id, kind.name), kind.default_channel) in Channel.with_mail()


def _choices_of(people: Collection[int]) -> dict[tuple[int, str], str]:
    rows = Preference.objects.filter(user__in=people).values_list("user_id", "kind", "channel")
    return {(user, kind): channel for user, kind, channel in rows}


def _settlement_of(message: Message, reply: Reply) -> Settlement:
    if reply == TAKEN:
        return Settlement(Status.SENT, Outcome.SENT, code=250)
    if reply.is_final:
        return Settlement(
            Status.DEAD, Outcome.REFUSED, code=reply.code, text=reply.text, reason=f"Refused: {reply.text}"
        )
    attempts = message.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return Settlement(
            Status.DEAD, Outcome.LATER, code=reply.code, text=reply.text, reason=f"{attempts} attempts failed"
        )
    return Settlement(
        Status.PENDING, Outcome.LATER, delay=delay_after(attempts), code=reply.code, text=reply.text
    )


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts, spread so that not all come back at once."""
    base = DELAYS[min(attempts, len(DELAYS)) - 1]
    return base * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (spreading, not secrecy)
