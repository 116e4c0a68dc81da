"""Measures pages in rounds that take turns request by request, so that noise meets all of them alike."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from bench.pages import Page

MOST_MOVEMENT = 1.5


@dataclass
class Times:
    """Seconds by the clock, and of CPU: this process's and its database server's; one list a round.

    `web` is of this process alone.
    """

    cpu: list[list[float]] = field(default_factory=list)
    web: list[list[float]] = field(default_factory=list)
    wall: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """`of_floor` are medians of the ratios of each round; `tail` is p99 over p50 of the CPU time."""

    cpu: float
    wall: float
    cpu_of_floor: float
    web_of_floor: float
    wall_of_floor: float
    tail: float
    wall_tail: float


class Restless(Exception):
    """The floor moved by more than half between rounds: the machine, not the pages, was measured."""


def measure(pages: Sequence[Page], *, rounds: int, requests: int) -> dict[str, Result]:
    """Measure the pages against the first of them. Raises Restless."""
    for page in pages:
        for _ in range(3):
            page.prepare()()
    times = {page.name: Times() for page in pages}
    for _ in range(rounds):
        _one_round(pages, times, requests)
    floor = times[pages[0].name]
    middles = [statistics.median(one) for one in floor.cpu]
    if max(middles) > MOST_MOVEMENT * min(middles):
        raise Restless(f"F moved from {min(middles) * 1e3:.1f} to {max(middles) * 1e3:.1f} ms of CPU")
    return {name: _result(one, floor) for name, one in times.items()}


def _one_round(pages: Sequence[Page], times: dict[str, Times], requests: int) -> None:
    for page in pages:
        times[page.name].cpu.append([])
        times[page.name].web.append([])
        times[page.name].wall.append([])
    for _ in range(requests):
        for page in pages:
            send = page.prepare()
            cpu, web, wall = cpu_seconds(), time.process_time(), time.perf_counter()
            send()
            times[page.name].wall[-1].append(time.perf_counter() - wall)
            times[page.name].web[-1].append(time.process_time() - web)
            times[page.name].cpu[-1].append(cpu_seconds() - cpu)


def cpu_seconds() -> float:
    """Return what this process and the server process of its connection have used so far."""
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + int(server.read_bytes().split()[0]) / 1e9


def _result(one: Times, floor: Times) -> Result:
    return Result(
        cpu=_median(one.cpu),
        wall=_median(one.wall),
        cpu_of_floor=_ratio(one.cpu, floor.cpu),
        web_of_floor=_ratio(one.web, floor.cpu),
        wall_of_floor=_ratio(one.wall, floor.wall),
        tail=_tail(one.cpu),
        wall_tail=_tail(one.wall),
    )


def _all(of_rounds: list[list[float]]) -> list[float]:
    return [seconds for one in of_rounds for seconds in one]


def _median(of_rounds: list[list[float]]) -> float:
    return statistics.median(_all(of_rounds))


def _ratio(of_rounds: list[list[float]], floor: list[list[float]]) -> float:
    pairs = zip(of_rounds, floor, strict=True)
    return statistics.median(statistics.median(one) / statistics.median(low) for one, low in pairs)


def _tail(of_rounds: list[list[float]]) -> float:
    return statistics.quantiles(_all(of_rounds), n=100)[98] / _median(of_rounds)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the SQL and parameters of a block; the frame of a transaction is none."""
    done: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's)
        if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")):
            done.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield done


def count_statements(pages: Sequence[Page]) -> dict[str, int]:
    counts = {}
    for page in pages:
        page.prepare()()
        send = page.prepare()
        with statements() as done:
            send()
        counts[page.name] = len(done)
    return counts
