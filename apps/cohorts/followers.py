"""What has to follow when a cohort changes: apps further up register it in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.cohorts.models import Cohort, Membership


@dataclass(frozen=True)
class Follower:
    """Both run in the transaction of the change.

    `date_moved` gets the cohort as it is now and the date it had; `membership_ended` what has just ended.
    """

    date_moved: Callable[["Cohort", date], None]
    membership_ended: Callable[["Membership"], None]


_followers: list[Follower] = []


def add(follower: Follower) -> None:
    _followers.append(follower)


def date_moved(cohort: "Cohort", was: date) -> None:
    for follower in _followers:
        follower.date_moved(cohort, was)


def membership_ended(membership: "Membership") -> None:
    for follower in _followers:
        follower.membership_ended(membership)
