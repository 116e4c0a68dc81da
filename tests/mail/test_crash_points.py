"""A sender that dies at each point named in docs/architecture.md: no mail lost, a second copy only with the same
Message-ID, and only where the promise allows one.

`Died` is no `Exception`, so that nothing on the way can tidy up, as after `kill -9`.
"""

import smtplib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from apps.mail import claims, delivery
from apps.mail.claims import Claim, Settlement
from apps.mail.delivery import deliver_due
from apps.mail.models import Attempt, Message, Outcome, Status
from apps.mail.transport import Transport
from tests.factories.mail import MessageFactory
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

type PassTime = Callable[[], None]


class Died(BaseException):
    pass


@pytest.fixture
def message() -> Message:
    return MessageFactory.create()


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the sender die before or after a step, the first time it gets there."""

    def at(owner: Any, step: str, *, is_after: bool) -> None:
        original = getattr(owner, step)
        deaths = iter([Died])

        def stopping(*args: Any, **kwargs: Any) -> Any:
            death = next(deaths, None)
            if death and not is_after:
                raise death
            outcome = original(*args, **kwargs)
            if death:
                raise death
            return outcome

        monkeypatch.setattr(owner, step, stopping)

    return at


def die_and_come_back(overdue: PassTime) -> None:
    with pytest.raises(Died):
        deliver_due()
    deliver_due()
    overdue()
    deliver_due()


def outcomes_of(message: Message) -> list[str]:
    return list(Attempt.objects.filter(message=message).order_by("pk").values_list("outcome", flat=True))


def check_sent(message: Message) -> None:
    message.refresh_from_db()
    assert (message.status, message.lease_token) == (Status.SENT, None)


def test_before_the_claim_is_committed(
    sink: Sink, message: Message, overdue: PassTime, dying: Callable[..., None]
) -> None:
    # Inside the claim's transaction, once its rows are locked and written.
    dying(claims, "_people_of", is_after=True)
    original = claims.claim

    def in_one_transaction(limit: int) -> Claim | None:
        with transaction.atomic():
            return original(limit)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "claim", in_one_transaction)
        with pytest.raises(Died):
            deliver_due()

    message.refresh_from_db()
    assert message.status == Status.PENDING
    deliver_due()
    check_sent(message)
    assert sink.message_ids == [message.message_id]
    assert outcomes_of(message) == [Outcome.SENT]


def test_after_the_claim_is_committed(
    sink: Sink, message: Message, overdue: PassTime, dying: Callable[..., None]
) -> None:
    dying(claims, "claim", is_after=True)

    die_and_come_back(overdue)

    check_sent(message)
    assert sink.message_ids == [message.message_id]
    assert outcomes_of(message) == [Outcome.LOST, Outcome.SENT]


def test_after_connecting(
    sink: Sink, message: Message, overdue: PassTime, dying: Callable[..., None]
) -> None:
    dying(Transport, "connect", is_after=True)

    die_and_come_back(overdue)

    check_sent(message)
    assert sink.message_ids == [message.message_id]
    assert outcomes_of(message) == [Outcome.LOST, Outcome.SENT]


def test_after_the_final_dot(
    sink: Sink, message: Message, overdue: PassTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies, deaths = smtplib.SMTP.getreply, iter([Died])
    is_under_way: list[bool] = []

    def send(self: smtplib.SMTP, content: Any) -> None:
        is_under_way[:] = [content.endswith(b"\r\n.\r\n")] if isinstance(content, bytes) else [False]
        sending(self, content)

    def getreply(self: smtplib.SMTP) -> tuple[int, bytes]:
        if is_under_way == [True] and (death := next(deaths, None)):
            # The server has the mail by the time its reply is there; nobody reads it.
            replies(self)
            raise death
        return replies(self)

    sending = smtplib.SMTP.send
    monkeypatch.setattr(smtplib.SMTP, "send", send)
    monkeypatch.setattr(smtplib.SMTP, "getreply", getreply)

    die_and_come_back(overdue)

    check_sent(message)
    assert sink.message_ids == [message.message_id] * 2
    assert outcomes_of(message) == [Outcome.LOST, Outcome.SENT]


@pytest.mark.parametrize(
    "owner, step, is_after",
    [
        pytest.param(smtplib.SMTP, "sendmail", True, id="after the 250"),
        pytest.param(Transport, "send", True, id="after sending"),
        pytest.param(claims, "settle", False, id="before settling"),
    ],
)
def test_between_the_reply_and_settling(
    sink: Sink,
    message: Message,
    overdue: PassTime,
    dying: Callable[..., None],
    owner: Any,
    step: str,
    is_after: bool,
) -> None:
    dying(owner, step, is_after=is_after)

    die_and_come_back(overdue)

    check_sent(message)
    assert sink.message_ids == [message.message_id] * 2
    assert outcomes_of(message) == [Outcome.LOST, Outcome.SENT]


def test_after_settling(sink: Sink, message: Message, overdue: PassTime, dying: Callable[..., None]) -> None:
    other = MessageFactory.create()
    dying(claims, "settle", is_after=True)

    die_and_come_back(overdue)

    check_sent(message)
    check_sent(other)
    assert sink.message_ids == [message.message_id, other.message_id]
    assert outcomes_of(message) == [Outcome.SENT]
    assert outcomes_of(other) == [Outcome.LOST, Outcome.SENT]


def test_a_database_that_is_away_while_settling_is_asked_again(
    sink: Sink, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "RETRY_SETTLING_SECONDS", 0.01)
    # Its server ends the connection of the sender while the mail is under way.
    original = Transport.send

    def send_and_lose_the_database(transport: Transport, mail: Any) -> Any:
        reply = original(transport, mail)
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return reply

    monkeypatch.setattr(Transport, "send", send_and_lose_the_database)

    deliver_due()

    check_sent(message)
    assert sink.message_ids == [message.message_id]
    assert outcomes_of(message) == [Outcome.SENT]


def test_a_database_that_stays_away_is_given_up_when_the_lease_ends(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = claims.claim(1)
    assert held is not None
    gone = replace(held, ends=0.0)
    connection.close()

    def refuse(*_: Any) -> None:
        raise OperationalError("no server")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        with pytest.raises(OperationalError):
            claims.settle(gone, message, Settlement(Status.SENT, Outcome.SENT))


def test_a_kind_whose_code_is_broken_takes_no_other_mail_with_it(
    sink: Sink, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = MessageFactory.create()
    prepared = delivery._prepared

    def prepare(one: Message, choices: Any) -> Any:
        if one.pk == broken.pk:
            raise TypeError("no such field")
        return prepared(one, choices)

    monkeypatch.setattr(delivery, "_prepared", prepare)

    deliver_due()

    check_sent(message)
    broken.refresh_from_db()
    assert (broken.status, broken.reason) == (Status.DEAD, "Cannot be built: TypeError")
