"""P7 and P8: what the outbox costs beside the bare work, in one run, round by round, against the same server.

Run it as `python -m pytest -s bench/test_mail.py` on a quiet machine.
"""

import email.policy
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers
from django.db import connection
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.mail import claims
from apps.mail.delivery import deliver_due
from apps.mail.kinds import kind_named
from apps.mail.letters import compose
from apps.mail.models import Message
from apps.mail.outbox import Outgoing, enqueue_all
from apps.mail.writing import Mail
from tests.cast import NOW
from tests.factories.accounts import UserFactory
from tests.mail.conftest import mailers_to, note  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
MAILS = 300
CLAIMED = 5000

BARE_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM mail_message WHERE status = 'pending' AND due_at <= statement_timestamp()
    ORDER BY due_at, id LIMIT 500 FOR UPDATE SKIP LOCKED
)
UPDATE mail_message SET status = 'leased', lease_token = %s, lease_until = statement_timestamp() + %s::interval
WHERE id = ANY (ARRAY(SELECT id FROM due)) RETURNING id
"""


@pytest.fixture
def far_sink(settings: Settings) -> Iterator[None]:
    """A server in a process of its own, as any real one: in ours it would share the interpreter's lock."""
    command = [sys.executable, "-m", "tests.mail.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        settings.MAILERS = mailers_to(int(process.stdout.readline()))
        settings.MAIL_PER_MINUTE = 0
        yield
        process.terminate()


@pytest.fixture
def people(db: None) -> list[User]:  # noqa: ARG001  (asks for the tables)
    return UserFactory.create_batch(20)


def fill(people: list[User], number: int) -> None:
    Message.objects.all().delete()
    enqueue_all(
        (Outgoing("note", people[n % len(people)], f"note:{uuid.uuid4()}") for n in range(number)), now=NOW
    )


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.mark.usefixtures("far_sink")
def test_mails_leave_at_nearly_the_bare_rate_of_one_connection(people: list[User]) -> None:
    ratios, bare_rates, of_wire = [], [], []
    for _ in range(ROUNDS):
        fill(people, MAILS)
        mails = [compose(message, kind_named("note")) for message in Message.objects.with_people()]
        plain = [as_django_sends_it(mail) for mail in mails]
        bare = seconds(lambda mails=plain: send_bare(mails))  # type: ignore[misc]
        ours = seconds(lambda: deliver_due(MAILS))
        assert Message.objects.filter(status="sent").count() == MAILS
        ratios.append(bare / ours)
        bare_rates.append(MAILS / bare)
        finished = [(mail.to[0], mail.message(policy=email.policy.SMTP).as_bytes()) for mail in mails]
        of_wire.append(seconds(lambda mails=finished: send_finished(mails)) / ours)  # type: ignore[misc]

    print(
        f"\nP8: {statistics.median(ratios):.2f} of the bare rate ({statistics.median(bare_rates):.0f} a second),"
        f" {statistics.median(of_wire):.2f} of handing over mails that were written before"
    )
    assert statistics.median(ratios) >= 0.8


def as_django_sends_it(mail: Mail) -> EmailMultiAlternatives:
    """The floor: the same words, composed before, handed to one open connection of Django's own."""
    plain = EmailMultiAlternatives(mail.subject, mail.body, to=mail.to, headers=mail.extra_headers)
    for html, subtype in mail.alternatives:
        plain.attach_alternative(html, subtype)
    return plain


def send_bare(mails: Sequence[EmailMessage]) -> None:
    backend = mailers["default"]
    backend.open()
    for mail in mails:
        backend.send_messages([mail])
    backend.close()


def send_finished(mails: Sequence[tuple[str, bytes]]) -> None:
    backend: Any = mailers["default"]
    backend.open()
    for to, mail in mails:
        backend.connection.sendmail("starboard@example.com", to, mail)
    backend.close()


def test_claims_come_at_nearly_the_bare_rate(people: list[User], settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 0
    ratios, bare_rates = [], []
    # Nobody counts the first round's loading of code.
    fill(people, CLAIMED)
    claim_all()
    for _ in range(ROUNDS):
        fill(people, CLAIMED)
        bare = seconds(claim_bare)
        fill(people, CLAIMED)
        ours = seconds(claim_all)
        assert Message.objects.filter(status="leased").count() == CLAIMED
        ratios.append(bare / ours)
        bare_rates.append(CLAIMED / bare)

    print(
        f"\nP7: {statistics.median(ratios):.2f} of the bare rate ({statistics.median(bare_rates):.0f} a second)"
    )
    assert statistics.median(ratios) >= 0.7


def claim_bare() -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(BARE_CLAIM, [uuid.uuid4(), "5 minutes"])
            if not cursor.fetchall():
                return


def claim_all() -> None:
    while claims.claim(500) is not None:
        pass
