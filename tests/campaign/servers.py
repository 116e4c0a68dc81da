"""The processes of a whole installation, of which any may be killed at any moment, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg

from tests.platform.house import ROOT, House

HOLD = """
import sys
from config import embedded
with embedded.running():
    print(embedded.database_url(), flush=True)
    sys.stdin.read()
"""
RESTART_POSTGRES = """
from config.embedded import postgres
postgres.stop()
postgres.ensure_started(durable=True)
"""
STOP_REDIS = """
from config.embedded import valkey
valkey.stop()
"""
START_REDIS = """
from config.embedded import valkey
valkey.ensure_started()
"""
PID_OF_REDIS = """
import redis
from config.embedded import valkey
print(redis.Redis(unix_socket_path=str(valkey.socket_path())).info()["process_id"])
"""
FLUSH_REDIS = """
import redis
from config.embedded import valkey
redis.Redis(unix_socket_path=str(valkey.socket_path())).flushall()
"""
CELERY = ("-m", "celery", "--quiet", "--app", "config")
WORKER = (
    *CELERY,
    "worker",
    "--concurrency",
    "2",
    "--loglevel",
    "ERROR",
    "--without-gossip",
    "--without-mingle",
)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "worker 1": (*WORKER, "--hostname", "one@%h"),
    "worker 2": (*WORKER, "--hostname", "two@%h"),
    "beat 1": (*CELERY, "beat", "--pidfile=", "--loglevel", "ERROR", "--schedule", "{data}/beat-1"),
    "beat 2": (*CELERY, "beat", "--pidfile=", "--loglevel", "ERROR", "--schedule", "{data}/beat-2"),
    "web": ("-m", "gunicorn", "--config", "python:config.serving", "config.wsgi"),
    "loop": ("manage.py", "deliver", "--loop", "--pause", "{pause}"),
    "loop 1": ("manage.py", "deliver", "--loop", "--pause", "0.3"),
    "loop 2": ("manage.py", "deliver", "--loop", "--pause", "0.7"),
}


@dataclass
class Installation:
    house: House
    database_url: str
    pause: float = 5.0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        words = [word.format(data=self.house.data_dir, pause=self.pause) for word in COMMANDS[name]]
        self.running[name] = subprocess.Popen(
            [sys.executable, "-W", "ignore", *words],
            cwd=ROOT,
            env=self.house.env(),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, name: str) -> None:
        """End a process and its children with SIGKILL, wherever they are."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_all(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def restart_postgres(self) -> None:
        self._run(RESTART_POSTGRES)

    def flush_redis(self) -> None:
        self._run(FLUSH_REDIS)

    def stop_redis(self) -> None:
        self._run(STOP_REDIS)

    def start_redis(self) -> None:
        self._run(START_REDIS)

    def pid_of_redis(self) -> int:
        return int(self._run(PID_OF_REDIS))

    def write(self, statement: str, values: Mapping[str, object] | None = None) -> int:
        with self._connected() as connection:
            return connection.execute(statement, values or {}).rowcount

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with self._connected() as connection:
            return connection.execute(statement).fetchall()

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        deadline = time.monotonic() + 30
        while True:
            try:
                connection = psycopg.connect(self.database_url)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                break
        with connection:
            yield connection

    def _run(self, code: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, cwd=ROOT, env=self.house.env(), check=True, timeout=90, stdout=subprocess.PIPE, text=True
        ).stdout


@contextmanager
def installed(house: House) -> Iterator[Installation]:
    """Keep database and broker of a house up, and end everything with the block."""
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(
        command, cwd=ROOT, env=house.env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        installation = Installation(house, holder.stdout.readline().strip())
        try:
            yield installation
        finally:
            installation.kill_all()
            holder.stdin.close()
