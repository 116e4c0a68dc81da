"""What snapshots and decisions say about a candidacy by the names of the frameworks' vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from apps.candidates.models import Candidacy
from apps.scope.growth import FIGURES, Measures, measures_grown
from apps.scope.models import Decision, Snapshot

COUNTED: Final = (
    *(figure.fact for figure in FIGURES if figure.fact),
    "scope_snapshots",
    "has_scope_snapshot",
    "days_since_scope_snapshot",
    "scope_measures_grown",
)


def count(candidacies: Sequence[Candidacy], today: date) -> Mapping[int, Mapping[str, float | None]]:
    """Count snapshots for all at once: one statement."""
    people = {candidacy.person_id for candidacy in candidacies}
    snapshots = Snapshot.objects.measures_by_owner(people)
    return {candidacy.pk: _counted(snapshots[candidacy.person_id], today) for candidacy in candidacies}


def count_decisions(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, float | None]]:
    """One statement, for those alone who ask for them."""
    decisions = Decision.objects.dates_by_owner(candidacy.person_id for candidacy in candidacies)
    return {
        candidacy.pk: {"decisions_made": len(decisions[candidacy.person_id])} for candidacy in candidacies
    }


def _counted(snapshots: Sequence[Measures], today: date) -> dict[str, float | None]:
    newest = snapshots[-1] if snapshots else None
    return {
        # Nobody knows these before the first snapshot, which is something else than nought.
        **{figure.fact: getattr(newest, figure.name, None) for figure in FIGURES if figure.fact},
        "scope_snapshots": len(snapshots),
        "has_scope_snapshot": float(newest is not None),
        "days_since_scope_snapshot": (today - newest.taken_on).days if newest else None,
        "scope_measures_grown": measures_grown(snapshots),
    }
