from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.accounts import invitations, outgoing
from apps.accounts.models import AccessRecord, Invitation, User, token_from


class InvitationNotOpen(Exception):
    """Accepted, withdrawn, expired, or its link replaced by a newer one."""


class InvitationIsForAnother(Exception):
    """The person's verified addresses do not include the invited one."""


class AddressTaken(Exception):
    """Somebody has an account with this address."""


@transaction.atomic
def open_account(email: str, name: str, password: str | None) -> User:
    """Make an account whose address counts as verified; raises AddressTaken."""
    email = email.strip().lower()
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    except IntegrityError as error:
        raise AddressTaken(email) from error
    return user


def choose_time_zone(user: User, zone: str) -> None:
    user.time_zone, user.knows_time_zone = zone, True
    user.save(update_fields=["time_zone", "knows_time_zone"])


def learn_time_zone(user: User, zone: str) -> bool:
    """Take the browser's zone, unless somebody has said one already; return whether it was taken."""
    return bool(
        User.objects.get_queryset()
        .filter(pk=user.pk, knows_time_zone=False)
        .update(time_zone=zone, knows_time_zone=True)
    )


@transaction.atomic
def invite(kind: str, email: str, name: str, *, by: User | None, now: datetime) -> tuple[Invitation, str]:
    """Invite somebody; return the invitation and its link, which is mailed and cannot be shown again.

    `by` is None for the command line.
    """
    invitations.kind_named(kind)
    invitation = Invitation(
        kind=kind, email=email.strip().lower(), name=name.strip(), invited_by=by, created_at=now
    )
    seed = invitation.renew_token(now)
    invitation.save()
    _record("invited", invitation, by, now)
    return invitation, _mail_link(invitation, seed, now)


@transaction.atomic
def renew(invitation: Invitation, *, by: User | None, now: datetime) -> str:
    """Give a waiting, expired or withdrawn invitation a new link, which is mailed; the old one ends.

    Raises InvitationNotOpen when it was accepted.
    """
    seed = invitation.renew_token(now)
    renewed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        token_hash=invitation.token_hash, expires_at=invitation.expires_at, withdrawn_at=None
    )
    if not renewed:
        raise InvitationNotOpen
    invitation.withdrawn_at = None
    _record("renewed", invitation, by, now)
    return _mail_link(invitation, seed, now)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User | None, now: datetime) -> None:
    """End an invitation nobody accepted; twice is once. Raises InvitationNotOpen when it was accepted."""
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    ):
        _record("withdrew", invitation, by, now)
    elif Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=False).exists():
        raise InvitationNotOpen
    invitation.refresh_from_db()


@transaction.atomic
def accept(invitation: Invitation, user: User, *, now: datetime) -> str:
    """Accept once and do what the kind says; return where to go next.

    Of two at the same time one wins. Raises InvitationNotOpen, InvitationIsForAnother.
    """
    if not is_for(invitation, user):
        raise InvitationIsForAnother
    kind = invitations.kind_named(invitation.kind)
    # Whoever lost the right to invite has not kept it in a link sent before.
    sender = invitation.invited_by
    if (
        kind.may_send is not invitations.nobody
        and sender is not None
        and not (sender.is_active and kind.may_send(sender))
    ):
        raise InvitationNotOpen
    won = (
        Invitation.objects.open(now)
        # A link that was replaced meanwhile opens nothing any more.
        .filter(pk=invitation.pk, token_hash=invitation.token_hash)
        .update(accepted_at=now, accepted_by=user)
    )
    if not won:
        raise InvitationNotOpen
    invitation.refresh_from_db()
    AccessRecord.write("accepted", invitation, by=user, owner_id=user.pk, now=now)
    return kind.accept(invitation, user)


@transaction.atomic
def join(invitation: Invitation, name: str, password: str | None, *, now: datetime) -> tuple[User, str]:
    """Open the invited person's account and accept; raises AddressTaken, InvitationNotOpen."""
    user = open_account(invitation.email, name, password)
    return user, accept(invitation, user, now=now)


def is_for(invitation: Invitation, user: User) -> bool:
    addresses = EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email)
    return bool(addresses.exists())


def has_account(email: str) -> bool:
    return (
        User.objects.with_email(email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


def link_of(token: str) -> str:
    return settings.SITE_ORIGIN + reverse("accounts:invitation", args=[token])


def _mail_link(invitation: Invitation, seed: str, now: datetime) -> str:
    """Have the link mailed, and return it. What waits in the outbox is the seed, which opens nothing."""
    outgoing.send(
        outgoing.INVITATION,
        invitation.email,
        ref={"invitation": invitation.pk, "seed": seed},
        dedupe_key=f"event:invitation:{invitation.pk}:{invitation.token_hash[:16]}",
        now=now,
    )
    return link_of(token_from(seed))


def _record(verb: str, invitation: Invitation, by: User | None, now: datetime) -> None:
    """Record what was done to an invitation, in the list of the person whose invitation it is."""
    if by is not None:
        AccessRecord.write(verb, invitation, by=by, owner_id=invitation.invited_by_id or by.pk, now=now)


@transaction.atomic
def change_rights(user: User, *, is_active: bool, may_create_cohorts: bool, by: User, now: datetime) -> None:
    """Set whether somebody may sign in and organise; where that changes, end their sessions and record it."""
    changed = User.objects.filter(pk=user.pk).exclude(
        is_active=is_active, may_create_cohorts=may_create_cohorts
    )
    if changed.update(is_active=is_active, may_create_cohorts=may_create_cohorts):
        AccessRecord.write("changed rights", user, by=by, owner_id=user.pk, now=now)
        for session in UserSession.objects.filter(user=user):
            session.end()


@transaction.atomic
def reset_second_factor(user: User, *, now: datetime) -> int:
    """Remove every second factor and end every session of somebody; tell them; return how many factors."""
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    for session in UserSession.objects.filter(user=user):
        session.end()
    outgoing.send(
        outgoing.SECOND_FACTOR_REMOVED,
        user,
        ref={},
        dedupe_key=f"event:{outgoing.SECOND_FACTOR_REMOVED}:{user.pk}:{now:%Y%m%dT%H%M%S%f}",
        now=now,
    )
    return removed
