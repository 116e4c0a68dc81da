"""The mailbox of development: each mail is a file of its own, which any mail program opens."""

from __future__ import annotations

import email
import email.policy
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.dateparse import parse_datetime

_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
_SUFFIX = ".eml"


class NoSuchLetter(Exception):
    """There is no file of that name, or no longer."""


class FileBackend(BaseEmailBackend):
    """Writes mails into the folder `path` of its options."""

    def __init__(self, *, path: str, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{os.urandom(4).hex()}"
            new = self.folder / f"{name}.new"
            new.write_bytes(message.message().as_bytes())
            new.replace(self.folder / f"{name}{_SUFFIX}")
        return len(email_messages)


@dataclass(frozen=True)
class StoredLetter:
    name: str
    at: datetime
    subject: str
    to: str
    text: str
    headers: tuple[tuple[str, str], ...]


def folder() -> Path:
    return Path(settings.DATA_DIR) / "mail"


def newest(number: int) -> list[StoredLetter]:
    names = sorted((path.stem for path in folder().glob(f"*{_SUFFIX}")), reverse=True)
    return [read(name) for name in names[:number]]


def read(name: str) -> StoredLetter:
    """Return one letter; raises NoSuchLetter."""
    if not _NAME.fullmatch(name):
        raise NoSuchLetter
    try:
        content = (folder() / f"{name}{_SUFFIX}").read_bytes()
    except FileNotFoundError as error:
        raise NoSuchLetter from error
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    at = parse_datetime(f"{name[:8]}T{name[9:15]}+00:00")
    assert at is not None
    return StoredLetter(
        name=name,
        at=at,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        text=str(body.get_content()) if body is not None else "",
        headers=tuple((key, str(text)) for key, text in message.items()),
    )
