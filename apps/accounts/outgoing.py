"""What accounts has to say by mail; whoever can send registers itself, for nothing calls upwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from apps.accounts.models import User

INVITATION = "invitation"
SECOND_FACTOR_REMOVED = "second_factor_removed"


class Post(Protocol):
    """Puts a mail out in the caller's transaction; the same key twice is one mail."""

    def __call__(
        self, kind: str, to: User | str, *, ref: Mapping[str, Any], dedupe_key: str, now: datetime
    ) -> object: ...


_posts: list[Post] = []


def send_by(post: Post) -> None:
    _posts[:] = [post]


def send(kind: str, to: User | str, *, ref: Mapping[str, Any], dedupe_key: str, now: datetime) -> None:
    for post in _posts:
        post(kind, to, ref=ref, dedupe_key=dedupe_key, now=now)
