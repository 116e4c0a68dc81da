"""One connection to the mail server, kept for many mails, with a deadline for each."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, mailers

# Well below the lease: a server that stalls costs one mail this long.
DEADLINE_SECONDS = 30.0
WATCH_SECONDS = 0.1
# Servers end a connection after some number of mails; we do so first.
MAILS_A_CONNECTION = 100


@dataclass(frozen=True)
class Reply:
    """What the server said. Without a code it said nothing: refused, away, stalled or hung up."""

    code: int | None
    text: str
    is_connected: bool = True

    @property
    def in_words(self) -> str:
        return f"{self.code} {self.text}" if self.code else self.text

    @property
    def is_final(self) -> bool:
        return self.is_connected and self.code is not None and self.code >= 500


TAKEN = Reply(None, "")


class Transport:
    """Sends over the mailer of the settings; only SMTP has a connection to keep and to cut."""

    def __init__(self) -> None:
        self._backend: Any = mailers["default"]
        self._is_open = False
        self._sent = 0
        self._watchdog: Watchdog | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.hang_up()

    def connect(self) -> Reply:
        """See to an open connection; a reply that is not `TAKEN` says that the server is away."""
        if self._sent >= MAILS_A_CONNECTION:
            self.hang_up()
        if self._is_open:
            return TAKEN
        try:
            self._backend.open()
        except OSError as error:
            self.hang_up()
            # Also a refused sign-in is 5xx: it is the server's matter, not that of one mail.
            return _reply_of(error, is_connected=False)
        self._is_open = True
        connection = getattr(self._backend, "connection", None)
        if connection is not None:
            self._watchdog = Watchdog(connection.sock)
        return TAKEN

    def send(self, mail: EmailMessage) -> Reply:
        """Hand one mail over, or say why not; raises ValueError for one that cannot be built."""
        try:
            with self._watchdog or nullcontext():
                self._backend.send_messages([mail])
        except OSError as error:
            still_there = isinstance(error, smtplib.SMTPException) and self._has_connection()
            reply = _reply_of(error, is_connected=still_there)
            if not still_there:
                self.hang_up()
            return reply
        self._sent += 1
        return TAKEN

    def hang_up(self) -> None:
        self._is_open, self._sent = False, 0
        if self._watchdog is not None:
            self._watchdog.end()
            self._watchdog = None
        with suppress(OSError):
            self._backend.close()

    def _has_connection(self) -> bool:
        return getattr(getattr(self._backend, "connection", None), "sock", None) is not None


class Watchdog:
    """Shuts a socket when the time of a mail is over: a server that trickles never meets a timeout of its own.

    One thread a connection looks now and then; one timer a mail would cost a tenth of the mail.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._until: float | None = None
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        self._until = time.monotonic() + DEADLINE_SECONDS
        return self

    def __exit__(self, *_: object) -> None:
        self._until = None

    def end(self) -> None:
        self._is_over.set()

    def _watch(self) -> None:
        while not self._is_over.wait(WATCH_SECONDS):
            until = self._until
            if until is not None and time.monotonic() > until:
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)
                return


def _reply_of(error: OSError, *, is_connected: bool) -> Reply:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return Reply(code, _readable(said), is_connected)
    if isinstance(error, smtplib.SMTPResponseException):
        return Reply(error.smtp_code, _readable(error.smtp_error), is_connected)
    # A timeout inside a command may leave the connection object as it was: nothing more is said on it.
    return Reply(None, str(error) or type(error).__name__, is_connected=False)


def _readable(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
