"""What a candidate and their mentors say of each subject, beside the step that its evidence reached.

Three lines that stand side by side and are never added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.candidates.actions import Rated, by_subject
from apps.candidates.facts import facts_of
from apps.candidates.forms import RatedSubject as AskedSubject
from apps.candidates.forms import RatingForm
from apps.candidates.models import Candidacy, SelfRating
from apps.frameworks.schema import Framework
from apps.readiness.factors import FactCheck
from apps.readiness.models import MentorRating, PrincipleNote, SubjectEvidence, TalkedAbout
from apps.readiness.portfolio import Portfolio, SubjectKey, SubjectStanding
from apps.readiness.talk import RatedSubject, TalkItem, talk_about

type Received = Mapping[SubjectKey, Sequence[MentorRating]]


@dataclass(frozen=True)
class IndicatorLines:
    """One indicator: what is asked, what each says, what evidence shows, and what lies beside it."""

    subject: SubjectStanding
    asked: AskedSubject
    theirs: tuple[MentorRating, ...]
    facts: tuple[FactCheck, ...]
    beside: tuple[SubjectEvidence, ...]


def own_ratings_of(candidacy: Candidacy) -> dict[SubjectKey, SelfRating]:
    return by_subject(SelfRating.objects.current_of(candidacy))


def received_by_subject(candidacy: Candidacy) -> Received:
    """Return each mentor's newest rating of each subject, of those who rate it now; one statement."""
    found: defaultdict[SubjectKey, list[MentorRating]] = defaultdict(list)
    sent = MentorRating.objects.of_candidacy(candidacy).sent()
    for rating in sent.current().with_mentor():
        if rating.value is not None:
            found[rating.kind, rating.key].append(rating)
    return found


def indicator_lines(
    candidacy: Candidacy, portfolio: Portfolio, form: RatingForm, *, today: date, only: str = ""
) -> list[IndicatorLines]:
    """Return every indicator of the level, or `only` this one, in as many statements."""
    framework = candidacy.framework
    chosen = [one for one in portfolio.indicators if only in ("", one.key)]
    thresholds = {one.key: framework.indicator(one.key).thresholds for one in chosen}
    known = facts_of(candidacy, today, {fact.fact for facts in thresholds.values() for fact in facts})
    theirs = received_by_subject(candidacy)
    beside = evidence_beside(candidacy)
    return [
        IndicatorLines(
            subject=one,
            asked=form.subject(one.kind, one.key),
            theirs=tuple(theirs.get((one.kind, one.key), ())),
            facts=tuple(FactCheck(limit, known.get(limit.fact)) for limit in thresholds[one.key]),
            beside=tuple(beside.get((one.kind, one.key), ())),
        )
        for one in chosen
    ]


def evidence_beside(candidacy: Candidacy) -> Mapping[SubjectKey, list[SubjectEvidence]]:
    """Return decisions and snapshots by the subject they were put beside; one statement."""
    found: defaultdict[SubjectKey, list[SubjectEvidence]] = defaultdict(list)
    for row in SubjectEvidence.objects.of_candidacy(candidacy).standing().with_targets().order_by("pk"):
        found[row.kind, row.key].append(row)
    return found


def own_series(ratings: Iterable[Rated]) -> list[tuple[date, int]]:
    """Return the points of a step line, oldest first; a rating that was taken back counts as none."""
    return [(rating.rated_at.date(), rating.value or 0) for rating in ratings][::-1]


@dataclass(frozen=True)
class PrincipleRow:
    subject: SubjectStanding
    note: PrincipleNote | None


def principle_rows(candidacy: Candidacy, portfolio: Portfolio) -> list[PrincipleRow]:
    notes = {note.key: note for note in PrincipleNote.objects.of_candidacy(candidacy)}
    return [PrincipleRow(subject, notes.get(subject.key)) for subject in portfolio.principles]


@dataclass(frozen=True)
class TalkPage:
    """What is to be talked about, and what was, with the day."""

    open: tuple[TalkItem, ...]
    settled: tuple[tuple[TalkItem, date], ...]


def talk_items_of(
    framework: Framework, subjects: Iterable[SubjectStanding], theirs: Received
) -> tuple[TalkItem, ...]:
    """Return every difference and every claim without evidence, talked about or not."""
    rated = (
        RatedSubject(
            one.kind,
            one.key,
            one.name,
            one.standing.step,
            one.standing.own_rating,
            tuple(
                (rating.mentorship.mentor_name, rating.value)
                for rating in theirs.get((one.kind, one.key), ())
                if rating.value is not None and rating.mentorship.is_standing
            ),
        )
        for one in subjects
    )
    return talk_about(rated, {step.value: step.name for step in framework.ratings})


def talk_page_of(candidacy: Candidacy, portfolio: Portfolio) -> TalkPage:
    theirs = received_by_subject(candidacy)
    items = talk_items_of(candidacy.framework, portfolio.subjects, theirs)
    marks = {(mark.kind, mark.key): mark for mark in TalkedAbout.objects.of_candidacy(candidacy).newest()}
    last = _last_rated(own_ratings_of(candidacy), theirs)
    settled = [
        (item, marks[item.key].talked_on)
        for item in items
        if item.key in marks and marks[item.key].marked_at >= last[item.key]
    ]
    done = {item.key for item, _ in settled}
    return TalkPage(tuple(item for item in items if item.key not in done), tuple(settled))


def _last_rated(own: Mapping[SubjectKey, SelfRating], theirs: Received) -> dict[SubjectKey, datetime]:
    """Return when a subject was last rated, by whomever."""
    last = {subject: rating.rated_at for subject, rating in own.items()}
    for subject, ratings in theirs.items():
        sent = [rating.sent_at for rating in ratings if rating.sent_at]
        last[subject] = max([*sent, *([last[subject]] if subject in last else [])])
    return last


def linked_names(candidacy: Candidacy, subject: SubjectStanding) -> list[tuple[str, str, str]]:
    """Return name, kind and title of everything linked to a subject, as `target_named` takes it."""
    beside = evidence_beside(candidacy).get((subject.kind, subject.key), [])
    return [
        *(
            (f"story:{found.story.story_id}", "Story", found.story.title)
            for found in subject.standing.stories
        ),
        *(
            (f"project:{project.project_id}", "Project", project.name)
            for project in subject.standing.projects
        ),
        *((row.named, row.noun, str(row.target)) for row in beside),
    ]
