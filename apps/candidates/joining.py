"""How a candidacy comes into a cohort, follows its date and leaves it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from apps.accounts import actions as accounts
from apps.accounts.models import AccessRecord, Invitation, User
from apps.candidates import actions
from apps.candidates.models import Candidacy
from apps.cohorts.actions import end_membership
from apps.cohorts.models import Cohort, CohortInvitation, Membership, Organiser


class Answer(StrEnum):
    """What somebody with a candidacy of their own says to a cohort they were invited to."""

    KEEP_DATE = "keep"
    TAKE_DATE = "take"
    NO = "no"


class DateIsOver(Exception):
    """The cohort's date has passed, so no plan can lead up to it."""


def accept_cohort_invitation(invitation: Invitation, user: User) -> str:
    """Make somebody a member with a candidacy; runs in the transaction of `accounts.accept`.

    Who has an open candidacy keeps it, unseen by the organisers, and is asked next whether to bring it.
    Not open any more: after the cohort's date, or from somebody who no longer organises it.
    """
    asked = CohortInvitation.objects.of_invitation(invitation).with_invitation().first()
    assert invitation.accepted_at is not None
    now = invitation.accepted_at
    today = timezone.localdate(now)
    if asked is None or asked.cohort.target_on <= today:
        raise accounts.InvitationNotOpen
    cohort = asked.cohort
    if not Organiser.objects.of_cohort(cohort).may_invite().filter(user=invitation.invited_by_id).exists():
        raise accounts.InvitationNotOpen
    _become_member(cohort, user, now)
    try:
        actions.start_candidacy(
            by=user,
            current_level=cohort.current_level,
            target_level=cohort.target_level,
            target_on=cohort.target_on,
            today=today,
            cohort=cohort,
        )
    except actions.CandidacyIsOpen:
        return reverse("candidates:cohort_join", args=[cohort.pk])
    return reverse("dashboards:home")


def _become_member(cohort: Cohort, user: User, now: datetime) -> None:
    try:
        with transaction.atomic():
            membership = Membership.objects.create(cohort=cohort, user=user, joined_at=now)
    except IntegrityError as error:
        if "one_standing_membership_a_cohort" not in str(error):
            raise
        return  # by another address
    AccessRecord.write("joined", membership, by=user, owner_id=user.pk, now=now)


@transaction.atomic
def answer_cohort(membership: Membership, answer: Answer, *, by: User, now: datetime) -> None:
    """Bring one's open candidacy into the cohort, with its own date or the cohort's, or leave the cohort.

    A candidacy is in one cohort: coming into this one leaves another. Twice is once. Raises DateIsOver.
    """
    if answer is Answer.NO:
        end_membership(membership, by=by, now=now)
        return
    cohort = membership.cohort
    candidacy = Candidacy.objects.select_for_update(of=("self",)).open().editable_by(by).get()
    for other in Membership.objects.standing().of_user(by).filter(cohort=candidacy.cohort_id or 0):
        if other.pk != membership.pk:
            end_membership(other, by=by, now=now)
    candidacy.cohort = cohort
    if answer is Answer.TAKE_DATE and candidacy.target_on != cohort.target_on:
        if cohort.target_on <= max(timezone.localdate(now), candidacy.started_on):
            raise DateIsOver
        candidacy.target_on = cohort.target_on
    candidacy.revision += 1
    candidacy.save(update_fields=["cohort", "target_on", "revision"])
    AccessRecord.write("brought into cohort", candidacy, by=by, owner_id=by.pk, now=now)


def follow_date(cohort: Cohort, was: date) -> None:
    """Move those that had the cohort's date; an own date stays. Decided ones have nothing to move for."""
    Candidacy.objects.open().of_cohort(cohort).filter(
        target_on=was, decided_on=None, started_on__lt=cohort.target_on
    ).update(target_on=cohort.target_on, revision=F("revision") + 1)


def leave_cohort(membership: Membership) -> None:
    """Take a person's candidacy out of a cohort they left; it stays as it is otherwise."""
    Candidacy.objects.of_cohort(membership.cohort).filter(person=membership.user_id).update(cohort=None)
