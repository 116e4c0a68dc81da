"""Writes around ratings: a mentor's own, what stands beside a subject, notes on principles, talks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import AccessRecord, User
from apps.candidates.actions import Answer, by_subject, new_answers
from apps.candidates.models import Candidacy, Mentorship, Subject
from apps.projects.actions import change_project
from apps.projects.models import Project
from apps.readiness.evidence import Target
from apps.readiness.models import MentorRating, PrincipleNote, SubjectEvidence, TalkedAbout
from apps.scope.models import Decision, Snapshot
from apps.stories.actions import tag_story
from apps.stories.models import Story
from apps.web.versioned import write_from


class NotShown(Exception):
    """The candidate does not show this mentor their readiness any more."""


@transaction.atomic
def rate_candidate(
    mentorship: Mentorship, answers: Iterable[Answer], *, seen: int, sends: bool, by: User, now: datetime
) -> int:
    """Keep what a mentor says as a draft, or send all of it at once; return how many are new to the candidate.

    `seen` is the newest rating the form showed. Raises RatedMeanwhile as `rate_self` does, and NotShown.
    """
    # One mentor's posts come one after the other, and a grant taken back comes before or after them.
    shown_to = Mentorship.objects.showing_readiness().of_mentor(by)
    if not shown_to.select_for_update(of=("self",)).filter(pk=mentorship.pk).exists():
        raise NotShown
    ratings = MentorRating.objects.of_mentorship(mentorship)
    current = by_subject(ratings.current())
    shown = by_subject(ratings.filter(pk__lte=seen).current())
    changed = new_answers(answers, current=current, shown=shown, seen=seen)
    MentorRating.objects.bulk_create(
        MentorRating(
            mentorship=mentorship,
            kind=answer.kind,
            key=answer.key,
            value=answer.value,
            note=answer.note,
            rated_at=now,
        )
        for answer in changed
    )
    return _send(mentorship, by=by, now=now) if sends else 0


def _send(mentorship: Mentorship, *, by: User, now: datetime) -> int:
    """Send the newest draft of each subject; those it took the place of were never anybody else's."""
    ratings = MentorRating.objects.of_mentorship(mentorship)
    drafts, said = ratings.drafted(), by_subject(ratings.sent().current())
    newest = [
        draft.pk
        for draft in drafts.current()
        if not Answer(draft.kind, draft.key, draft.value, draft.note).says_the_same_as(
            said.get((draft.kind, draft.key))
        )
    ]
    sent = MentorRating.objects.filter(pk__in=newest).update(sent_at=now)
    drafts.delete()
    if sent:
        owner = mentorship.candidacy.person_id
        AccessRecord.write("rated readiness", mentorship, by=by, owner_id=owner, now=now)
    return sent


@transaction.atomic
def link_evidence(
    candidacy: Candidacy, kind: str, key: str, thing: Target, *, by: User, now: datetime
) -> None:
    """Put one of the candidate's own things beside a subject: a story or a project by its tag. Twice is once."""
    if isinstance(thing, Story | Project):
        _tag(thing, kind, key, is_tagged=True, by=by, now=now)
    else:
        SubjectEvidence.objects.get_or_create(
            candidacy=candidacy,
            kind=kind,
            key=key,
            decision=thing if isinstance(thing, Decision) else None,
            snapshot=thing if isinstance(thing, Snapshot) else None,
            defaults={"linked_at": now},
        )
    _note_activity(candidacy, now)


@transaction.atomic
def unlink_evidence(
    candidacy: Candidacy, kind: str, key: str, thing: Target, *, by: User, now: datetime
) -> None:
    """Take the link away, and leave the thing itself as it is. Twice is once."""
    if isinstance(thing, Story | Project):
        _tag(thing, kind, key, is_tagged=False, by=by, now=now)
    else:
        linked = SubjectEvidence.objects.of_candidacy(candidacy).about(kind, key)
        linked.filter(
            decision=thing if isinstance(thing, Decision) else None,
            snapshot=thing if isinstance(thing, Snapshot) else None,
        ).delete()
    _note_activity(candidacy, now)


def _tag(thing: Story | Project, kind: str, key: str, *, is_tagged: bool, by: User, now: datetime) -> None:
    field = "principles" if kind == Subject.PRINCIPLE else "indicators"
    if isinstance(thing, Story):
        tag_story(thing, field, key, is_tagged=is_tagged, by=by, now=now)
        return
    stored = Project.objects.select_for_update(of=("self",)).get(pk=thing.pk)
    tags = [tag for tag in getattr(stored, field) if tag != key] + [key] * is_tagged
    if sorted(tags) != sorted(getattr(stored, field)):
        change_project(stored, {field: tags}, started_from=stored.revision, by=by)


@transaction.atomic
def write_principle_note(
    candidacy: Candidacy, key: str, values: Mapping[str, str], *, started_from: int, now: datetime
) -> PrincipleNote:
    """Write what somebody says of a principle at scale if nobody did since revision `started_from`.

    Else raises StaleSave. Sending the same words twice is one save.
    """
    note, _ = PrincipleNote.objects.get_or_create(candidacy=candidacy, key=key, defaults={"edited_at": now})
    stored, is_new = write_from(started_from, PrincipleNote.objects.all(), note.pk, values)
    if is_new:
        stored.edited_at = now
        stored.save(update_fields=["edited_at"])
    _note_activity(candidacy, now)
    return stored


@transaction.atomic
def mark_talked_about(candidacy: Candidacy, kind: str, key: str, *, talked_on: date, now: datetime) -> None:
    """Take a difference off the list until a rating is newer than this moment."""
    TalkedAbout.objects.create(candidacy=candidacy, kind=kind, key=key, talked_on=talked_on, marked_at=now)
    _note_activity(candidacy, now)


def _note_activity(candidacy: Candidacy, now: datetime) -> None:
    Candidacy.objects.filter(pk=candidacy.pk).note_activity(timezone.localdate(now))
