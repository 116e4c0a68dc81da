import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.web import health
from apps.web.health import Gauge, Seen
from tests.cast import CountStatements
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.candidates import CandidacyFactory

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "a-token-of-prometheus"

type SignIn = Callable[[User], Client]


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def own_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test registries of its own."""
    monkeypatch.setattr(health, "_watches", {})
    monkeypatch.setattr(health, "_readings", [])


@pytest.mark.django_db
def test_metrics_are_not_there_for_others(
    client: Client, sign_in: SignIn, candidate: User, organiser: User
) -> None:
    answers = [client.get("/metrics"), sign_in(candidate).get("/metrics"), sign_in(organiser).get("/metrics")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \udcff"])
def test_metrics_need_the_token(client: Client, settings: Settings, header: str) -> None:
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


@pytest.mark.django_db
def test_empty_token_opens_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers=_bearer("")).status_code == 404


@pytest.mark.django_db
def test_prometheus_reads_the_metrics_by_its_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN

    answer = client.get("/metrics", headers=_bearer(TOKEN))

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in answer["Cache-Control"]


def test_administrator_reads_people_and_candidacies(
    sign_in: SignIn, administrator: User, candidacy: Candidacy, now: datetime
) -> None:
    CandidacyFactory.create(target_on=now.date() + timedelta(days=60))
    UserFactory.create(is_active=False)
    InvitationFactory.create()

    text = sign_in(administrator).get("/metrics").content.decode()

    assert 'starboard_candidacies{phase="build"} 1.0' in text
    assert 'starboard_candidacies{phase="prepare"} 1.0' in text
    assert 'starboard_people{state="deactivated"} 1.0' in text
    assert f'starboard_people{{state="active"}} {User.objects.filter(is_active=True).count()}.0' in text
    assert "starboard_invitations_open 1.0" in text


@pytest.mark.parametrize("candidacies", [1, 3, 100])
def test_scrape_takes_as_many_statements_however_many_people(
    sign_in: SignIn, administrator: User, candidacies: int, statements: CountStatements, settings: Settings
) -> None:
    settings.METRICS_TOKEN = TOKEN
    CandidacyFactory.create_batch(candidacies)
    client = Client()
    client.get("/metrics", headers=_bearer(TOKEN))

    with statements() as done:
        client.get("/metrics", headers=_bearer(TOKEN))

    of_people = [sql for sql in done.sql if "accounts_" in sql or "candidates_" in sql]
    assert len(of_people) == 3, done.sql


def test_metrics_hold_nobodys_name(sign_in: SignIn, administrator: User, candidate: User) -> None:
    text = sign_in(administrator).get("/metrics").content.decode()

    assert [word for word in (candidate.email, candidate.name, "example.com") if word in text] == []


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    secret = "s" * 43
    client.get(f"/account/invitations/{secret}/")

    text = client.get("/metrics", headers=_bearer(TOKEN)).content.decode()

    counted = re.findall(
        r'starboard_requests_total{method="GET",route="accounts:invitation",status="404"} (\d+)', text
    )
    assert [int(count) >= 1 for count in counted] == [True]
    assert 'starboard_request_seconds_count{route="accounts:invitation"}' in text
    assert secret not in text


@pytest.mark.django_db
def test_invented_method_makes_no_series_of_its_own(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    client.generic("BREW", "/healthz")

    text = client.get("/metrics", headers=_bearer(TOKEN)).content.decode()

    assert "BREW" not in text
    assert 'method="other",route="web:healthz",status="405"' in text


@pytest.mark.django_db
def test_readiness_says_what_is_watched_and_stays_ready(client: Client, own_watches: None) -> None:
    health.add_watch("dead messages", lambda _: Seen(3, is_well=False))
    health.add_watch("last tick", lambda _: Seen("12 s ago"))

    answer = client.get("/readyz")

    assert answer.status_code == HTTPStatus.OK
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "well": False,
        "watched": {"dead messages": 3, "last tick": "12 s ago"},
    }


@pytest.mark.django_db
def test_watches_and_gauges_are_scraped(client: Client, own_watches: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    health.add_watch("dead messages", lambda _: Seen(3, is_well=False))
    health.add_gauges(lambda _: [Gauge("messages", "Mails.", 7, {"status": "pending"})])

    text = client.get("/metrics", headers=_bearer(TOKEN)).content.decode()

    assert 'starboard_well{watch="dead messages"} 0.0' in text
    assert 'starboard_messages{status="pending"} 7.0' in text


def test_two_watches_of_one_name_are_refused(own_watches: None) -> None:
    health.add_watch("last tick", lambda _: Seen("now"))

    with pytest.raises(ValueError, match="two apps watch 'last tick'"):
        health.add_watch("last tick", lambda _: Seen("never"))


@pytest.fixture
def served(db: None, tmp_path: Path) -> Iterator[str]:
    """Serve the application by gunicorn with two processes, as in production; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = django_settings.DATABASES["default"]
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{database['USER']}@:{database['PORT']}/{database['NAME']}"
        f"?host={database['HOST'] or database['OPTIONS']['host']}",
        "BIND": f"127.0.0.1:{port}",
        "METRICS_TOKEN": TOKEN,
        "WEB_CONCURRENCY": "2",
        "TMPDIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.serving", "config.wsgi"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as gunicorn:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/healthz")
            yield url
        finally:
            gunicorn.terminate()
            gunicorn.wait(20)
    assert list(tmp_path.glob("starboard-metrics-*")) == []


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urlopen(url, timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def test_any_process_answers_for_all(served: str) -> None:
    for _ in range(20):
        urlopen(f"{served}/healthz", timeout=10).close()

    counts = set()
    for _ in range(6):
        request = Request(f"{served}/metrics", headers=_bearer(TOKEN))
        with urlopen(request, timeout=10) as answer:
            text = answer.read().decode()
        [count] = re.findall(r'starboard_requests_total{.*route="web:healthz",status="200"} (\d+)', text)
        counts.add(int(count))

    # The questions whether it is up were counted as well.
    assert len(counts) == 1
    assert min(counts) > 20
