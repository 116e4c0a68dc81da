"""Writes to gaps and their actions. Each is a fact that reminders and phases ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.candidates.models import Candidacy
from apps.readiness.evidence import Target
from apps.readiness.models import Action, ActionEvidence, ActionStatus, Gap, GapStatus
from apps.readiness.suggestions import Suggestion
from apps.web.versioned import write_from


class NotInThisState(Exception):
    """Somebody settled or reopened it meanwhile."""


@transaction.atomic
def accept_suggestion(candidacy: Candidacy, suggestion: Suggestion, *, now: datetime) -> Gap:
    """Take a suggested gap on as it stands. Taking it on twice is taking it on once."""
    values = {
        "title": suggestion.title,
        "missing": suggestion.missing,
        "evidence_wanted": suggestion.evidence_wanted,
    }
    return _unsettled(candidacy, suggestion, {**values, "status": GapStatus.OPEN, "settled_at": None}, now)


@transaction.atomic
def dismiss_suggestion(candidacy: Candidacy, suggestion: Suggestion, *, word: str, now: datetime) -> Gap:
    """Keep why a suggestion does not apply; it comes up again when more weighs on it than now."""
    values = {"status": GapStatus.DISMISSED, "word": word, "weight": suggestion.weight, "settled_at": now}
    return _unsettled(candidacy, suggestion, values, now)


def _unsettled(candidacy: Candidacy, suggestion: Suggestion, values: dict[str, Any], now: datetime) -> Gap:
    """Raises NotInThisState where it was dealt with the other way in another tab."""
    first = {
        "title": suggestion.title,
        "missing": suggestion.missing,
        "evidence_wanted": suggestion.evidence_wanted,
        "created_at": now,
    }
    gap, is_new = Gap.objects.exclude(status=GapStatus.CLOSED).get_or_create(
        candidacy=candidacy, source=suggestion.source, defaults=first | values
    )
    if not is_new and gap.status != values["status"]:
        if gap.is_open or suggestion.weight <= gap.weight:
            raise NotInThisState
        for name, value in values.items():
            setattr(gap, name, value)
        gap.save(update_fields=list(values))
    _note(candidacy, now)
    return gap


@transaction.atomic
def create_gap(candidacy: Candidacy, values: Mapping[str, Any], *, save_id: UUID, now: datetime) -> Gap:
    """Write a gap by hand, or bring the one that this very form wrote to `values`; raises StaleSave."""
    gap, is_new = Gap.objects.get_or_create(
        candidacy=candidacy, save_id=save_id, defaults={**values, "created_at": now}
    )
    _note(candidacy, now)
    return gap if is_new else change_gap(gap, values, started_from=1, now=now)


@transaction.atomic
def change_gap(gap: Gap, values: Mapping[str, Any], *, started_from: int, now: datetime) -> Gap:
    """Write `values` if nobody saved since revision `started_from`, else raise StaleSave."""
    stored, _ = write_from(started_from, Gap.objects.all(), gap.pk, values)
    _note(stored.candidacy, now)
    return stored


@transaction.atomic
def settle_gap(gap: Gap, status: GapStatus, *, word: str, weight: int = 0, now: datetime) -> None:
    """Close or dismiss an open gap; raises NotInThisState where it is open no more."""
    settled = {"status": status, "word": word, "weight": weight, "settled_at": now}
    if not Gap.objects.standing().filter(pk=gap.pk).update(**settled):
        raise NotInThisState
    _note(gap.candidacy, now)


@transaction.atomic
def reopen_gap(gap: Gap, *, now: datetime) -> None:
    """Raises NotInThisState where it is open, or where another gap of the same source was taken on since."""
    others = Gap.objects.filter(candidacy=gap.candidacy, source=gap.source).exclude(source="")
    if others.exclude(status=GapStatus.CLOSED).exclude(pk=gap.pk).exists():
        raise NotInThisState
    settled = Gap.objects.filter(pk=gap.pk).exclude(status=GapStatus.OPEN)
    try:
        with transaction.atomic():
            is_reopened = settled.update(status=GapStatus.OPEN, word="", settled_at=None)
    except IntegrityError:
        # Another one of the same source was taken on at this very moment.
        raise NotInThisState from None
    if not is_reopened:
        raise NotInThisState
    _note(gap.candidacy, now)


@transaction.atomic
def add_action(gap: Gap, values: Mapping[str, Any], *, save_id: UUID, now: datetime) -> Action:
    """Add a step to a gap, or bring the one that this very form added to `values`; raises StaleSave."""
    action, is_new = Action.objects.get_or_create(
        gap=gap, save_id=save_id, defaults={**values, "created_at": now}
    )
    _note(gap.candidacy, now)
    if is_new or not action.is_open:
        return action
    return change_action(action, values, started_from=1, now=now)


@transaction.atomic
def change_action(action: Action, values: Mapping[str, Any], *, started_from: int, now: datetime) -> Action:
    """Write `values` if nobody saved since revision `started_from`, else raise StaleSave."""
    stored, _ = write_from(started_from, Action.objects.all(), action.pk, values)
    _note(stored.gap.candidacy, now)
    return stored


@transaction.atomic
def finish_action(
    action: Action, evidence: Mapping[str, Target] | None, *, word: str = "", now: datetime
) -> None:
    """Say that it is done, and by what that is seen; without evidence `word` says why there is none.

    Raises NotInThisState where it was settled already.
    """
    _settle(action, ActionStatus.DONE, word, now)
    if evidence:
        _name_evidence(action, evidence)


def _name_evidence(action: Action, evidence: Mapping[str, Target]) -> None:
    """Once, also where it was named before the action was reopened."""
    if not action.evidence.filter(**evidence).exists():
        ActionEvidence.objects.create(action=action, **evidence)


@transaction.atomic
def drop_action(action: Action, *, word: str, now: datetime) -> None:
    _settle(action, ActionStatus.DROPPED, word, now)


def _settle(action: Action, status: ActionStatus, word: str, now: datetime) -> None:
    # Whoever has it open elsewhere sees that it changed.
    settled = {"status": status, "word": word, "settled_at": now, "revision": F("revision") + 1}
    if not Action.objects.standing().filter(pk=action.pk).update(**settled):
        raise NotInThisState
    _note(action.gap.candidacy, now)


@transaction.atomic
def reopen_action(action: Action, *, now: datetime) -> None:
    """Take back that it was done or dropped; what was named as its evidence stays beside it.

    Raises NotInThisState where it is open, or its gap is not.
    """
    settled = Action.objects.of_open_gaps().filter(
        pk=action.pk, status__in=(ActionStatus.DONE, ActionStatus.DROPPED)
    )
    reopened = {"status": ActionStatus.UNDER_WAY, "word": "", "settled_at": None}
    if not settled.update(**reopened, revision=F("revision") + 1):
        raise NotInThisState
    _note(action.gap.candidacy, now)


def _note(candidacy: Candidacy, now: datetime) -> None:
    own = Candidacy.objects.filter(pk=candidacy.pk)
    own.raise_evidence_rev()
    own.note_activity(timezone.localdate(now))
