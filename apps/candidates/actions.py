"""Writes to candidacies, their briefing, self-ratings and mentorships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts import actions as accounts
from apps.accounts.models import AccessRecord, Invitation, User
from apps.candidates import mails
from apps.candidates.facts import facts_of
from apps.candidates.models import (
    AdvantageChoice,
    Candidacy,
    ChosenChallenge,
    Mentorship,
    MentorshipKind,
    SelfRating,
    Tick,
)
from apps.candidates.timeline import is_tickable
from apps.cohorts.models import Cohort
from apps.frameworks.models import FrameworkVersion

MENTORSHIP_INVITATION = "mentorship"
MANAGER_INVITATION = "manager"

type SubjectKey = tuple[str, str]


class Rated(Protocol):
    """A rating in a series, whoever gave it."""

    pk: int
    kind: str
    key: str
    value: int | None
    note: str
    rated_at: datetime


class CandidacyIsOpen(Exception):
    """The person has an open candidacy already."""


class StaleSave(Exception):
    """It was saved elsewhere since the form was opened; nothing was written."""


class RatedMeanwhile(Exception):
    """Some subjects were rated elsewhere since the form was opened; nothing was written."""

    def __init__(self, current: Mapping[SubjectKey, Rated]) -> None:
        super().__init__(", ".join(key for _, key in current))
        self.current = current


class NoSuchLine(Exception):
    """The framework of the candidacy has no line of that name in a checklist."""


class ToldByFacts(Exception):
    """Whether the line is done is known from what is in here, so nobody says it by hand."""


class OwnAddress(Exception):
    """Nobody mentors themselves."""


class AlreadyAsked(Exception):
    """The person mentors this candidacy already, or was asked to."""


class NotInThatState(Exception):
    """The mentorship has moved on: accepted, declined or ended meanwhile."""


@dataclass(frozen=True)
class Answer:
    kind: str
    key: str
    value: int | None
    note: str

    @property
    def subject(self) -> SubjectKey:
        return self.kind, self.key

    def says_the_same_as(self, rating: Rated | None) -> bool:
        if rating is None:
            return self.value is None and not self.note
        return (self.value, self.note) == (rating.value, rating.note)


def start_candidacy(
    *,
    by: User,
    current_level: str,
    target_level: str,
    target_on: date,
    today: date,
    cohort: Cohort | None = None,
) -> Candidacy:
    """Begin on the cohort's framework, else on the newest; raises CandidacyIsOpen, also for the later of two."""
    version = cohort.framework_version if cohort else FrameworkVersion.objects.current()
    try:
        with transaction.atomic():
            return Candidacy.objects.create(
                person=by,
                framework_version=version,
                current_level=current_level,
                target_level=target_level,
                target_on=target_on,
                started_on=today,
                last_active_on=today,
                cohort=cohort,
            )
    except IntegrityError as error:
        if "one_open_candidacy_a_person" not in str(error):
            raise
        raise CandidacyIsOpen from error


@transaction.atomic
def change_candidacy(
    candidacy: Candidacy, *, started_from: int, current_level: str, target_level: str, target_on: date
) -> Candidacy:
    """Change levels and date if nobody did since revision `started_from`, else raise StaleSave.

    Sending the same change twice is one change. A different target level asks for other evidence.
    """
    wanted = {"current_level": current_level, "target_level": target_level, "target_on": target_on}
    stored = Candidacy.objects.select_for_update(of=("self",)).get(pk=candidacy.pk)
    if all(getattr(stored, name) == value for name, value in wanted.items()):
        return stored
    if stored.revision != started_from:
        raise StaleSave
    if stored.target_level != target_level:
        stored.evidence_rev += 1
    for name, value in wanted.items():
        setattr(stored, name, value)
    stored.revision += 1
    stored.save(update_fields=[*wanted, "evidence_rev", "revision"])
    return stored


@transaction.atomic
def rate_self(candidacy: Candidacy, answers: Iterable[Answer], *, seen: int, now: datetime) -> int:
    """Add a row to the series of each subject whose answer is new; return how many there were.

    `seen` is the newest rating the form showed. An answer that only repeats what the form showed
    changes nothing. Raises RatedMeanwhile when another answer was given elsewhere since.
    """
    # Two posts of one person come one after the other.
    Candidacy.objects.select_for_update(of=("self",)).get(pk=candidacy.pk)
    ratings = SelfRating.objects.filter(candidacy=candidacy)
    current = by_subject(ratings.current())
    shown = by_subject(ratings.filter(pk__lte=seen).current())
    changed = new_answers(answers, current=current, shown=shown, seen=seen)
    SelfRating.objects.bulk_create(
        SelfRating(
            candidacy=candidacy,
            kind=answer.kind,
            key=answer.key,
            value=answer.value,
            note=answer.note,
            rated_at=now,
        )
        for answer in changed
    )
    if changed:
        mine = Candidacy.objects.filter(pk=candidacy.pk)
        mine.raise_evidence_rev()
        mine.note_activity(timezone.localdate(now))
    return len(changed)


