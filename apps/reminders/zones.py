"""A person's clock: their zone, and the days and time at which they want to hear of things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apps.reminders.occurrence import instant_of

if TYPE_CHECKING:
    from collections.abc import Collection

DIGEST_TIME = time(8)
SATURDAY = 5


@cache
def zone_named(name: str) -> tzinfo:
    """Return the zone; one that this machine does not know is UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@dataclass(frozen=True)
class Clock:
    zone: str
    local_time: time | None = None
    weekdays_only: bool = True
    quiet_until: date | None = None

    def today(self, now: datetime) -> date:
        return now.astimezone(zone_named(self.zone)).date()

    def slot(self, day: date) -> datetime:
        """Return when the digest of a local day goes out."""
        return instant_of(day, self.local_time or DIGEST_TIME, zone_named(self.zone))

    def takes(self, day: date) -> bool:
        is_quiet = self.quiet_until is not None and day < self.quiet_until
        return not is_quiet and not (self.weekdays_only and day.weekday() >= SATURDAY)

    def digest_day(self, now: datetime, *, due_at: datetime, used: Collection[date]) -> date:
        """Return the first day whose digest can still take something: today's, if it is not over for what
        was due by then, else the next one that this person takes mail on.
        """
        day = self.today(now)
        if due_at > self.slot(day):
            day += timedelta(days=1)
        while day in used or not self.takes(day):
            day += timedelta(days=1)
        return day
