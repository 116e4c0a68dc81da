"""The gaps a candidate took on or dismissed, and the steps that close them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Protocol

from apps.candidates.models import Candidacy
from apps.dashboards.demo.documents import CandidatePart, GapPart, StepPart
from apps.readiness import gap_actions as actions
from apps.readiness.gaps import suggestion_named
from apps.readiness.models import Action, Gap, GapStatus
from apps.stories.models import Story

type Moment = Callable[[int, int], datetime]
type Day = Callable[[int], date]
type Note = Callable[[datetime], object]


class History(Protocol):
    @property
    def candidacy(self) -> Candidacy: ...

    @property
    def stories(self) -> Mapping[str, int]: ...


def notes(
    part: CandidatePart, history: History, *, moment: Moment, day: Day
) -> Iterator[tuple[datetime, Note]]:
    """Yield when each was written down or settled, and how."""
    for gap in part.gaps:
        yield moment(gap.days_ago, 15), _write(gap, history)
        for step in gap.steps:
            yield moment(gap.days_ago, 16), _plan(step, gap, history, day)
            if step.settled_days_ago is not None:
                yield moment(step.settled_days_ago, 17), _settle_step(step, history)
        if gap.settled_days_ago is not None:
            yield moment(gap.settled_days_ago, 18), _settle(gap, history)


def _id(history: History, of: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{history.candidacy.person.email}/{of}")


def _gap(part: GapPart, history: History) -> Gap:
    return Gap.objects.select_related("candidacy").get(save_id=_id(history, part.title))


def _write(part: GapPart, history: History) -> Note:
    values = {
        "source": part.source,
        "title": part.title,
        "missing": part.missing,
        "evidence_wanted": part.evidence_wanted,
    }
    return lambda at: actions.create_gap(history.candidacy, values, save_id=_id(history, part.title), now=at)


def _plan(step: StepPart, part: GapPart, history: History, day: Day) -> Note:
    values = {
        "title": step.title,
        "due_on": day(-step.due_in_days),
        "evidence_wanted": step.evidence_wanted,
        "status": step.status if step.status == "under_way" else "planned",
        "progress": step.progress,
    }
    return lambda at: actions.add_action(
        _gap(part, history), values, save_id=_id(history, step.title), now=at
    )


def _settle_step(step: StepPart, history: History) -> Note:
    def settle(at: datetime) -> None:
        action = Action.objects.select_related("gap__candidacy").get(save_id=_id(history, step.title))
        if step.status == "dropped":
            actions.drop_action(action, word=step.word, now=at)
        else:
            shown_by = Story.objects.get(pk=history.stories[step.shown_by]) if step.shown_by else None
            evidence = {"story": shown_by} if shown_by else None
            actions.finish_action(action, evidence, word=step.word, now=at)

    return settle


def _settle(part: GapPart, history: History) -> Note:
    def settle(at: datetime) -> None:
        suggestion = suggestion_named(history.candidacy, part.source, today=at.date())
        weight = suggestion.weight if suggestion else 0
        actions.settle_gap(_gap(part, history), GapStatus(part.status), word=part.word, weight=weight, now=at)

    return settle
