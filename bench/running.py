"""One run from an empty database to a table on the terminal."""

import argparse
import cProfile
import gc
import pstats
import sys
import time
from collections.abc import Mapping, Sequence

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

django.setup()

from bench import measuring, pages, plans, rows  # noqa: E402  (models load after setup)
from bench.measuring import Result  # noqa: E402
from bench.pages import Page  # noqa: E402

SIZES = (1, 10, 1_000)
TRIES = 5
WORST_TAIL = 2.5
FEW = 1_000
MEMBERS = 1_000
# Of a cohort that is looked at among a million stories of others: the heat map itself reads all it shows.
FEW_MEMBERS = 100
MOST_OF_HEAT_MAP = 15.0  # milliseconds in the database
MORE_BUFFERS = 1.1
PROFILED = 20
LONGEST_SQL = 100


def run(chosen: argparse.Namespace) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if chosen.plans:
        compare_plans(chosen)
    elif chosen.profile:
        profile(_pages(rows.STORIES_EACH, chosen.others, members=MEMBERS), chosen.profile)
    else:
        measure(chosen)


def _pages(stories: int, others: int, *, members: int) -> list[Page]:
    rows.wipe()
    cast = rows.make_cast(stories)
    rows.make_others(others)
    board = rows.make_board(members)
    rows.settle()
    # As a worker does before its first request (config/serving.py).
    gc.collect()
    gc.freeze()
    return pages.pages_of(get_wsgi_application(), cast, board)


def measure(chosen: argparse.Namespace) -> None:
    counts = {size: measuring.count_statements(_pages(size, FEW, members=size)) for size in SIZES}
    ready = [
        page
        for page in _pages(rows.STORIES_EACH, chosen.others, members=MEMBERS)
        if chosen.only in page.name or page.name == "F"
    ]
    for attempt in range(1, TRIES + 1):
        try:
            results = measuring.measure(ready, rounds=chosen.rounds, requests=chosen.requests)
        except measuring.Restless as restless:
            print(f"Run {attempt} thrown away: {restless}.")
        else:
            break
    else:
        sys.exit("The machine is too busy to measure anything.")
    print(f"{chosen.rounds} rounds of {chosen.requests} requests; {chosen.others:,} stories of other people")
    missed = [*_table(ready, results, counts), *_in_the_database(ready)]
    if missed:
        sys.exit(f"Missed: {', '.join(missed)}")


def _in_the_database(ready: Sequence[Page]) -> list[str]:
    """Say how long the database works for the heat map: the least of a few tries, for noise only adds."""
    missed = []
    for page in ready:
        if page.name == pages.HEAT_MAP_PAGE:
            tries = [sum(plan.milliseconds for plan in plans.plans_of(page)) for _ in range(TRIES)]
            print(f"{page.name}: {min(tries):.1f} ms in the database, goal {MOST_OF_HEAT_MAP:.0f}")
            if min(tries) > MOST_OF_HEAT_MAP:
                missed.append(f"{page.name} in the database")
    return missed


def _share(page: Page, result: Result) -> float:
    """Return the ratio to F that the goal is about."""
    return result.web_of_floor if page.goal.is_web_only else result.cpu_of_floor


def _table(
    ready: Sequence[Page], results: Mapping[str, Result], counts: Mapping[int, Mapping[str, int]]
) -> list[str]:
    """Print a line for each page; return the names of those that miss a goal."""
    print(
        f"{'page':20}{'CPU ms':>8}{'ms':>7}{'CPU/F':>8}{'/F':>7}{'goal':>7}"
        f"{'p99/p50':>9}{'(clock)':>9}{'goal':>6}  {'statements':14}{'goal':>5}"
    )
    missed = []
    for page in ready:
        result = results[page.name]
        found = [counts[size][page.name] for size in SIZES]
        most = page.goal.of_floor
        lacks = [
            word
            for word, is_met in (
                ("time", most is None or _share(page, result) <= most),
                ("tail", most is None or result.tail <= WORST_TAIL),
                ("statements", page.goal.statements is None or max(found) <= page.goal.statements),
                ("statements grow", len(set(found)) == 1),
            )
            if not is_met
        ]
        if lacks:
            missed.append(page.name)
        print(
            f"{page.name:20}{result.cpu * 1e3:8.2f}{result.wall * 1e3:7.2f}{_share(page, result):8.2f}"
            f"{result.wall_of_floor:7.2f}{most or '':>7}{result.tail:9.2f}{result.wall_tail:9.2f}"
            f"{WORST_TAIL if most else '':>6}  {' / '.join(map(str, found)):14}{page.goal.statements or '':>5}"
            f"  {'missed: ' + ', '.join(lacks) if lacks else 'met' if most else ''}"
        )
    return missed


def compare_plans(chosen: argparse.Namespace) -> None:
    many = max(chosen.others, chosen.few)
    few = plans.explained(_pages(rows.STORIES_EACH, chosen.few, members=FEW_MEMBERS))
    began = time.monotonic()
    ready = _pages(rows.STORIES_EACH, many, members=FEW_MEMBERS)
    print(f"{many:,} stories of other people made in {time.monotonic() - began:.0f} s")
    lots = plans.explained(ready)
    print(
        f"{'page':20}{'statements':>14}{'buffers at ' + format(chosen.few, ','):>20}{'at ' + format(many, ','):>16}{'ms':>8}"
    )
    missed = []
    for name, found in lots.items():
        before, after = (sum(plan.buffers for plan in side) for side in (few[name], found))
        scanned = sorted({table for plan in found for table in plan.scanned})
        lacks = [f"reads all of {table}" for table in scanned]
        if after > MORE_BUFFERS * before:
            lacks.append(f"buffers {after / before:.2f} times")
        if lacks:
            missed.append(name)
        print(
            f"{name:20}{f'{len(few[name])} / {len(found)}':>14}{before:20}{after:16}"
            f"{sum(plan.milliseconds for plan in found):8.2f}  {', '.join(lacks)}"
        )
        for one, other in zip(few[name], found, strict=False):
            if other.scanned or other.buffers > MORE_BUFFERS * one.buffers:
                print(f"    {one.buffers} to {other.buffers}: {other.sql[:LONGEST_SQL]}")
    if missed:
        sys.exit(f"Missed: {', '.join(missed)}")


def profile(ready: Sequence[Page], names: str) -> None:
    for page in ready:
        if not any(name and name in page.name for name in names.split(",")):
            continue
        for _ in range(5):
            page.prepare()()
        profiler = cProfile.Profile()
        for _ in range(PROFILED):
            send = page.prepare()
            profiler.enable()
            send()
            profiler.disable()
        print(f"{page.name}, {PROFILED} times")
        stats = pstats.Stats(profiler).strip_dirs()
        stats.sort_stats("tottime").print_stats(30)
        stats.sort_stats("cumulative").print_stats(60)
