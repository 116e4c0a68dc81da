"""How planning is doing, for the readiness page and the curves: when the last tick ended, and what is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from apps.web.health import Gauge, Seen

# Two ticks of a minute each, and one that took long.
LATE = timedelta(minutes=5)

_STANDING = """
SELECT (SELECT statement_timestamp() - min(at) FROM reminders_tick),
       (SELECT statement_timestamp() - min(next_due_at) FROM reminders_schedule
        WHERE next_due_at <= statement_timestamp())
"""


@dataclass(frozen=True)
class Standing:
    """`since_tick` is None before the first one."""

    since_tick: timedelta | None
    overdue: timedelta

    @property
    def is_well(self) -> bool:
        return self.since_tick is not None and self.since_tick <= LATE and self.overdue <= LATE


def standing() -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        since_tick, overdue = cursor.fetchone() or (None, None)
    return Standing(since_tick, overdue or timedelta(0))


def watch(_now: datetime) -> Seen:
    found = standing()
    if found.since_tick is None:
        return Seen("no tick yet", is_well=False)
    minutes = int(found.since_tick.total_seconds()) // 60
    late = int(found.overdue.total_seconds()) // 60
    return Seen(f"last tick {minutes} minutes ago, oldest due {late} minutes late", is_well=found.is_well)


def gauges(_now: datetime) -> Iterable[Gauge]:
    found = standing()
    since = found.since_tick.total_seconds() if found.since_tick is not None else -1.0
    return [
        Gauge("reminders_since_tick_seconds", "How long ago the last tick ended; -1 before the first", since),
        Gauge(
            "reminders_overdue_seconds", "How late the oldest due reminder is", found.overdue.total_seconds()
        ),
    ]
