"""The mails of accounts: an invitation, and a second step that was removed."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from apps.accounts import invitations, outgoing
from apps.accounts.actions import link_of
from apps.accounts.models import Invitation, token_from
from apps.mail import kinds
from apps.mail.kinds import Kind, Letter
from apps.mail.models import Message


def add_kinds() -> None:
    kinds.add(
        Kind(
            outgoing.INVITATION,
            "Invitations",
            "somebody invited you",
            _invitation_letter,
            _invitation_is_open,
            is_immediate=True,
            can_unsubscribe=False,
        ),
        Kind(
            outgoing.SECOND_FACTOR_REMOVED,
            "Second step removed",
            "it concerns how you sign in",
            _second_factor_letter,
            lambda message: message.user is not None,
            is_immediate=True,
            can_unsubscribe=False,
        ),
    )


def _invitation_letter(message: Message) -> Letter:
    invitation = Invitation.objects.with_people().get(pk=message.ref["invitation"])
    words = {
        "invitation": invitation,
        "kind": invitations.kind_named(invitation.kind),
        "link": link_of(token_from(message.ref["seed"])),
        "origin": settings.SITE_ORIGIN,
    }
    return Letter(
        render_to_string("accounts/email/invitation_subject.txt", words),
        render_to_string("accounts/email/invitation_message.txt", words),
    )


def _invitation_is_open(message: Message) -> bool:
    """Whether the link still opens it: not accepted, withdrawn or replaced by a newer link."""
    openable = Invitation.objects.open(timezone.now()).with_token(token_from(message.ref["seed"]))
    return openable.filter(pk=message.ref["invitation"]).exists()


def _second_factor_letter(_message: Message) -> Letter:
    words = {"origin": settings.SITE_ORIGIN}
    return Letter(
        "Your second step was removed",
        render_to_string("accounts/email/second_factor_reset_message.txt", words),
    )
