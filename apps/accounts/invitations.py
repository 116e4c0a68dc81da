"""Kinds of invitation: what each offers, who may send it, and what accepting it does.

An app that brings a kind of its own (a mentorship, a cohort) registers it in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from apps.accounts.models import Invitation, User


def nobody(user: User) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """`accept` runs in the transaction that marks the invitation accepted, and returns where to go next.

    `offer` completes "Henrik Dahl invites you to ...". `may_send` says who finds the kind on the
    invitations page; a kind that nobody finds there is sent from pages of its own app.
    """

    name: str
    label: str
    accept: Callable[[Invitation, User], str]
    offer: str = "join Starboard"
    may_send: Callable[[User], bool] = nobody
    # A route that takes the link's token by POST and says no; without one there is nothing to decline.
    decline_route: str = ""


_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    for kind in kinds:
        if kind.name in _kinds:
            raise ValueError(f"{kind.name} is a kind of invitation already")
        _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    return _kinds[name]


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kinds_sent_by(user: User) -> list[Kind]:
    return [kind for kind in _kinds.values() if kind.may_send(user)]


def add_own_kinds() -> None:
    """Register the kinds that make somebody an administrator, organiser, candidate or mentor."""
    add(Kind("candidate", "Candidate", _go_home, "build your case for the next level", _is_organiser))
    add(Kind("mentor", "Mentor", _go_home, "support colleagues as a mentor", _is_organiser))
    add(Kind("organiser", "Organiser", _make_organiser, "organise cohorts of candidates", _is_administrator))
    add(
        Kind(
            "administrator",
            "Administrator",
            _make_administrator,
            "run this installation as a site administrator",
            _is_administrator,
        )
    )


def _is_organiser(user: User) -> bool:
    return user.may_create_cohorts or user.is_staff


def _is_administrator(user: User) -> bool:
    return user.is_staff


def _go_home(invitation: Invitation, user: User) -> str:
    return reverse("dashboards:home")


def _make_organiser(invitation: Invitation, user: User) -> str:
    user.may_create_cohorts = True
    user.save(update_fields=["may_create_cohorts"])
    return reverse("accounts:invitations")


def _make_administrator(invitation: Invitation, user: User) -> str:
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return reverse("accounts:invitations")
