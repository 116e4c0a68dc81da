"""What a mentor sees of a candidate's scope by the readiness grant: counts, and what decisions are called.

No name of a person, a system or a team, no note, no reason, no link, no budget: those are never read here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.scope.models import Decision, Snapshot
from apps.scope.picture import Picture, drawn

MOST_TITLES: Final = 100


@dataclass(frozen=True)
class SharedScope:
    """`decisions` are titles, the newest first; no row of the picture leads anywhere."""

    picture: Picture
    decisions: tuple[str, ...]


def scope_shown_to(mentor: User, candidacy: Candidacy, *, today: date) -> SharedScope:
    """Read it in two statements; both are empty unless the candidate shows this mentor their readiness now."""
    person = candidacy.person_id
    measures = Snapshot.objects.shown_to(mentor).measures_by_owner([person])[person]
    counts = [replace(one, budget=None, currency="", pk=0) for one in measures]
    titles = Decision.objects.shown_to(mentor).titles_of(person, most=MOST_TITLES)
    return SharedScope(drawn(counts, (), candidacy, today=today), titles)
