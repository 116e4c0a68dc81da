"""A Starboard of a test's own: its data directory, its commands, and every process that belongs to it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATA_DIR", "DATABASE_URL", "REDIS_URL", "DATABASE_POOL", "SITE_ORIGIN", "PRODUCTION", "DEBUG")
SQL = """
import sys, psycopg
from config import embedded
with embedded.running(), psycopg.connect(embedded.database_url()) as connection:
    cursor = connection.execute(sys.argv[1])
    if cursor.description:
        print(*cursor.fetchone())
"""
READY = re.compile(r"^Starboard is ready: (http://\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Process:
    pid: int
    command: str


@dataclass
class House:
    data_dir: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()

    def env(self) -> dict[str, str]:
        inherited = {name: setting for name, setting in os.environ.items() if name not in OURS}
        return {**inherited, "DATA_DIR": str(self.data_dir), **self.environment}

    def command(self, *arguments: str) -> list[str]:
        return [*self.prefix, sys.executable, str(ROOT / "manage.py"), *arguments]

    def manage(self, *arguments: str, timeout: float = 90) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.env(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def sql(self, statement: str) -> str:
        """Run a statement between a start and a stop of the servers, without Django: that takes long to load."""
        done = subprocess.run(
            [*self.prefix, sys.executable, "-c", SQL, statement],
            cwd=ROOT,
            env=self.env(),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def shell(self, code: str) -> str:
        """Run Python inside the application and return what it prints; a failure fails the test."""
        done = self.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def processes(self) -> list[Process]:
        """Return every living process that was started for this data directory, whoever its parent is."""
        mine = os.fsencode(self.data_dir)
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit() or int(folder.name) == os.getpid():
                continue
            try:
                environment = (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if mine in environment or mine in command:
                found.append(Process(int(folder.name), command.replace(b"\0", b" ").decode(errors="replace")))
        return found

    def wait_until_empty(self, seconds: float = 5) -> list[Process]:
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left


class Up:
    """A running `manage.py up`, and all it has printed so far."""

    def __init__(self, house: House, *arguments: str) -> None:
        self.printed = ""
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            house.command("up", *arguments),
            env=house.env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, pattern: str | re.Pattern[str], seconds: float = 60) -> re.Match[str]:
        with self._changed:
            self._changed.wait_for(
                lambda: re.search(pattern, self.printed) or self.process.poll() is not None, seconds
            )
            match = re.search(pattern, self.printed)
        assert match, self.printed
        return match

    def url(self) -> str:
        return self.wait_for(READY).group(1)

    def get(self, path: str) -> int:
        with urllib.request.urlopen(self.url() + path, timeout=10) as response:
            return int(response.status)

    def interrupt(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self, seconds: float = 30) -> int:
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def _read(self) -> None:
        if self.process.stdout is None:
            raise RuntimeError("the output is piped")
        with self.process.stdout as output:
            for line in output:
                with self._changed:
                    self.printed += line
                    self._changed.notify_all()


type Start = Callable[..., Up]


def wait_until(holds: Callable[[], bool], seconds: float = 15) -> bool:
    """Wait for something that another process does; tell whether it came."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
