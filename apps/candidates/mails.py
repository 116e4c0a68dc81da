"""What a candidate hears by mail about those they asked to be their mentor."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from apps.candidates.models import Mentorship
from apps.mail import kinds
from apps.mail.kinds import Kind, Letter
from apps.mail.letters import short_letter
from apps.mail.models import Message
from apps.mail.outbox import enqueue

ACCEPTED = "mentorship_accepted"
DECLINED = "mentorship_declined"


def add_kinds() -> None:
    kinds.add(
        Kind(
            ACCEPTED,
            "A mentor accepts",
            "you asked somebody to be your mentor",
            _accepted_letter,
            _is_accepted,
        ),
        Kind(
            DECLINED,
            "A mentor declines",
            "you asked somebody to be your mentor",
            _declined_letter,
            _is_declined,
        ),
    )


def tell(kind: str, mentorship: Mentorship, *, now: datetime) -> None:
    """Put a mail to the candidate out, in the transaction of what it tells of."""
    person = mentorship.candidacy.person
    key = f"event:{kind}:{mentorship.pk}:{person.pk}:1"
    enqueue(kind, person, ref={"mentorship": mentorship.pk}, dedupe_key=key, now=now)


def _is_accepted(message: Message) -> bool:
    standing = Mentorship.objects.standing().filter(pk=message.ref["mentorship"])
    return standing.filter(accepted_at__isnull=False).exists()


def _is_declined(message: Message) -> bool:
    return Mentorship.objects.filter(pk=message.ref["mentorship"], declined_at__isnull=False).exists()


def _accepted_letter(message: Message) -> Letter:
    name, role = _mentor(message)
    return short_letter(
        message,
        f"{name} joins you as your {role}",
        f"{name} accepted. They read what you share with them, and nothing else. You decide here:",
        reverse("candidates:mentors"),
    )


def _declined_letter(message: Message) -> Letter:
    name, role = _mentor(message)
    return short_letter(
        message,
        f"{name} cannot join you as your {role}",
        f"{name} declined your request. You can ask somebody else here:",
        reverse("candidates:mentors"),
    )


def _mentor(message: Message) -> tuple[str, str]:
    """Return the name, and whether they come as mentor or manager."""
    mentorship = Mentorship.objects.with_people().get(pk=message.ref["mentorship"])
    return mentorship.mentor_name, mentorship.get_kind_display().lower()
