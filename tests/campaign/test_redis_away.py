"""Redis gone, or frozen, for as long as 120 ticks of `deliver --loop`: ten minutes at the five seconds that a
tick is by default (`--tick 5`). Pages answer as before, and what is due comes two ticks late at most.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.campaign.servers import Installation, installed
from tests.mail.sink import Sink
from tests.platform.house import House, wait_until

pytestmark = pytest.mark.campaign

TICKS = 120
TICKS_LATE = 2
# Of the median, round by round; and no single page may wait for a broker.
SLOWER_THAN_BEFORE = 1.5
LONGEST_PAGE = 2.0
VISITS = 25
PEOPLE = 60
# How long Celery may take to find its broker again: it asks every 30 seconds in the end.
BACK_IN_SECONDS = 90.0

SETTLE = f"""
from django.conf import settings
from django.test import Client
from apps.accounts.models import User
from apps.reminders.ticks import tick
from tests.factories.candidates import CandidacyFactory
from tests.factories.frameworks import shipped_version
shipped_version()
CandidacyFactory.create_batch({PEOPLE})
tick()
client = Client()
client.force_login(User.objects.first())
print(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
"""
BRING_FORWARD = """
UPDATE reminders_schedule SET next_due_at = statement_timestamp() WHERE id = (
    SELECT id FROM reminders_schedule WHERE next_due_at > statement_timestamp()
    AND NOT EXISTS (SELECT FROM reminders_occurrence o WHERE o.schedule_id = reminders_schedule.id)
    AND rule = ANY (ARRAY['log_wins', 'principles_without_evidence', 'rate_on_entry'])
    ORDER BY id LIMIT 1)
"""
SEND_NOW = "UPDATE mail_message SET due_at = statement_timestamp() WHERE status = 'pending' AND due_at > statement_timestamp()"
LATEST = "SELECT extract(epoch FROM coalesce(max({done} - due_at), '0'))::float FROM {table} WHERE {done} > %(since)s"
NOW = "SELECT statement_timestamp()"


class Visitor:
    """Somebody with pages open who also does what sends a mail, which is where a page meets the broker."""

    def __init__(self, site: str, cookie: list[str]) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.cookies.set(*cookie)
        self.asked = 0

    def visit(self) -> list[float]:
        self.asked += 1
        pages = [self.get(path) for path in ("/", "/stories/", "/reminders/", "/mentors/")]
        form = {"name": "Mo", "email": f"mo{self.asked}@example.com", "kind": "mentor"}
        form["csrfmiddlewaretoken"] = str(self.session.cookies["csrftoken"])
        sent = self.session.post(f"{self.site}/mentors/new/", form, timeout=60)
        assert sent.status_code == 200, sent.status_code
        assert form["email"] in sent.text
        return [*pages, sent.elapsed.total_seconds()]

    def get(self, path: str) -> float:
        page = self.session.get(self.site + path, timeout=60)
        assert page.status_code == 200, (path, page.status_code)
        return page.elapsed.total_seconds()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        yield server


@pytest.fixture
def installation(sink: Sink, pytestconfig: pytest.Config) -> Iterator[Installation]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="campaign-"))
    environment = {
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "MAIL_PER_MINUTE": "0",
        "LOG_LEVEL": "ERROR",
        "BIND": f"127.0.0.1:{port}",
        "SITE_ORIGIN": f"http://127.0.0.1:{port}",
    }
    house = House(folder / "data", environment)
    try:
        with installed(house) as installation:
            installation.pause = pytestconfig.getoption("tick")
            done = house.manage("migrate", "-v0")
            assert done.returncode == 0, done.stderr
            yield installation
        assert house.wait_until_empty(15) == []
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def visitor(installation: Installation) -> Visitor:
    cookie = installation.house.shell(SETTLE).split()
    for name in ("web", "worker 1", "beat 1", "loop"):
        installation.start(name)
    visitor = Visitor(installation.house.environment["SITE_ORIGIN"], cookie)

    def answers() -> bool:
        try:
            return requests.get(visitor.site, timeout=5).ok
        except requests.RequestException:
            return False

    assert wait_until(answers, 60)
    # Nobody counts each worker's first page.
    for _ in range(8):
        visitor.visit()
    return visitor


def test_redis_stopped_leaves_pages_as_they_are_and_reminders_two_ticks_late_at_most(
    installation: Installation, visitor: Visitor
) -> None:
    before = [visitor.visit() for _ in range(VISITS)]
    installation.stop_redis()

    ((since,),) = installation.rows(NOW)
    during = live_through(installation, visitor)

    check_pages(before, during)
    check_reminders(installation, since)
    check_that_celery_comes_back(installation)


def test_a_redis_that_answers_nothing_holds_no_page_up(installation: Installation, visitor: Visitor) -> None:
    before = [visitor.visit() for _ in range(VISITS)]
    frozen = installation.pid_of_redis()
    os.kill(frozen, signal.SIGSTOP)

    try:
        ((since,),) = installation.rows(NOW)
        during = live_through(installation, visitor, ticks=TICKS // 4)
    finally:
        os.kill(frozen, signal.SIGCONT)

    check_pages(before, during)
    check_reminders(installation, since)


def live_through(installation: Installation, visitor: Visitor, *, ticks: int = TICKS) -> list[list[float]]:
    """Let something become due with each tick, and look at the pages meanwhile."""
    visits = []
    ends = time.monotonic() + ticks * installation.pause
    while time.monotonic() < ends:
        next_tick = time.monotonic() + installation.pause
        assert installation.write(BRING_FORWARD) == 1
        installation.write(SEND_NOW)
        visits.append(visitor.visit())
        time.sleep(max(0.0, next_tick - time.monotonic()))
    # What became due last has its two ticks.
    time.sleep((TICKS_LATE + 1) * installation.pause)
    return visits


def check_pages(before: list[list[float]], during: list[list[float]]) -> None:
    medians = [
        [statistics.median(times) for times in zip(*visits, strict=True)] for visits in (before, during)
    ]
    ratios = [now / then for then, now in zip(*medians, strict=True)]
    longest = max(map(max, during))
    said = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(
        f"\nRedis away: pages at {said} of before, the slowest {longest * 1000:.0f} ms, {len(during)} visits"
    )
    assert max(ratios) < SLOWER_THAN_BEFORE
    assert longest < LONGEST_PAGE


def check_reminders(installation: Installation, since: object) -> None:
    def latest(table: str, done: str) -> float:
        statement = LATEST.format(table=table, done=done)
        with installation._connected() as connection:
            (seconds,) = connection.execute(statement, {"since": since}).fetchone() or (None,)
        assert isinstance(seconds, float)
        return seconds

    ((planned, unsaid),) = installation.rows(
        "SELECT (SELECT count(*) FROM reminders_occurrence),"
        " (SELECT count(*) FROM reminders_schedule WHERE next_due_at < statement_timestamp())"
        " + (SELECT count(*) FROM mail_message WHERE status <> 'sent' AND due_at < statement_timestamp())"
    )
    late, mail_late = latest("reminders_occurrence", "created_at"), latest("mail_message", "sent_at")
    print(
        f"{planned} occurrences, {unsaid} left; planned {late:.1f} s late at most, mails {mail_late:.1f} s"
        f" (a tick is {installation.pause:g} s)"
    )
    assert unsaid == 0
    assert int(str(planned)) >= 20
    assert max(late, mail_late) <= TICKS_LATE * installation.pause


def check_that_celery_comes_back(installation: Installation) -> None:
    """Without the loop: the worker and beat find the broker again, nobody restarts them."""
    installation.start_redis()
    installation.kill("loop")
    assert installation.write(BRING_FORWARD) == 1
    began = time.monotonic()

    def is_planned() -> bool:
        return not installation.rows(
            "SELECT FROM reminders_schedule WHERE next_due_at < statement_timestamp()"
        )

    assert wait_until(is_planned, BACK_IN_SECONDS)
    print(f"Celery planned again {time.monotonic() - began:.0f} s after Redis was back")
