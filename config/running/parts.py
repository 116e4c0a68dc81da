"""The commands of web, worker and beat."""

import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from config.embedded.sharing import exclusive
from config.running.supervisor import Supervisor

BEAT_RETRY_SECONDS = 1


def web(supervisor: Supervisor, environment: Mapping[str, str], sockets: Sequence[socket.socket]) -> None:
    descriptors = [bound.fileno() for bound in sockets]
    binds = [part for descriptor in descriptors for part in ("--bind", f"fd://{descriptor}")]
    command = ["-m", "gunicorn", "--config", "python:config.serving", *binds]
    supervisor.start(
        "web",
        [sys.executable, *command, "config.wsgi"],
        env={"WEB_CONCURRENCY": "2", **environment, "DATABASE_POOL": "1"},
        pass_fds=descriptors,
    )


def celery_worker(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    # Gossip and mingle are talk between many workers; the first costs a second at each start.
    options = ["--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    supervisor.start("worker", _celery("worker", *options), env=environment)


class Beat:
    """Starts beat here unless another process with the same data directory runs it; one day it may stop."""

    def __init__(self, supervisor: Supervisor, environment: Mapping[str, str], data_dir: Path) -> None:
        self._supervisor = supervisor
        self._environment = environment
        self._data_dir = data_dir
        self._held = ExitStack()
        self._is_ours = False
        self._next_try = 0.0

    def start_if_nobody_else_has(self) -> None:
        if self._is_ours or time.monotonic() < self._next_try:
            return
        self._next_try = time.monotonic() + BEAT_RETRY_SECONDS
        with ExitStack() as attempt:
            if attempt.enter_context(exclusive(self._data_dir / "beat.lock")):
                self._is_ours = True
                self._held = attempt.pop_all()
                schedule = os.fspath(self._data_dir / "beat-schedule")
                options = ["--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"]
                self._supervisor.start("beat", _celery("beat", *options), env=self._environment)

    def close(self) -> None:
        self._held.close()


def _celery(*arguments: str) -> list[str]:
    # Whoever runs all of Starboard as root knows it; the advice would come at each start.
    advice = "ignore:You're running the worker with superuser privileges"
    return [sys.executable, "-W", advice, "-m", "celery", "--quiet", "--app", "config", *arguments]
