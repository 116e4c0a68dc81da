"""Writes around the manager: conversations, the series of answers, records of performance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import AccessRecord, User
from apps.applications.models import Conversation, PerformanceRecord, SupportAnswer
from apps.candidates.models import Candidacy
from apps.web.versioned import write_from


class NothingToUndo(Exception):
    """The deletion is older than can be undone, or there was none."""


@transaction.atomic
def log_conversation(values: Mapping[str, Any], *, save_id: UUID, by: User, now: datetime) -> Conversation:
    """Note a talk, or bring the note that this very form made to `values`; raises StaleSave."""
    noted, is_new = Conversation.objects.get_or_create(
        owner=by, save_id=save_id, defaults={**values, "created_at": now}
    )
    _note_activity(by, now)
    return noted if is_new else change_conversation(noted, values, started_from=1, by=by, now=now)


@transaction.atomic
def change_conversation(
    conversation: Conversation, values: Mapping[str, Any], *, started_from: int, by: User, now: datetime
) -> Conversation:
    """Write `values` if nobody saved since revision `started_from`, else raise StaleSave.

    Sending the same change twice is one change. A note deleted meanwhile comes back with it.
    """
    alive = {**values, "deleted_at": None}
    stored, _ = write_from(started_from, Conversation.objects.all(), conversation.pk, alive)
    _note_activity(by, now)
    return stored


@transaction.atomic
def delete_conversation(conversation: Conversation, *, by: User, now: datetime) -> None:
    """Hide a note; `undo_conversation_deletion` brings it back for 30 days, then it is really gone."""
    conversation.deleted_at = now
    conversation.save(update_fields=["deleted_at"])
    AccessRecord.write("deleted", conversation, by=by, owner_id=conversation.owner_id, now=now)


def undo_conversation_deletion(conversation_id: int, *, by: User, now: datetime) -> None:
    if not Conversation.objects.deleted_by(by, now).filter(pk=conversation_id).update(deleted_at=None):
        raise NothingToUndo


@transaction.atomic
def record_support(
    candidacy: Candidacy,
    *,
    state: str,
    reason: str,
    answered_on: date,
    save_id: UUID,
    by: User,
    now: datetime,
) -> SupportAnswer:
    """Add an answer to the series; the same form sent twice adds one.

    Whoever goes back to a form and changes it adds another answer, for none is overwritten.
    """
    said = {"state": state, "reason": reason, "answered_on": answered_on}
    answer, is_new = SupportAnswer.objects.get_or_create(
        candidacy=candidacy, save_id=save_id, defaults=said | {"recorded_at": now}
    )
    if not is_new and any(getattr(answer, name) != value for name, value in said.items()):
        answer = SupportAnswer.objects.create(candidacy=candidacy, recorded_at=now, **said)
    _note_activity(by, now)
    return answer


@transaction.atomic
def keep_record(values: Mapping[str, Any], *, save_id: UUID, by: User, now: datetime) -> PerformanceRecord:
    """Keep a cycle's record, or bring the one that this very form made to `values`; raises StaleSave."""
    kept, is_new = PerformanceRecord.objects.get_or_create(
        owner=by, save_id=save_id, defaults={**values, "created_at": now}
    )
    _note_activity(by, now)
    return kept if is_new else change_record(kept, values, started_from=1, by=by, now=now)


@transaction.atomic
def change_record(
    record: PerformanceRecord, values: Mapping[str, Any], *, started_from: int, by: User, now: datetime
) -> PerformanceRecord:
    """Write `values` as `change_conversation` does; raises StaleSave."""
    alive = {**values, "deleted_at": None}
    stored, _ = write_from(started_from, PerformanceRecord.objects.all(), record.pk, alive)
    _note_activity(by, now)
    return stored


@transaction.atomic
def delete_record(record: PerformanceRecord, *, by: User, now: datetime) -> None:
    """Hide a record; `undo_record_deletion` brings it back for 30 days, then it is really gone."""
    record.deleted_at = now
    record.save(update_fields=["deleted_at"])
    AccessRecord.write("deleted", record, by=by, owner_id=record.owner_id, now=now)


def undo_record_deletion(record_id: int, *, by: User, now: datetime) -> None:
    if not PerformanceRecord.objects.deleted_by(by, now).filter(pk=record_id).update(deleted_at=None):
        raise NothingToUndo


def _note_activity(person: User, now: datetime) -> None:
    Candidacy.objects.open().editable_by(person).note_activity(timezone.localdate(now))
