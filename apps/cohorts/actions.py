"""Writes to cohorts, their invitations and memberships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.accounts import actions as accounts
from apps.accounts.models import AccessRecord, Invitation, User
from apps.cohorts import followers
from apps.cohorts.addresses import Entry
from apps.cohorts.models import Cohort, CohortInvitation, Membership, Organiser
from apps.cohorts.preview import preview_of
from apps.frameworks.models import FrameworkVersion

COHORT_INVITATION = "cohort"


class MadeAlready(Exception):
    """The same form came twice; `cohort` is what the first made."""

    def __init__(self, cohort: Cohort) -> None:
        super().__init__(cohort.name)
        self.cohort = cohort


class ListChanged(Exception):
    """Whom the list would invite is not what was shown any more; nothing was done."""


class DateIsOver(Exception):
    """Nobody can be invited to work towards a day that has passed."""


class StaleSave(Exception):
    """It was saved elsewhere since the form was opened; nothing was written."""


class NotAnOrganiser(Exception):
    """Nobody who may organise cohorts has this address."""


class NotInThatState(Exception):
    """The invitation or membership has moved on meanwhile."""


@transaction.atomic
def create_cohort(
    *,
    name: str,
    framework_version: FrameworkVersion,
    current_level: str,
    target_level: str,
    target_on: date,
    people: Iterable[Entry],
    save_id: UUID,
    by: User,
    now: datetime,
) -> Cohort:
    """Make a cohort that `by` organises and invite people to it; raises MadeAlready."""
    try:
        with transaction.atomic():
            cohort = Cohort.objects.create(
                name=name,
                framework_version=framework_version,
                current_level=current_level,
                target_level=target_level,
                target_on=target_on,
                created_by=by,
                created_at=now,
                save_id=save_id,
            )
    except IntegrityError as error:
        made = Cohort.objects.editable_by(by).filter(save_id=save_id).first()
        if made is None:
            raise
        raise MadeAlready(made) from error
    Organiser.objects.create(cohort=cohort, user=by)
    AccessRecord.write("created", cohort, by=by, owner_id=by.pk, now=now)
    _invite(cohort, people, by=by, now=now)
    return cohort


@transaction.atomic
def invite_people(cohort: Cohort, text: str, *, shown: str, by: User, now: datetime) -> Sequence[Entry]:
    """Invite whom the pasted lines name if they are those that were shown; return them.

    `shown` is the fingerprint of the preview. Of two at once the second sees what the first did.
    Raises ListChanged, DateIsOver.
    """
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if locked.target_on <= now.date():
        raise DateIsOver
    preview = preview_of(text, by=by, cohort=locked, now=now)
    if preview.fingerprint != shown:
        raise ListChanged
    _invite(locked, preview.good, by=by, now=now)
    return preview.good


def _invite(cohort: Cohort, people: Iterable[Entry], *, by: User, now: datetime) -> None:
    invitations = [
        accounts.invite(COHORT_INVITATION, entry.email, entry.name, by=by, now=now)[0] for entry in people
    ]
    CohortInvitation.objects.bulk_create(
        CohortInvitation(cohort=cohort, invitation=invitation) for invitation in invitations
    )


@transaction.atomic
def renew_invitation(asked: CohortInvitation, *, by: User, now: datetime) -> str:
    """Send a new link, which is returned as well; the old one ends. Raises NotInThatState, DateIsOver.

    It is from then on the invitation of whoever renewed it.
    """
    cohort = Cohort.objects.select_for_update().get(pk=asked.cohort_id)
    if cohort.target_on <= now.date():
        raise DateIsOver
    email = asked.invitation.email
    if email in _waiting_addresses(cohort, now, beside=asked):
        raise NotInThatState
    try:
        link = accounts.renew(asked.invitation, by=by, now=now)
    except accounts.InvitationNotOpen as error:
        raise NotInThatState from error
    Invitation.objects.filter(pk=asked.invitation_id).update(invited_by=by)
    return link


def _waiting_addresses(cohort: Cohort, now: datetime, *, beside: CohortInvitation) -> set[str]:
    others = CohortInvitation.objects.of_cohort(cohort).waiting(now).exclude(pk=beside.pk)
    return set(others.values_list("invitation__email", flat=True))


@transaction.atomic
def withdraw_invitation(asked: CohortInvitation, *, by: User, now: datetime) -> None:
    """End an invitation nobody accepted; twice is once. Raises NotInThatState."""
    try:
        accounts.withdraw(asked.invitation, by=by, now=now)
    except accounts.InvitationNotOpen as error:
        raise NotInThatState from error


@transaction.atomic
def change_cohort(cohort: Cohort, *, started_from: int, name: str, target_on: date, by: User) -> Cohort:
    """Change name and date if nobody did since revision `started_from`, else raise StaleSave.

    Whoever follows the cohort's date moves with it. Sending the same change twice is one change.
    """
    stored = Cohort.objects.select_for_update().get(pk=cohort.pk)
    was = stored.target_on
    if (stored.name, was) == (name, target_on):
        return stored
    if stored.revision != started_from:
        raise StaleSave
    stored.name, stored.target_on = name, target_on
    stored.revision += 1
    stored.save(update_fields=["name", "target_on", "revision"])
    if was != target_on:
        followers.date_moved(stored, was)
    AccessRecord.write("changed", stored, by=by, owner_id=by.pk)
    return stored


@transaction.atomic
def add_organiser(cohort: Cohort, *, email: str, by: User, now: datetime) -> Organiser:
    """Let somebody who may organise cohorts organise this one as well; raises NotAnOrganiser."""
    user = User.objects.with_email(email).filter(may_create_cohorts=True, is_active=True).first()
    if user is None:
        raise NotAnOrganiser
    organiser, is_new = Organiser.objects.get_or_create(cohort=cohort, user=user)
    if is_new:
        AccessRecord.write("added organiser", organiser, by=by, owner_id=user.pk, now=now)
    return organiser


@transaction.atomic
def end_membership(membership: Membership, *, by: User, now: datetime) -> None:
    """Let somebody out of a cohort, by themselves or by an organiser; twice is once.

    What they wrote and their candidacy stay theirs.
    """
    if not Membership.objects.standing().filter(pk=membership.pk).update(left_at=now):
        return
    membership.left_at = now
    followers.membership_ended(membership)
    AccessRecord.write("ended", membership, by=by, owner_id=membership.user_id, now=now)
