"""Turns a message into the mail that goes out: words by its kind, headers and footer by us."""

from __future__ import annotations

import re
import zoneinfo

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, linebreaks, urlize

from apps.mail.kinds import Kind, Letter
from apps.mail.models import Message
from apps.mail.writing import Mail

# Where `urlize` may find one; it costs more than the rest of a mail.
_HAS_LINK = re.compile(r"\w\.\w|://|@")
_SIGNER = signing.Signer(salt="apps.mail.unsubscribe")


class NoSuchToken(Exception):
    """The token is not one of ours."""


def compose(message: Message, kind: Kind) -> Mail:
    """Render a mail in its reader's time zone; its Message-ID is the one fixed at insertion."""
    with timezone.override(_zone_of(message)):
        letter = kind.render(message)
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    text = letter.text.strip() + "\n"
    if message.user_id is not None and kind.can_unsubscribe:
        address = unsubscribe_address(message.user_id, kind)
        headers["List-Unsubscribe"] = f"<{address}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text += _footer(kind, address)
    mail = Mail(subject=" ".join(letter.subject.split()), body=text, to=[message.to], headers=headers)
    mail.attach_alternative(letter.html or _as_html(text), "text/html")
    return mail


def greeting(message: Message) -> str:
    return f"Hello {message.user.first_name}" if message.user else "Hello"


def short_letter(message: Message, subject: str, text: str, path: str) -> Letter:
    """Return the usual mail: a greeting, one thing that happened or is to do, and where."""
    return Letter(subject, f"{greeting(message)},\n\n{text}\n\n{settings.SITE_ORIGIN}{path}\n")


def unsubscribe_address(user_id: int, kind: Kind) -> str:
    token = _SIGNER.sign(f"{user_id}:{kind.name}")
    return settings.SITE_ORIGIN + reverse("mail:unsubscribe", args=[token])


def read_unsubscribe_token(token: str) -> tuple[int, str]:
    """Return whose mails and which kind a link of ours is about; raises NoSuchToken."""
    try:
        user_id, _, kind = _SIGNER.unsign(token).partition(":")
    except signing.BadSignature as error:
        raise NoSuchToken from error
    return int(user_id), kind


def _footer(kind: Kind, unsubscribe: str) -> str:
    choices = settings.SITE_ORIGIN + reverse("mail:preferences")
    return (
        f"\n-- \nYou get this because {kind.why}.\nChoose what you get: {choices}\n"
        f"Stop these mails: {unsubscribe}\n"
    )


def _as_html(text: str) -> str:
    lines = (urlize(escape(line)) if _HAS_LINK.search(line) else escape(line) for line in text.split("\n"))
    return f'<!doctype html><html lang="en"><body>{linebreaks("\n".join(lines))}</body></html>'


def _zone_of(message: Message) -> zoneinfo.ZoneInfo:
    name = message.user.time_zone if message.user else "UTC"
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")
