"""What is due now and then beside sending mail: `deliver --loop` drives it where Celery does not."""

from collections.abc import Callable

type Tick = Callable[[], object]

_ticks: dict[str, Tick] = {}


def add(name: str, tick: Tick) -> None:
    """Register something that does a bounded piece of work and may run at any time, any number at once."""
    if name in _ticks:
        raise ValueError(f"{name} is a tick already")
    _ticks[name] = tick


def ticks() -> dict[str, Tick]:
    return dict(_ticks)
