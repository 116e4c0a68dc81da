"""`manage.py deliver --loop` as a process of its own: pass by pass, without Redis, and to a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.db.models.functions import Now

from apps.accounts import outgoing
from apps.candidates.models import Candidacy
from apps.mail.models import Attempt, Message, Status
from apps.reminders.models import Occurrence, Plan, Schedule
from tests.factories.candidates import CandidacyFactory
from tests.factories.mail import MessageFactory
from tests.mail.sink import Manner, Sink
from tests.platform.house import ROOT, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

# The process's own clock stands days beside the database's.
BESIDE = """
import sys
from datetime import UTC, datetime, timedelta
import time_machine
from django.core.management import execute_from_command_line
days = float(sys.argv.pop(1))
with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
    execute_from_command_line(sys.argv)
"""
WORDS = ("deliver", "--loop", "--pause", "0.1")

type Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        yield server


@pytest.fixture
def start(sink: Sink) -> Iterator[Start]:
    """Start the loop on the test's database, with a broker that is nowhere; what is left of it is killed."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": "redis+socket:///nowhere/valkey.sock",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    running: list[subprocess.Popen[str]] = []

    def started(*, days: float | None = None) -> subprocess.Popen[str]:
        words = ["manage.py", *WORDS] if days is None else ["-c", BESIDE, str(days), *WORDS]
        command = [sys.executable, *words]
        running.append(
            subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        )
        return running[-1]

    yield started
    for process in running:
        process.kill()
        process.communicate()


def database_url() -> str:
    known = connection.get_connection_params()
    options = urlencode({"host": known["host"]}) if "host" in known else ""
    signed = (
        f"{known.get('user', '')}:{quote(known['password'])}"
        if known.get("password")
        else known.get("user", "")
    )
    return f"postgresql://{signed}@:{known.get('port', '')}/{known['dbname']}?{options}"


def end(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    return said


def mails(number: int) -> list[Message]:
    """Put mails of a kind that the process knows into the outbox."""
    return MessageFactory.create_batch(number, kind=outgoing.SECOND_FACTOR_REMOVED)


def bring_forward(candidacy: Candidacy, rule: str) -> None:
    due = Schedule.objects.filter(plan__candidacy=candidacy, rule=rule)
    assert due.update(next_due_at=Now() - timedelta(seconds=1)) == 1


def send_now() -> None:
    Message.objects.filter(status=Status.PENDING).update(due_at=Now())


def test_passes_follow_one_another_without_redis_until_sigterm(sink: Sink, start: Start) -> None:
    first = CandidacyFactory.create()
    process = start()

    # One pass makes the plan, another finds what is due, another sends it.
    assert wait_until(lambda: Plan.objects.filter(candidacy=first).exists(), 30)
    bring_forward(first, "log_wins")
    assert wait_until(lambda: Occurrence.objects.filter(rule="log_wins").exists())
    send_now()
    assert wait_until(lambda: len(sink.raw) == 1)
    # And again for somebody who came later.
    second = CandidacyFactory.create()
    assert wait_until(lambda: Plan.objects.filter(candidacy=second).exists())
    bring_forward(second, "log_wins")
    assert wait_until(lambda: Occurrence.objects.filter(rule="log_wins").count() == 2)
    send_now()
    assert wait_until(lambda: Message.objects.filter(status=Status.SENT).count() == 2)

    assert end(process) == ""
    assert [mail["To"] for mail in sink.received] == [first.person.email, second.person.email]
    assert Attempt.objects.count() == 2


def test_sigterm_amid_a_batch_ends_it_after_the_mail_in_hand(sink: Sink, start: Start) -> None:
    mails(20)
    sink.manners.append(Manner.SLOW)
    process = start()
    assert wait_until(lambda: bool(sink.raw), 30)

    end(process)

    sent = Message.objects.filter(status=Status.SENT).count()
    assert sent == len(sink.raw) == Attempt.objects.count() == 1
    # The others wait for whoever comes next, and not for the end of a lease.
    assert Message.objects.due().count() == 19


@pytest.mark.parametrize("days", [3, -3], ids=["ahead", "behind"])
def test_only_the_clock_of_the_database_says_what_is_due(sink: Sink, start: Start, days: float) -> None:
    candidacy = CandidacyFactory.create()
    later, now = mails(2)
    Message.objects.filter(pk=later.pk).update(due_at=Now() + timedelta(hours=1))
    process = start(days=days)

    assert wait_until(lambda: Plan.objects.filter(candidacy=candidacy).exists(), 30)
    Schedule.objects.filter(rule="principles_without_evidence").update(next_due_at=Now() + timedelta(hours=1))
    bring_forward(candidacy, "log_wins")
    assert wait_until(lambda: Occurrence.objects.filter(rule="log_wins").exists())
    assert wait_until(lambda: Message.objects.filter(pk=now.pk, status=Status.SENT).exists())
    end(process)

    assert not Occurrence.objects.filter(rule="principles_without_evidence").exists()
    assert sink.message_ids == [now.message_id]
    assert Message.objects.filter(pk=now.pk, sent_at__range=(Now() - timedelta(minutes=1), Now())).exists()
