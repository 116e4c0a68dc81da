from datetime import datetime

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.mail.models import Message, Status
from apps.mail.outbox import Outgoing, enqueue, enqueue_all, message_id_of, nothing_enqueued
from tests.cast import CountStatements


class Undone(Exception):
    pass


def test_a_mail_waits_in_the_outbox(stranger: User, now: datetime) -> None:
    is_new = enqueue("note", stranger, ref={"number": 7}, dedupe_key="event:note:7", now=now)

    message = Message.objects.get()
    assert is_new
    assert (message.kind, message.to, message.ref) == ("note", "sam@example.com", {"number": 7})
    assert (message.status, message.attempts) == (Status.PENDING, 0)
    assert message.created_at == now
    assert Message.objects.due().count() == 1


def test_the_same_key_twice_is_one_mail(stranger: User, now: datetime) -> None:
    first = enqueue("note", stranger, ref={"number": 7}, dedupe_key="event:note:7", now=now)
    second = enqueue("note", stranger, ref={"number": 8}, dedupe_key="event:note:7", now=now)

    assert (first, second) == (True, False)
    assert Message.objects.get().ref == {"number": 7}


def test_message_id_is_fixed_by_the_key(stranger: User, now: datetime) -> None:
    enqueue("note", stranger, ref={}, dedupe_key="event:note:7", now=now)

    message = Message.objects.get()
    assert message.message_id == message_id_of("event:note:7")
    assert message.message_id != message_id_of("event:note:8")
    assert message.message_id.endswith("@localhost>")


def test_a_bare_address_gets_mail_too(db: None, now: datetime) -> None:
    enqueue("note", " New@Example.com ", ref={}, dedupe_key="event:note:7", now=now)

    message = Message.objects.get()
    assert (message.user, message.to) == (None, "new@example.com")


def test_no_mail_of_an_event_that_was_undone(stranger: User, now: datetime) -> None:
    @transaction.atomic
    def event() -> None:
        enqueue("note", stranger, ref={}, dedupe_key="event:note:7", now=now)
        raise Undone

    with pytest.raises(Undone):
        event()

    assert not Message.objects.exists()


def test_many_mails_are_one_statement_and_only_new_ones_count(
    stranger: User, now: datetime, statements: CountStatements
) -> None:
    enqueue("note", stranger, ref={}, dedupe_key="note:3", now=now)

    with statements() as done:
        new = enqueue_all((Outgoing("note", stranger, f"note:{n}") for n in range(100)), now=now)

    assert new == 99
    assert done.count == 1, done.sql


def test_a_mail_of_an_unknown_kind_is_refused_at_once(stranger: User, now: datetime) -> None:
    with pytest.raises(KeyError):
        enqueue("nonsense", stranger, ref={}, dedupe_key="x", now=now)


def test_a_time_to_come_is_not_due_yet(stranger: User, now: datetime) -> None:
    enqueue("note", stranger, ref={}, dedupe_key="x", now=now, due_at=now.replace(year=2999))

    assert not Message.objects.due().exists()


def test_playing_what_is_long_past_writes_no_mail(stranger: User, now: datetime) -> None:
    with nothing_enqueued():
        is_new = enqueue("note", stranger, ref={}, dedupe_key="x", now=now)

    assert not is_new
    assert not Message.objects.exists()