@transaction.atomic
def choose_advantage(
    candidacy: Candidacy, group: str, key: str, *, is_mine: bool | None, now: datetime
) -> None:
    """Say whether an advantage is one's own to use; None leaves it open again. Twice is once."""
    if is_mine is None:
        AdvantageChoice.objects.filter(candidacy=candidacy, group=group, key=key).delete()
    else:
        AdvantageChoice.objects.update_or_create(
            candidacy=candidacy, group=group, key=key, defaults={"is_mine": is_mine, "chosen_at": now}
        )
    Candidacy.objects.filter(pk=candidacy.pk).note_activity(timezone.localdate(now))


@transaction.atomic
def tick(candidacy: Candidacy, phase: str, item: str, *, is_done: bool, now: datetime) -> None:
    """Say whether a line of a phase's checklist is done; twice is once. Raises NoSuchLine, ToldByFacts."""
    of_phase = candidacy.framework.phases_by_key.get(phase)
    line = next((line for line in of_phase.checklist if line.key == item), None) if of_phase else None
    if line is None:
        raise NoSuchLine
    today = timezone.localdate(now)
    if not is_tickable(line, facts_of(candidacy, today, {line.done_when})):
        raise ToldByFacts
    if is_done:
        row = Tick(candidacy=candidacy, phase=phase, item=item, ticked_at=now)
        Tick.objects.bulk_create([row], ignore_conflicts=True)
    else:
        Tick.objects.filter(candidacy=candidacy, phase=phase, item=item).delete()
    Candidacy.objects.filter(pk=candidacy.pk).note_activity(today)


@transaction.atomic
def choose_challenges(candidacy: Candidacy, marks: Mapping[str, bool], *, now: datetime) -> None:
    """Say of challenges by key whether they apply. Twice is once; of two at once the later one counts."""
    ChosenChallenge.objects.bulk_create(
        (
            ChosenChallenge(candidacy=candidacy, key=key, applies=applies, chosen_at=now)
            for key, applies in sorted(marks.items())
        ),
        update_conflicts=True,
        unique_fields=["candidacy", "key"],
        update_fields=["applies", "chosen_at"],
    )
    Candidacy.objects.filter(pk=candidacy.pk).note_activity(timezone.localdate(now))


def by_subject[R: Rated](ratings: Iterable[R]) -> dict[SubjectKey, R]:
    return {(rating.kind, rating.key): rating for rating in ratings}


def new_answers(
    answers: Iterable[Answer],
    *,
    current: Mapping[SubjectKey, Rated],
    shown: Mapping[SubjectKey, Rated],
    seen: int,
) -> list[Answer]:
    """Return the answers that say something new; of a series that is rated from several tabs.

    `shown` are the ratings as the form showed them, the newest of which is `seen`. An answer that only
    repeats what the form showed is none. Raises RatedMeanwhile when another was given elsewhere since.
    """
    changed, clashing = [], {}
    for answer in answers:
        newest = current.get(answer.subject)
        if answer.says_the_same_as(newest):
            continue
        if newest is not None and newest.pk > seen:
            if not answer.says_the_same_as(shown.get(answer.subject)):
                clashing[answer.subject] = newest
            continue
        changed.append(answer)
    if clashing:
        raise RatedMeanwhile(clashing)
    return changed


@transaction.atomic
def invite_mentor(
    candidacy: Candidacy, *, name: str, email: str, kind: str, by: User, now: datetime
) -> tuple[Mentorship, str]:
    """Ask somebody; return the mentorship and the link, which cannot be shown again.

    Raises OwnAddress, AlreadyAsked.
    """
    # Of two requests to one address the second sees the first.
    Candidacy.objects.select_for_update(of=("self",)).get(pk=candidacy.pk)
    owners = set(
        EmailAddress.objects.filter(email__iexact=email, verified=True).values_list("user", flat=True)
    )
    if by.pk in owners or email.lower() == by.email:
        raise OwnAddress
    standing = Mentorship.objects.standing().filter(candidacy=candidacy)
    if standing.filter(Q(invited_email__iexact=email) | Q(mentor__in=owners)).exists():
        raise AlreadyAsked
    offered = MANAGER_INVITATION if kind == MentorshipKind.MANAGER else MENTORSHIP_INVITATION
    invitation, link = accounts.invite(offered, email, name, by=by, now=now)
    mentorship = Mentorship.objects.create(
        candidacy=candidacy,
        kind=kind,
        invitation=invitation,
        invited_name=name,
        invited_email=invitation.email,
        asked_at=now,
    )
    _record("asked", mentorship, by, now)
    return mentorship, link


