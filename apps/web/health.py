"""What `/readyz` and `/metrics` know about the running installation; each app registers its own in `ready()`.

A *watch* is something that can be wrong (the tick is late, messages are dead) and is said in words. A *gauge*
is a number for whoever draws curves. Both are read from the database when asked, so that every process
of every machine answers the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Seen:
    """What a watch found: `state` in a few words or a number, for a person; `is_well` for a machine."""

    state: str | int
    is_well: bool = True


@dataclass(frozen=True)
class Gauge:
    """One number. `name` comes without the prefix, has its unit at its end, and never a person's name."""

    name: str
    meaning: str
    number: float
    labels: Mapping[str, str] = field(default_factory=dict)


type Watch = Callable[[datetime], Seen]
type Reading = Callable[[datetime], Iterable[Gauge]]

_watches: dict[str, Watch] = {}
_readings: list[Reading] = []


def add_watch(name: str, look: Watch) -> None:
    """Register a watch under the words it stands under; it takes the present moment, one statement at most."""
    if name in _watches:
        raise ValueError(f"two apps watch {name!r}")
    _watches[name] = look


def add_gauges(read: Reading) -> None:
    """Register a function that returns an app's gauges, always all of them: a curve should not have holes."""
    _readings.append(read)


def watched(now: datetime) -> dict[str, Seen]:
    return {name: look(now) for name, look in _watches.items()}


def gauges(now: datetime) -> list[Gauge]:
    return [gauge for read in _readings for gauge in read(now)]
