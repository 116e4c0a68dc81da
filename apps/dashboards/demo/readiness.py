"""What mentors say of a candidate's readiness, and what the candidate writes of principles at scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Protocol

from apps.accounts.models import User
from apps.candidates.actions import Answer
from apps.candidates.models import Candidacy, Mentorship
from apps.dashboards.demo.documents import CandidatePart, GivenReadinessPart, ScalePart
from apps.readiness import rating_actions as actions

type Moment = Callable[[int, int], datetime]
type Note = Callable[[datetime], object]


class History(Protocol):
    @property
    def candidacy(self) -> Candidacy: ...

    @property
    def people(self) -> Mapping[str, User]: ...

    @property
    def mentorships(self) -> Mapping[str, int]: ...


def notes(part: CandidatePart, history: History, *, moment: Moment) -> Iterator[tuple[datetime, Note]]:
    """Yield when each was said or written, and how."""

    def at_once(given: GivenReadinessPart) -> tuple[str, int]:
        return given.mentor, given.days_ago

    for (mentor, days_ago), some in groupby(part.readiness_ratings, key=at_once):
        yield moment(days_ago, 14), _rate(mentor, tuple(some), history)
    for note in part.principle_notes:
        yield moment(note.days_ago, 14), _write(note, history)


def _rate(mentor: str, some: tuple[GivenReadinessPart, ...], history: History) -> Note:
    answers = [Answer(given.kind, given.key, given.value, given.note) for given in some]

    def rate(at: datetime) -> None:
        mentorship = Mentorship.objects.select_related("candidacy").get(pk=history.mentorships[mentor])
        newest = mentorship.readiness_ratings.order_by("-pk").values_list("pk", flat=True).first()
        by = history.people[mentor]
        actions.rate_candidate(mentorship, answers, seen=newest or 0, sends=True, by=by, now=at)

    return rate


def _write(part: ScalePart, history: History) -> Note:
    values = {
        "current_scope": part.current_scope,
        "expanded_scope": part.expanded_scope,
        "evidence_needed": part.evidence_needed,
    }
    return lambda at: actions.write_principle_note(
        history.candidacy, part.key, values, started_from=1, now=at
    )
