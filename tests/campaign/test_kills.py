"""At least sixty `kill -9` of workers, beats and loops, with Redis flushed, PostgreSQL restarted, and a mail
server that refuses, stalls and loses its reply: no occurrence lost, one row each, and second copies only where
the promise allows them, each with the Message-ID of the first.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.servers import Installation, installed
from tests.mail.sink import Manner, Sink
from tests.platform.house import House

pytestmark = pytest.mark.campaign

KILLS = 66
PARTS = ("worker 1", "worker 2", "beat 1", "beat 2", "loop 1", "loop 2")
PEOPLE = 120
SECONDS_BETWEEN = 1.0
# Rules that nothing these people did makes unneeded, each less often than it takes to be told monthly.
RULES = ("log_wins", "principles_without_evidence", "rate_on_entry")

SETTLE = f"""
from apps.reminders.ticks import tick
from tests.factories.candidates import CandidacyFactory
from tests.factories.frameworks import shipped_version
shipped_version()
CandidacyFactory.create_batch({PEOPLE})
tick()
"""
# As if the rules' days were now: the occurrence keeps the date that names it.
BRING_FORWARD = """
UPDATE reminders_schedule SET next_due_at = statement_timestamp() WHERE id = ANY (ARRAY(
    SELECT id FROM reminders_schedule WHERE rule = ANY(%(rules)s) AND next_due_at > statement_timestamp()
    AND ignored < 1 AND (SELECT count(*) FROM reminders_occurrence o WHERE o.schedule_id = reminders_schedule.id) < 2
    ORDER BY random() LIMIT %(some)s))
RETURNING id, next_on
"""
SEND_NOW = "UPDATE mail_message SET due_at = statement_timestamp() WHERE status = 'pending'"
END_LEASES = "UPDATE mail_message SET lease_until = statement_timestamp() WHERE status = 'leased'"
FINISH = """
from apps.mail.delivery import deliver_due
from apps.reminders.ticks import tick
tick()
deliver_due()
"""
MISBEHAVING = (Manner.GREY, Manner.NO_SUCH, Manner.DROP_REPLY, Manner.DROP_REPLY, Manner.CLOSING)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        yield server


@pytest.fixture
def installation(sink: Sink) -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))
    environment = {
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "MAIL_PER_MINUTE": "0",
        "LOG_LEVEL": "ERROR",
    }
    house = House(folder / "data", environment)
    try:
        with installed(house) as installation:
            done = house.manage("migrate", "-v0")
            assert done.returncode == 0, done.stderr
            house.shell(SETTLE)
            yield installation
        assert house.wait_until_empty(15) == []
    finally:
        shutil.rmtree(folder)


def test_no_kill_loses_an_occurrence_or_doubles_a_row(installation: Installation, sink: Sink) -> None:
    choose = random.Random(7)
    for name in PARTS:
        installation.start(name)
    time.sleep(4)
    asked: list[tuple[object, ...]] = []
    for number in range(KILLS):
        asked += bring_forward(installation)
        installation.write(SEND_NOW)
        sink.manners.extend(choose.choices(MISBEHAVING, k=1) if number % 2 else [Manner.TAKE])
        if number == KILLS // 2:
            sink.manners.append(Manner.STALL)
        time.sleep(choose.uniform(0.2, 2 * SECONDS_BETWEEN - 0.2))
        name = choose.choice(sorted(installation.running))
        installation.kill(name)
        if number in {KILLS // 4, KILLS // 2, 3 * KILLS // 4}:
            installation.flush_redis()
        if number in {KILLS // 3, 2 * KILLS // 3}:
            installation.restart_postgres()
        revive(installation)

    finish(installation)
    check(installation, sink, asked)


def bring_forward(installation: Installation) -> list[tuple[object, ...]]:
    with installation._connected() as connection:
        return connection.execute(BRING_FORWARD, {"rules": list(RULES), "some": 8}).fetchall()


def revive(installation: Installation) -> None:
    """Start what was killed, and what gave up by itself."""
    for name in PARTS:
        process = installation.running.get(name)
        if process is None or process.poll() is not None:
            installation.start(name)


def finish(installation: Installation) -> None:
    """Let everything end that can: nobody holds a lease whose sender is gone."""
    time.sleep(8)
    installation.kill_all()
    for _ in range(12):
        installation.write(END_LEASES)
        installation.write(SEND_NOW)
        installation.house.shell(FINISH)
        if not installation.rows("SELECT 1 FROM mail_message WHERE status IN ('pending', 'leased')"):
            return
    raise AssertionError("mails stay behind")


def check(installation: Installation, sink: Sink, asked: list[tuple[object, ...]]) -> None:
    rows = Counter(
        installation.rows(
            "SELECT schedule_id, local_date FROM reminders_occurrence WHERE schedule_id IS NOT NULL"
        )
    )
    lost = [key for key in asked if key not in rows]
    unsaid = installation.rows(
        "SELECT o.id FROM reminders_occurrence o LEFT JOIN mail_message m ON m.id = o.message_id"
        " WHERE o.status = 'digested' AND (m.id IS NULL OR m.status NOT IN ('sent', 'dead'))"
    )
    sent = {
        str(pk) for (pk,) in installation.rows("SELECT message_id FROM mail_message WHERE status = 'sent'")
    }
    known = {str(pk) for (pk,) in installation.rows("SELECT message_id FROM mail_message")}
    received = Counter(sink.message_ids)
    doubles = sum(received.values()) - len(received)
    (may_double,) = installation.rows(
        "SELECT count(*) FROM mail_attempt WHERE outcome = 'lost' OR (outcome = 'later' AND code IS NULL)"
    )
    print(
        f"\n{KILLS} kills: {len(asked)} asked for, {len(lost)} lost, {len(unsaid)} untold, {len(sent)} mails,"
        f" {doubles} doubles of at most {may_double[0]}"
    )
    assert len(asked) == len(set(asked)) > 2 * PEOPLE
    assert lost == []
    assert unsaid == []
    assert set(rows.values()) == {1}
    assert sent <= set(received)
    assert set(received) <= known
    assert doubles <= int(str(may_double[0]))
