"""A real PostgreSQL and a real Valkey of our own, for whoever has configured none."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db import Error as DatabaseError

from config.embedded import places, postgres, sharing, valkey
from config.embedded.trouble import Trouble, said_plainly

__all__ = ("Trouble", "database_url", "redis_url", "running")


def database_url() -> str:
    """Return the address of the embedded PostgreSQL, whether or not it runs."""
    # The folder stands in the query, for the host of an address is made lower case when read.
    host = quote(str(places.run_dir()), safe="/")
    return f"postgresql://{postgres.ROLE}@:{postgres.PORT}/{postgres.DATABASE}?host={host}"


def redis_url() -> str:
    """Return the address of the embedded Valkey, whether or not it runs."""
    return f"redis+socket://{valkey.socket_path()}"


@contextmanager
def running(*, durable: bool = True) -> Iterator[None]:
    """Keep the servers that the environment does not name up while the block runs; raises Trouble.

    Without `durable` a crash of the machine may lose everything: for tests, which make their data anew.
    """
    places.read_env()
    wants_postgres = not places.env.str("DATABASE_URL", "")
    wants_valkey = not places.env.str("REDIS_URL", "")
    # Production names its servers; settings refuse to go on without them.
    if places.env.bool("PRODUCTION", False) or not (wants_postgres or wants_valkey):
        yield
        return

    def start() -> None:
        with said_plainly():
            if wants_postgres:
                postgres.ensure_started(durable=durable)
            if wants_valkey:
                valkey.ensure_started()

    def stop() -> None:
        valkey.stop()
        postgres.stop()

    with said_plainly():
        places.make_places()
    written = postgres.log_size()
    with sharing.shared(places.data_dir(), start=start, stop=stop):
        try:
            yield
        except DatabaseError:
            # A full disk reaches the client as a refused write or as a lost connection.
            if wants_postgres and postgres.ran_out_of_disk(since=written):
                raise Trouble(f"the disk is full ({places.data_dir()})") from None
            raise
