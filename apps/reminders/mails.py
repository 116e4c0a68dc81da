"""The digest: names of things to do, and links. What is no longer needed is left out when it is sent."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.mail import kinds
from apps.mail.kinds import Kind, Letter
from apps.mail.letters import greeting
from apps.mail.models import Message
from apps.reminders.conditions import still_needed
from apps.reminders.digests import DIGEST
from apps.reminders.models import Occurrence
from apps.reminders.people import clock_of
from apps.reminders.wording import Line, line_of


def add_kinds() -> None:
    kinds.add(
        Kind(
            DIGEST,
            "Reminders, one mail a day at most",
            "something was due for you in Starboard",
            _letter,
            _is_wanted,
        )
    )


def lines_of(message: Message) -> list[Line]:
    """Return what the digest would say now, the oldest first."""
    assert message.user is not None
    waiting = list(Occurrence.objects.of_message(message).with_plan().order_by("due_at", "pk"))
    now = timezone.now()
    day = clock_of(message.user).today(now)
    needed = still_needed(waiting, {occurrence.plan_id: day for occurrence in waiting}, now)
    lines = [line_of(occurrence) for occurrence in waiting if occurrence.pk in needed]
    return [line for line in lines if line is not None]


def _is_wanted(message: Message) -> bool:
    return bool(lines_of(message))


def _letter(message: Message) -> Letter:
    lines = lines_of(message)
    first = lines[0].name if lines else "Nothing any more"
    subject = first if len(lines) < 2 else f"{first}, and {len(lines) - 1} more"
    said = "\n\n".join(
        f"{line.name}{f' ({line.about})' if line.about else ''}: {line.action}\n{settings.SITE_ORIGIN}{line.url}"
        for line in lines
    )
    everything = settings.SITE_ORIGIN + reverse("reminders:index")
    return Letter(
        f"{subject}",
        f"{greeting(message)},\n\n{said}\n\nSnooze, dismiss, or see why each one came: {everything}\n",
    )
