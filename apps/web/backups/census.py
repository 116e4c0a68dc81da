"""What a database holds, counted: the rows of each table and a digest of them that knows no order."""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

# The sum of half of each row's MD5: it streams, and is the same on any server of any version.
_COUNT = """
SELECT count(*), coalesce(sum(('x' || left(md5(counted::text), 16))::bit(64)::bigint::numeric), 0)::text
FROM {} AS counted
"""


@dataclass(frozen=True)
class Held:
    rows: int
    digest: str


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        )
        return [name for (name,) in cursor.fetchall()]


def count_tables() -> dict[str, Held]:
    """Return what each table holds, as the present transaction sees it."""
    held = {}
    with connection.cursor() as cursor:
        # The text of a row depends on none but these.
        cursor.execute(
            "SET LOCAL TIME ZONE 'UTC'; SET LOCAL DateStyle TO ISO; SET LOCAL statement_timeout = 0"
        )
        for name in tables():
            cursor.execute(sql.SQL(_COUNT).format(sql.Identifier(name)))
            rows, digest = cursor.fetchone() or (0, "0")
            held[name] = Held(rows, digest)
    return held


def differences(before: dict[str, Held], after: dict[str, Held]) -> list[str]:
    """Say of each table that is not the same what is not."""
    found = []
    for name in sorted(before | after):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            found.append(f"{name} is {'new' if was is None else 'missing'}")
        elif was.rows != now.rows:
            found.append(f"{name} has {now.rows} rows instead of {was.rows}")
        elif was.digest != now.digest:
            found.append(f"{name} has other contents")
    return found
