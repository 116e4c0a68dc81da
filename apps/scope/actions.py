"""Writes to scope snapshots and decisions. Both are facts about their owner's candidacy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.scope.models import Decision, Snapshot
from apps.web.versioned import write_from


@transaction.atomic
def record_scope(values: Mapping[str, Any], *, save_id: UUID, by: User, now: datetime) -> Snapshot:
    """Take a snapshot, or bring the one that this very form took to `values`; raises StaleSave."""
    taken, is_new = Snapshot.objects.get_or_create(
        owner=by, save_id=save_id, defaults={**values, "created_at": now}
    )
    _note(by, now)
    return taken if is_new else change_scope(taken, values, started_from=1, by=by, now=now)


@transaction.atomic
def change_scope(
    snapshot: Snapshot, values: Mapping[str, Any], *, started_from: int, by: User, now: datetime
) -> Snapshot:
    """Write `values` if nobody saved since revision `started_from`, else raise StaleSave.

    What was deleted meanwhile comes back with it.
    """
    stored, _ = write_from(started_from, Snapshot.objects.all(), snapshot.pk, {**values, "deleted_at": None})
    _note(by, now)
    return stored


@transaction.atomic
def record_decision(values: Mapping[str, Any], *, save_id: UUID, by: User, now: datetime) -> Decision:
    """Note a decision, or bring the one that this very form noted to `values`; raises StaleSave."""
    noted, is_new = Decision.objects.get_or_create(
        owner=by, save_id=save_id, defaults={**values, "created_at": now}
    )
    _note(by, now)
    return noted if is_new else change_decision(noted, values, started_from=1, by=by, now=now)


@transaction.atomic
def change_decision(
    decision: Decision, values: Mapping[str, Any], *, started_from: int, by: User, now: datetime
) -> Decision:
    """Write `values` if nobody saved since revision `started_from`, else raise StaleSave.

    What was deleted meanwhile comes back with it.
    """
    stored, _ = write_from(started_from, Decision.objects.all(), decision.pk, {**values, "deleted_at": None})
    _note(by, now)
    return stored


@transaction.atomic
def delete(row: Snapshot | Decision, *, by: User, now: datetime) -> None:
    """Take it out; `undo_deletion` brings it back for 30 days, then it is really gone."""
    row.deleted_at = now
    row.save(update_fields=["deleted_at"])
    _note(by, now)


@transaction.atomic
def undo_deletion(row: Snapshot | Decision, *, by: User, now: datetime) -> None:
    row.deleted_at = None
    row.save(update_fields=["deleted_at"])
    _note(by, now)


def _note(by: User, now: datetime) -> None:
    """Both bear on reminders and readiness, and show that the candidate is there."""
    own = Candidacy.objects.open().editable_by(by)
    own.raise_evidence_rev()
    own.note_activity(timezone.localdate(now))
