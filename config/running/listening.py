"""A port of this machine, taken before anything starts so that nobody can come between."""

import errno
import socket
from contextlib import ExitStack

TRIES = 100
LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def listen(port: int) -> list[socket.socket]:
    """Listen on the port or the next free one, on both of localhost's addresses; raises OSError."""
    for candidate in range(port, port + TRIES):
        try:
            return _listen_exactly(candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or candidate == port + TRIES - 1:
                raise
        except OverflowError as error:
            raise OSError(errno.EINVAL, "there is no such port") from error
    raise AssertionError("the last try returns or raises")


def _listen_exactly(port: int) -> list[socket.socket]:
    with ExitStack() as opened:
        sockets = []
        for family, host in LOOPBACKS:
            try:
                bound = opened.enter_context(socket.socket(family))
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                bound.bind((host, port))
            except OSError as error:
                # Many containers have no IPv6; then its half of localhost is nobody's.
                if family == socket.AF_INET6 and error.errno in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}:
                    continue
                raise
            bound.listen(1024)
            sockets.append(bound)
        opened.pop_all()
        return sockets
