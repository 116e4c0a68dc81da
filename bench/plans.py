"""How the database answers what the pages ask: buffers read, and whether it had to read a whole table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from bench.measuring import statements
from bench.pages import Page

# Reading all of a smaller table is the right plan.
LARGE = 5_000


@dataclass(frozen=True)
class Plan:
    sql: str
    buffers: int
    milliseconds: float
    scanned: tuple[str, ...]


def plans_of(page: Page) -> list[Plan]:
    """Open the page once, then explain each of its statements that only read."""
    page.prepare()()
    send = page.prepare()
    with statements() as done:
        send()
    return [_plan(sql, params) for sql, params in done if sql.lstrip().upper().startswith("SELECT")]


def _plan(sql: str, params: Any) -> Plan:
    # A statement may lock its rows.
    with transaction.atomic(), connection.cursor() as cursor:
        # Once for the caches; the second time counts what is asked for, not how it was found.
        for _ in range(2):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            ((explained,),) = cursor.fetchall()
    (top,) = explained
    root = top["Plan"]
    return Plan(
        sql=sql,
        buffers=root["Shared Hit Blocks"] + root["Shared Read Blocks"],
        milliseconds=top["Execution Time"],
        scanned=tuple(sorted(set(_scanned(root)) & large_tables())),
    )


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _scanned(below)


def large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE])
        return {name for (name,) in cursor.fetchall()}


def explained(pages: Sequence[Page]) -> dict[str, list[Plan]]:
    return {page.name: plans_of(page) for page in pages}
