"""What is wrong with the installation, said on top of every page to those who can mend it."""

from collections.abc import Callable, Iterable
from typing import Any

type Finder = Callable[[Any], Iterable[str]]

_finders: list[Finder] = []


def add(find: Finder) -> None:
    """Register a function from a signed-in person to sentences; it asks nothing of the database for others
    than those it concerns.
    """
    _finders.append(find)


def notices_for(user: Any) -> list[str]:
    return [text for find in _finders for text in find(user)]
