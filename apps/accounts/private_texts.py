"""What people write, by kind, for an administrator who has a reason; each app registers its own in `ready()`.

This is the one way from the administrator's pages to private words, and it cannot be gone without a record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from apps.accounts.models import AccessRecord, User

VERB = "administrator read"
NUMBERS_SHOWN = 50


def _the_writer_alone(_thing: Any) -> list[int]:
    return []


@dataclass(frozen=True)
class Kind:
    """`rows` are all of that kind that somebody wrote, `parts` the words of one of them under headings.

    `others` names the people beside the writer whose it is too: who got a review.
    """

    name: str
    label: str
    rows: Callable[[User], models.QuerySet[Any]]
    parts: Callable[[Any], Sequence[tuple[str, str]]]
    others: Callable[[Any], Sequence[int]] = _the_writer_alone


@dataclass(frozen=True)
class Numbers:
    """The newest numbers of one kind: enough to find a row by, and not a word of it."""

    kind: Kind
    newest: list[int]


class NoSuchText(Exception):
    """Nothing of that kind and number was written by this person."""


_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    for kind in kinds:
        if kind.name in _kinds:
            raise ValueError(f"{kind.name} is a kind of private text already")
        _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    return list(_kinds.values())


def numbers_of(person: User) -> list[Numbers]:
    """One statement a kind."""
    return [
        Numbers(kind, list(kind.rows(person).order_by("-pk").values_list("pk", flat=True)[:NUMBERS_SHOWN]))
        for kind in kinds()
    ]


@transaction.atomic
def read_private_text(
    person: User, kind: str, number: int, *, reason: str, by: User, now: datetime
) -> list[tuple[str, str]]:
    """Record the reading for everybody whose text it is, then return it; raises NoSuchText."""
    chosen = _kinds[kind]
    thing = chosen.rows(person).filter(pk=number).first()
    if thing is None:
        raise NoSuchText
    for owner_id in {person.pk, *chosen.others(thing)}:
        AccessRecord.write(VERB, thing, by=by, owner_id=owner_id, now=now, reason=reason)
    return [(heading, text) for heading, text in chosen.parts(thing) if text]
