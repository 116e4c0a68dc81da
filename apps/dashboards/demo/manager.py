"""What a candidate notes of their manager: talks, answers to being asked, and how each cycle went."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.applications import actions
from apps.candidates.models import Candidacy
from apps.dashboards.demo.documents import AnswerPart, CandidatePart, RecordPart, TalkPart

type Moment = Callable[[int, int], datetime]
type Day = Callable[[int], date]
type Note = Callable[[datetime], object]


def notes(part: CandidatePart, person: User, *, moment: Moment, day: Day) -> Iterator[tuple[datetime, Note]]:
    """Yield when each is noted and how; what is older than the candidacy came in at its start."""
    first = part.candidacy.started_days_ago
    for talk in part.talks:
        yield moment(min(talk.days_ago, first), 17), _note_talk(talk, person, day)
    for answer in part.answers:
        yield moment(min(answer.days_ago, first), 17), _add_answer(answer, person, day)
    for record in part.records:
        yield moment(min(record.kept_days_ago, first), 18), _keep_record(record, person, day)


def _id(person: User, of: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{person.email}/{of}")


def _note_talk(talk: TalkPart, person: User, day: Day) -> Note:
    values = {
        "held_on": day(talk.days_ago),
        "talked_about": talk.talked_about.strip(),
        "agreed": talk.agreed.strip(),
        "next_on": None if talk.next_days_ago is None else day(talk.next_days_ago),
    }
    return lambda at: actions.log_conversation(
        values, save_id=_id(person, f"talk/{talk.days_ago}"), by=person, now=at
    )


def _add_answer(answer: AnswerPart, person: User, day: Day) -> Note:
    return lambda at: actions.record_support(
        Candidacy.objects.open().editable_by(person).get(),
        state=answer.state,
        reason=answer.reason.strip(),
        answered_on=day(answer.days_ago),
        save_id=_id(person, f"answer/{answer.days_ago}"),
        by=person,
        now=at,
    )


def _keep_record(record: RecordPart, person: User, day: Day) -> Note:
    ends_on = day(record.ended_days_ago)
    values = {
        "cycle": f"{record.cycle}, {ends_on:%B %Y}",
        "starts_on": ends_on - timedelta(days=record.days),
        "ends_on": ends_on,
        "company_rating": record.company_rating,
        "rating": record.rating,
        "said": record.said.strip(),
        "link": record.link,
        "kept_at": record.kept_at,
    }
    return lambda at: actions.keep_record(
        values, save_id=_id(person, f"record/{record.ended_days_ago}"), by=person, now=at
    )
