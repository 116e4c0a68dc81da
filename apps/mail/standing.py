"""How mail is doing: for the readiness page, the banner of administrators, and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from apps.web.health import Gauge, Seen

# A tick comes every few seconds, and a limit of mails a minute may make a digest's mails wait.
LATE = timedelta(minutes=15)

_STANDING = """
SELECT (SELECT statement_timestamp() - min(due_at) FROM mail_message
        WHERE status = 'pending' AND due_at <= statement_timestamp()),
       (SELECT count(*) FROM mail_message WHERE status = 'dead'),
       (SELECT min(since) FROM mail_hold) IS NOT NULL
"""


@dataclass(frozen=True)
class Standing:
    """`overdue` is how long the oldest due mail has waited."""

    overdue: timedelta
    dead: int
    is_held: bool

    @property
    def is_moving(self) -> bool:
        return self.overdue <= LATE


def standing() -> Standing:
    """Ask the database, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        overdue, dead, is_held = cursor.fetchone() or (None, 0, False)
    return Standing(overdue or timedelta(0), int(dead), bool(is_held))


def is_configured() -> bool:
    """Whether mail leaves this machine; in development it goes into files, and that is meant so."""
    return not settings.PRODUCTION or bool(settings.EMAIL_URL)


def watch(_now: datetime) -> Seen:
    if not is_configured():
        return Seen("not configured", is_well=False)
    found = standing()
    if found.is_held:
        return Seen("held", is_well=False)
    if not found.is_moving or found.dead:
        return Seen(f"oldest {_minutes(found)} minutes late, {found.dead} dead", is_well=False)
    return Seen("moving")


def gauges(_now: datetime) -> Iterable[Gauge]:
    found = standing()
    return [
        Gauge(
            "mail_overdue_seconds", "How long the oldest due mail has waited", found.overdue.total_seconds()
        ),
        Gauge("mail_dead", "Mails that were given up", found.dead),
        Gauge("mail_held", "1 while nothing is sent", int(found.is_held)),
    ]


def _minutes(found: Standing) -> int:
    return int(found.overdue.total_seconds()) // 60


def notices(user: Any) -> list[str]:
    """Return what administrators should know; nothing is asked of the database for anybody else."""
    if not user.is_staff:
        return []
    if not is_configured():
        return ["Mail is not configured: set EMAIL_URL, so that invitations and codes can go out."]
    found, said = standing(), []
    if found.is_held:
        said.append("Mail is held, as after a restore: nothing goes out until “manage.py mail release”.")
    elif not found.is_moving:
        late = _minutes(found)
        said.append(f"Mail is not moving: the oldest one is {late} minutes late. Is the worker running?")
    if found.dead:
        mails = "1 mail was" if found.dead == 1 else f"{found.dead} mails were"
        said.append(f"{mails} given up. “manage.py mail dead” says which and why.")
    return said
