"""What administrators hear when mail is not configured, held or not moving, and what they can do."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.mail import ticks
from apps.mail.models import Message, Status
from apps.mail.standing import notices, watch
from tests.cast import NOW, CountStatements, SignIn
from tests.factories.mail import MessageFactory
from tests.mail.sink import Manner, Sink

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command(*words)
    return capsys.readouterr().out.strip()


def test_all_is_well_while_mail_moves(administrator: User) -> None:
    MessageFactory.create()
    MessageFactory.create(status=Status.SENT)

    assert notices(administrator) == []
    assert watch(NOW).is_well


def test_mail_that_waits_is_said_on_every_page_of_administrators_only(
    sign_in: SignIn, administrator: User, stranger: User, client: Client
) -> None:
    MessageFactory.create(due_at=Now() - timedelta(minutes=20))

    sentence = "Mail is not moving: the oldest one is 20 minutes late."
    assert sentence in sign_in(administrator).get(reverse("accounts:settings")).text
    assert sentence not in sign_in(stranger).get(reverse("accounts:settings")).text
    assert client.get("/readyz").json()["watched"]["mail"] == "oldest 20 minutes late, 0 dead"


def test_nobody_else_is_charged_a_statement(stranger: User, statements: CountStatements) -> None:
    with statements() as done:
        assert notices(stranger) == []

    assert done.count == 0


def test_dead_mail_is_shown_and_can_be_revived(
    administrator: User, capsys: pytest.CaptureFixture[str], sink: Sink
) -> None:
    message = MessageFactory.create(status=Status.DEAD, reason="Refused: no such mailbox", attempts=8)

    assert notices(administrator) == ["1 mail was given up. “manage.py mail dead” says which and why."]
    assert said(capsys, "mail", "dead") == f"{message.pk}\t{message.dedupe_key}\tRefused: no such mailbox"
    assert said(capsys, "mail", "revive") == "1 revived."
    call_command("deliver")

    assert sink.message_ids == [message.message_id]


def test_production_without_a_server_is_said(administrator: User, settings: Settings) -> None:
    settings.PRODUCTION, settings.EMAIL_URL = True, ""

    assert notices(administrator) == [
        "Mail is not configured: set EMAIL_URL, so that invitations and codes can go out."
    ]
    assert not watch(NOW).is_well


def test_held_mail_is_said_and_released(administrator: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "mail", "hold") == "Mail is held."
    assert said(capsys, "mail", "hold") == "Mail was held already."
    assert notices(administrator)[0].startswith("Mail is held")
    with pytest.raises(CommandError, match="needs a look"):
        call_command("mail", "status")
    assert capsys.readouterr().out.strip() == "mail: held"

    assert said(capsys, "mail", "release") == "Mail goes out again; 0 discarded."
    assert said(capsys, "mail", "status") == "mail: moving"


def test_a_test_mail_says_what_the_server_answers(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "mail", "test", "ada@example.com") == "Handed over for ada@example.com."
    assert sink.received[0]["To"] == "ada@example.com"

    sink.manners.append(Manner.NO_SUCH)
    with pytest.raises(CommandError, match=r"the server refused it: 550 5\.1\.1 No such mailbox"):
        call_command("mail", "test", "ada@example.com")


def test_deliver_runs_the_ticks_and_then_sends(
    sink: Sink, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "_ticks", {})
    ticks.add("write a note", lambda: MessageFactory.create(user=stranger))

    call_command("deliver")

    assert len(sink.raw) == 1
    assert Message.objects.get().status == Status.SENT


def test_two_ticks_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "_ticks", {})
    ticks.add("plan", lambda: None)

    with pytest.raises(ValueError, match="is a tick already"):
        ticks.add("plan", lambda: None)
