"""A mail server on loopback that takes everything, or misbehaves as it is told to, mail by mail."""

from __future__ import annotations

import email
import email.policy
import socketserver
import sys
import threading
import time
from collections import deque
from email.message import EmailMessage
from enum import Enum
from types import TracebackType
from typing import Self

LONGEST_LINE = 2000
SLOW_SECONDS = 1.0


class Manner(Enum):
    TAKE = "take"
    GREY = "450 4.2.0 Come back later"
    NO_SUCH = "550 5.1.1 No such mailbox"
    # These two hear the whole mail first.
    FULL = "452 4.3.1 The disk is full"
    SPAM = "554 5.7.1 Not wanted here"
    # Takes its time before it says so.
    SLOW = "slow"
    # Takes the whole mail and never answers.
    STALL = "stall"
    # Takes the whole mail and answers for ever, a line a moment.
    TRICKLE = "trickle"
    # Takes the whole mail, keeps it, and hangs up instead of answering.
    DROP_REPLY = "drop reply"
    # Has had enough before the mail begins.
    CLOSING = "421 4.3.2 Closing"


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        sink = self.server.sink
        sink.connections += 1
        self.say("220 sink ready")
        while line := self.rfile.readline(LONGEST_LINE):
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.say("250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME")
            elif verb == b"AUTH":
                self.say("535 5.7.8 Not this password")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            elif verb == b"MAIL":
                self.manner = sink.manners.popleft() if sink.manners else Manner.TAKE
                if self.manner is Manner.CLOSING:
                    self.say(self.manner.value)
                    return
                self.say("250 ok")
            elif verb == b"RCPT":
                refuses = self.manner in {Manner.GREY, Manner.NO_SUCH}
                self.say(self.manner.value if refuses else "250 ok")
            elif verb == b"DATA":
                self.say("354 go on")
                if not self.take():
                    return
            else:
                self.say("250 ok")

    def take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.manner in {Manner.FULL, Manner.SPAM}:
            self.say(self.manner.value)
            return True
        self.server.sink.raw.append(b"".join(lines))
        if self.manner is Manner.SLOW:
            time.sleep(SLOW_SECONDS)
        if self.manner is Manner.STALL:
            self.rfile.readline()
            return False
        if self.manner is Manner.TRICKLE:
            return self.trickle()
        if self.manner is Manner.DROP_REPLY:
            return False
        self.say("250 taken")
        return True

    def trickle(self) -> bool:
        try:
            while True:
                self.say("250-one moment")
                time.sleep(0.05)
        except OSError:
            return False

    def say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: Sink


class Sink:
    """Use it in a `with` block. `manners` are those of the next mails; afterwards it takes everything."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.connections = 0
        self.manners: deque[Manner] = deque()
        self._server = Server(("127.0.0.1", 0), Conversation)
        self._server.sink = self
        self.port: int = self._server.server_address[1]

    @property
    def received(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    with Sink() as alone:
        print(alone.port, flush=True)
        sys.stdin.read()
