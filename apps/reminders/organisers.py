"""What organisers' rules ask about. Nobody organises anything yet, so nobody is asked."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from apps.candidates.facts import Figure
from apps.frameworks.vocabulary import FACTS

# Answers for many organisers at once, by their ids; without one of them the person has nothing to organise.
type Finder = Callable[[Collection[int], date], Mapping[int, Mapping[str, Figure]]]

_finders: list[tuple[tuple[str, ...], Finder]] = []


def add(names: tuple[str, ...], find: Finder) -> None:
    """Register a function that answers `names` for organisers."""
    if unknown := [name for name in names if name not in FACTS]:
        raise ValueError(f"no framework can ask for {unknown}")
    _finders.append((names, find))


def known_names() -> frozenset[str]:
    return frozenset(name for names, _ in _finders for name in names)


def facts_of_all(people: Collection[int], today: date) -> dict[int, dict[str, Figure]]:
    known: dict[int, dict[str, Figure]] = {}
    for _, find in _finders:
        for pk, found in (find(people, today) if people else {}).items():
            known.setdefault(pk, {}).update(found)
    return known
