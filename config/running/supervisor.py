"""Several programs run as one: lines with names, an end of one is the end of all, nothing stays behind."""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from types import FrameType
from typing import IO, Self

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs children until a signal asks for the end or one of them ends by itself.

    Each child leads a session of its own, so that Ctrl-C reaches only us. At the end only its main process
    is asked to stop, which lets Celery finish the job in hand; its whole group is killed afterwards.
    """

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._outputs: dict[str, IO[bytes]] = {}
        self._begun_lines: dict[str, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._times_asked = 0
        self._restore = ExitStack()

    def __enter__(self) -> Self:
        for signum in ENDING:
            self._restore.callback(signal.signal, signum, signal.signal(signum, self._ask))
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._selector.close()
        self._restore.close()

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], pass_fds: Sequence[int] = ()
    ) -> None:
        output, write_end = os.pipe()
        try:
            self._children[name] = subprocess.Popen(
                command,
                env=env,
                pass_fds=pass_fds,
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
                preexec_fn=_end_with_parent(os.getpid()),  # noqa: PLW1509 - it takes no lock
            )
        finally:
            os.close(write_end)
        self._outputs[name] = os.fdopen(output, "rb", buffering=0)
        os.set_blocking(output, False)
        self._selector.register(output, selectors.EVENT_READ, name)

    def run(self, *, meanwhile: Callable[[], None]) -> int:
        """Pass the children's lines on until the end; return the exit code of the first that ended.

        Calls `meanwhile` several times a second; zero when a signal asked for the end.
        """
        while not self._times_asked:
            self._pass_lines_on()
            for name, child in self._children.items():
                if (code := child.poll()) is not None:
                    self._pass_lines_on()
                    self._say(f"{name} ended with exit code {code}; stopping the rest")
                    # A shell's way to say that a signal ended it; and an early end is never a success.
                    return 128 - code if code < 0 else code or 1
            meanwhile()
        return 0

    def _ask(self, _signum: int, _frame: FrameType | None) -> None:
        self._times_asked += 1

    def _pass_lines_on(self) -> None:
        for key, _ in self._selector.select(timeout=0.1):
            name: str = key.data
            read = self._outputs[name].read(65_536)
            if read == b"":
                self._selector.unregister(key.fileobj)
            *lines, begun = (self._begun_lines.get(name, b"") + (read or b"")).split(b"\n")
            self._begun_lines[name] = begun
            for line in lines:
                self._say(f"{name:>6} | {line.decode(errors='replace')}")

    def _stop(self) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        # A second Ctrl-C ends the waiting.
        while self._is_anyone_running() and time.monotonic() < deadline and self._times_asked < 2:
            self._pass_lines_on()
        for child in self._children.values():
            # Also after its main process has ended: what that one left behind is in its group.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self._pass_lines_on()
        for output in self._outputs.values():
            output.close()

    def _is_anyone_running(self) -> bool:
        return any(child.poll() is None for child in self._children.values())


def _end_with_parent(parent: int) -> Callable[[], None] | None:
    """Return what makes a child end when we are killed; None where the system knows no such thing."""
    if sys.platform != "linux":
        return None
    # Looked up before the fork, after which a child may do little.
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
