import errno
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """What keeps the embedded servers from running, in one line for the person who started them."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn an error of the operating system into one line, the full disk in plain words."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Trouble(f"the disk is full{where}") from error
        raise Trouble(f"the data directory cannot be used: {error.strerror or error}{where}") from error