def accept_mentorship(invitation: Invitation, user: User) -> str:
    """Make the person who accepts the mentor; runs in the transaction of `accounts.accept`.

    A request that was taken back, or to somebody who mentors this candidacy by another address,
    is not open any more; one's own candidacy is not for oneself.
    """
    mentorship = Mentorship.objects.asked_by(invitation).with_people().first()
    if mentorship is None or mentorship.candidacy.closed_at:
        raise accounts.InvitationNotOpen
    if mentorship.candidacy.person_id == user.pk:
        raise accounts.InvitationIsForAnother
    try:
        with transaction.atomic():
            waiting = Mentorship.objects.standing().filter(pk=mentorship.pk, accepted_at=None)
            is_first = waiting.update(mentor=user, accepted_at=invitation.accepted_at)
    except IntegrityError as error:
        raise accounts.InvitationNotOpen from error
    if not is_first:
        raise accounts.InvitationNotOpen
    mentorship.mentor, mentorship.accepted_at = user, invitation.accepted_at
    _record("accepted", mentorship, user, invitation.accepted_at)
    if invitation.accepted_at is not None:
        mails.tell(mails.ACCEPTED, mentorship, now=invitation.accepted_at)
    return reverse("candidates:my_candidates")


@transaction.atomic
def decline_mentorship(mentorship: Mentorship, *, by: User | None, now: datetime) -> None:
    """Say no to a request; `by` is None for somebody without an account. Raises NotInThatState."""
    declined = (
        Mentorship.objects.standing().filter(pk=mentorship.pk, accepted_at=None).update(declined_at=now)
    )
    if not declined:
        raise NotInThatState
    _withdraw_invitation(mentorship, by=by, now=now)
    mails.tell(mails.DECLINED, mentorship, now=now)
    if by is not None:
        _record("declined", mentorship, by, now)


@transaction.atomic
def pause_mentorship(mentorship: Mentorship, *, by: User, now: datetime) -> None:
    """Hide everything from the mentor until resumed; twice is once. Raises NotInThatState."""
    running = Mentorship.objects.standing().filter(pk=mentorship.pk, accepted_at__isnull=False)
    if running.filter(paused_at=None).update(paused_at=now):
        _record("paused", mentorship, by, now)
    elif not running.exists():
        raise NotInThatState


@transaction.atomic
def resume_mentorship(mentorship: Mentorship, *, by: User) -> None:
    """Show the mentor again what was granted; twice is once. Raises NotInThatState."""
    running = Mentorship.objects.standing().filter(pk=mentorship.pk, accepted_at__isnull=False)
    if running.filter(paused_at__isnull=False).update(paused_at=None):
        _record("resumed", mentorship, by)
    elif not running.exists():
        raise NotInThatState


@transaction.atomic
def revoke_mentorship(mentorship: Mentorship, *, by: User, now: datetime) -> None:
    """End a mentorship, or take back a request, for good; twice is once.

    Grants stay as they are: whoever may read asks the mentorship first. Raises NotInThatState for
    a request that was declined.
    """
    if Mentorship.objects.standing().filter(pk=mentorship.pk).update(revoked_at=now):
        _withdraw_invitation(mentorship, by=by, now=now)
        _record("revoked", mentorship, by, now)
    elif Mentorship.objects.filter(pk=mentorship.pk, revoked_at=None).exists():
        raise NotInThatState


@transaction.atomic
def renew_mentorship_link(mentorship: Mentorship, *, by: User, now: datetime) -> str:
    """Give a request that waits a new link and mail it; the old one ends. Raises NotInThatState."""
    waiting = Mentorship.objects.standing().filter(pk=mentorship.pk, accepted_at=None)
    invitation = mentorship.invitation
    # Locked, so that nobody accepts the old link in between.
    if invitation is None or not waiting.select_for_update().exists():
        raise NotInThatState
    try:
        return accounts.renew(invitation, by=by, now=now)
    except accounts.InvitationNotOpen as error:
        raise NotInThatState from error


@transaction.atomic
def grant_readiness(mentorship: Mentorship, *, is_granted: bool, by: User, now: datetime) -> None:
    """Let a mentor rate readiness indicators, or stop it; twice is once. Raises NotInThatState."""
    standing = Mentorship.objects.standing().filter(pk=mentorship.pk)
    written = standing.filter(readiness_granted_at__isnull=is_granted).update(
        readiness_granted_at=now if is_granted else None
    )
    if written:
        _record("granted readiness" if is_granted else "ended readiness", mentorship, by, now)
    elif not standing.exists():
        raise NotInThatState


@transaction.atomic
def grant_plan(mentorship: Mentorship, *, is_granted: bool, by: User, now: datetime) -> None:
    """Show a manager level, date and phase, or stop it; twice is once. Raises NotInThatState."""
    standing = Mentorship.objects.standing().filter(pk=mentorship.pk)
    written = standing.filter(plan_granted_at__isnull=is_granted).update(
        plan_granted_at=now if is_granted else None
    )
    if written:
        _record("shared the plan" if is_granted else "stopped sharing the plan", mentorship, by, now)
    elif not standing.exists():
        raise NotInThatState


def _withdraw_invitation(mentorship: Mentorship, *, by: User | None, now: datetime) -> None:
    if mentorship.invitation is not None and mentorship.invitation.accepted_at is None:
        accounts.withdraw(mentorship.invitation, by=by, now=now)


def _record(verb: str, mentorship: Mentorship, by: User, now: datetime | None = None) -> None:
    AccessRecord.write(verb, mentorship, by=by, owner_id=mentorship.candidacy.person_id, now=now)
