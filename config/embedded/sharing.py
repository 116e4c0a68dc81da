"""Several commands use one data directory at once: the first starts the servers, the last stops them."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.trouble import Trouble, said_plainly

GATE_SECONDS = 90


@contextmanager
def shared(data_dir: Path, *, start: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Start when the block begins; stop at its end unless another process is inside such a block."""
    users = _open_lock(data_dir / "users.lock")
    try:
        with _gate(data_dir):
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                start()
            except BaseException:
                _stop_if_last(users, stop)
                raise
        try:
            yield
        finally:
            with _without_interruption(), _gate(data_dir):
                _stop_if_last(users, stop)
    finally:
        os.close(users)


@contextmanager
def exclusive(lock: Path) -> Iterator[bool]:
    """Tell whether nobody else is inside such a block of that file; keep others out while it runs."""
    handle = _open_lock(lock)
    try:
        yield _taken(handle)
    finally:
        os.close(handle)


def _open_lock(path: Path) -> int:
    with said_plainly():
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _stop_if_last(users: int, stop: Callable[[], None]) -> None:
    if _taken(users):
        stop()


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _gate(data_dir: Path) -> Iterator[None]:
    """Let one process at a time start or stop servers."""
    handle = _open_lock(data_dir / "gate.lock")
    try:
        deadline = time.monotonic() + GATE_SECONDS
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise Trouble(
                    f"{data_dir} is in use: another command has been starting or stopping it for long"
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


@contextmanager
def _without_interruption() -> Iterator[None]:
    """Keep a second Ctrl-C from leaving servers behind; every wait inside has an end of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
