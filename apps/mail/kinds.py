"""Kinds of mail: what each says, whether it is still wanted, and who may switch it off.

An app registers its kinds in `AppConfig.ready()`. A mail names things to do and links to them; it
never holds words of a story or of feedback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.mail.models import Message


class Channel(models.TextChoices):
    BOTH = "both", "By mail and in the app"
    MAIL = "mail", "By mail"
    IN_APP = "in_app", "In the app"
    NONE = "none", "Not at all"

    @classmethod
    def with_mail(cls) -> set[str]:
        return {cls.BOTH, cls.MAIL}

    @classmethod
    def in_app(cls) -> set[str]:
        return {cls.BOTH, cls.IN_APP}


@dataclass(frozen=True)
class Letter:
    """What a mail says. Without `html` the text is turned into plain paragraphs with links."""

    subject: str
    text: str
    html: str = ""


def everybody(user: User) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """`render` and `still_wanted` are asked when the mail is about to be sent, outside a transaction.

    `why` completes "You get this because ...". `is_immediate` is never kept for a digest.
    `default_channel` holds until somebody chooses; a kind with `can_unsubscribe=False` always goes
    out. `is_offered_to` says on whose page of preferences it stands.
    """

    name: str
    label: str
    why: str
    render: Callable[[Message], Letter]
    still_wanted: Callable[[Message], bool]
    is_immediate: bool = False
    can_unsubscribe: bool = True
    default_channel: Channel = Channel.BOTH
    is_offered_to: Callable[[User], bool] = everybody


_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    for kind in kinds:
        if kind.name in _kinds:
            raise ValueError(f"{kind.name} is a kind of mail already")
        _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    return _kinds[name]


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kinds_chosen_by(user: User) -> list[Kind]:
    """Return the kinds a person sets a channel for."""
    return [kind for kind in _kinds.values() if kind.can_unsubscribe and kind.is_offered_to(user)]
