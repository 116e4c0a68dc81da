import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from config.running import supervisor as supervision
from config.running.supervisor import Supervisor

FIVE_SECONDS = 5


def nothing() -> None:
    """Have nothing to do in the meantime."""


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_lines_carry_the_name_of_their_process() -> None:
    said: list[str] = []

    with Supervisor(say=said.append) as supervisor:
        supervisor.start("web", python("print('one'); print('two')"), env=os.environ)
        supervisor.run(meanwhile=nothing)

    assert said[:2] == ["   web | one", "   web | two"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("raise SystemExit(7)", 7), ("pass", 1), ("import os; os.kill(os.getpid(), 9)", 137)],
    ids=["its own code", "an early end is no success", "killed"],
)
def test_the_first_end_gives_the_exit_code_and_ends_the_rest(code: str, expected: int) -> None:
    with Supervisor(say=nothing_said) as supervisor:
        supervisor.start("long", python("import time; time.sleep(60)"), env=os.environ)
        supervisor.start("short", python(code), env=os.environ)
        began = time.monotonic()

        assert supervisor.run(meanwhile=nothing) == expected

    assert time.monotonic() - began < FIVE_SECONDS


def nothing_said(_line: str) -> None:
    """Keep the test's output clean."""


def test_a_child_that_ignores_the_request_is_killed_with_its_whole_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "GRACE_SECONDS", 0.3)
    pids = tmp_path / "pids"
    stubborn = f"""
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    open({str(pids)!r}, "w").write(f"{{os.getpid()}} {{child}}")
time.sleep(60)
"""
    with Supervisor(say=nothing_said) as supervisor:
        supervisor.start("stubborn", python(stubborn), env=os.environ)
        deadline = time.monotonic() + FIVE_SECONDS
        while not (pids.exists() and pids.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    deadline = time.monotonic() + FIVE_SECONDS
    while any(is_alive(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_a_child_leaves_in_its_group_is_killed_too(tmp_path: Path) -> None:
    pids = tmp_path / "pid"
    leaving = f"""
import os, time
child = os.fork()
if child:
    open({str(pids)!r}, "w").write(str(child))
    raise SystemExit(3)
time.sleep(60)
"""
    with Supervisor(say=nothing_said) as supervisor:
        supervisor.start("leaving", python(leaving), env=os.environ)
        assert supervisor.run(meanwhile=nothing) == 3

    deadline = time.monotonic() + FIVE_SECONDS
    while is_alive(int(pids.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_signal_ends_the_run_with_success_and_its_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with Supervisor(say=nothing_said) as supervisor:
        supervisor.start("long", python("import time; time.sleep(60)"), env=os.environ)
        threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGTERM]).start()

        assert supervisor.run(meanwhile=nothing) == 0

    assert signal.getsignal(signal.SIGTERM) is before
