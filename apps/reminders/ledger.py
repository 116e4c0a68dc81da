"""Writes occurrences: each key once, with its digest, in the transaction that made it due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from apps.mail.kinds import Channel
from apps.reminders.digests import messages_for
from apps.reminders.models import Status
from apps.reminders.people import Person

_INSERT = """
INSERT INTO reminders_occurrence
    (plan_id, schedule_id, person_id, rule, "row", thing_id, local_date, due_at, dedupe_key, status, in_app, message_id)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS o(
    plan_id bigint, schedule_id bigint, person_id bigint, rule text, "row" text, thing_id bigint, local_date date,
    due_at timestamptz, dedupe_key text, status text, in_app boolean, message_id bigint)
ON CONFLICT (dedupe_key) DO NOTHING
"""


@dataclass(frozen=True)
class Entry:
    """An occurrence to be. `is_due` says it is not one that was missed; `by_mail` that no mail told of it yet."""

    plan_id: int
    schedule_id: int | None
    person_id: int
    rule: str
    on: date
    due_at: datetime
    is_due: bool = True
    by_mail: bool = True
    row: str = ""
    thing_id: int | None = None
    step: int = 0

    @property
    def dedupe_key(self) -> str:
        if self.schedule_id is not None:
            return f"rule:{self.schedule_id}:{self.on}"
        return f"event:{self.rule}:{self.row}:{self.person_id}:{self.step}"


def write(entries: Sequence[Entry], people: Mapping[int, Person], *, now: datetime) -> None:
    """Insert what is not there yet; call it with the people held."""
    if not entries:
        return
    channels = [people[entry.person_id].channel_for(entry.rule) for entry in entries]
    mailed = [
        entry.is_due and entry.by_mail and channel in Channel.with_mail()
        for entry, channel in zip(entries, channels, strict=True)
    ]
    digests = messages_for(
        (
            (entry.person_id, entry.due_at)
            for entry, is_mailed in zip(entries, mailed, strict=True)
            if is_mailed
        ),
        people,
        now=now,
    )
    rows = [
        {
            "plan_id": entry.plan_id,
            "schedule_id": entry.schedule_id,
            "person_id": entry.person_id,
            "rule": entry.rule,
            "row": entry.row,
            "thing_id": entry.thing_id,
            "local_date": entry.on,
            "due_at": entry.due_at,
            "dedupe_key": entry.dedupe_key,
            "status": _status(entry, channel, is_mailed=is_mailed).value,
            "in_app": channel in Channel.in_app(),
            "message_id": digests.get(entry.person_id) if is_mailed else None,
        }
        for entry, channel, is_mailed in zip(entries, channels, mailed, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [json.dumps(rows, default=str)])


def close(ids: Iterable[int], status: Status, *, of: str = "id") -> None:
    """Give open occurrences (by `id` or `schedule_id`) their last status."""
    wanted = list(ids)
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE reminders_occurrence SET status = %s WHERE {of} = ANY(%s::bigint[])"  # noqa: S608
                " AND status IN ('due', 'digested')",
                [status.value, wanted],
            )


def _status(entry: Entry, channel: str, *, is_mailed: bool) -> Status:
    if not entry.is_due or channel == Channel.NONE:
        return Status.SKIPPED
    return Status.DIGESTED if is_mailed else Status.DUE
