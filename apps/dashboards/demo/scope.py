"""What a candidate records of the reach of their work: snapshots and decisions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime

from apps.accounts.models import User
from apps.dashboards.demo.documents import CandidatePart, DecisionPart, SnapshotPart
from apps.scope import actions
from apps.scope.growth import LISTS

type Moment = Callable[[int, int], datetime]
type Day = Callable[[int], date]
type Note = Callable[[datetime], object]


def notes(part: CandidatePart, person: User, *, moment: Moment, day: Day) -> Iterator[tuple[datetime, Note]]:
    """Yield when each is recorded and how; what is older than the candidacy came in at its start."""
    first = part.candidacy.started_days_ago
    for snapshot in part.snapshots:
        yield moment(min(snapshot.days_ago, first), 16), _record(snapshot, person, day)
    for decision in part.decisions:
        yield moment(min(decision.days_ago, first), 16), _decide(decision, person, day)


def _record(part: SnapshotPart, person: User, day: Day) -> Note:
    values = {
        "taken_on": day(part.days_ago),
        **{name: list(getattr(part, name)) for name in LISTS},
        "budget": part.budget,
        "currency": part.currency,
        "note": part.note.strip(),
    }
    save_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{person.email}/scope/{part.days_ago}")
    return lambda at: actions.record_scope(values, save_id=save_id, by=person, now=at)


def _decide(part: DecisionPart, person: User, day: Day) -> Note:
    values = {
        "title": part.title,
        "decided_on": day(part.days_ago),
        "horizon_months": part.horizon_months,
        "teams": list(part.teams),
        "reasoning": part.reasoning.strip(),
    }
    save_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{person.email}/decision/{part.title}")
    return lambda at: actions.record_decision(values, save_id=save_id, by=person, now=at)
