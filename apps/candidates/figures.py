"""Says in words what is known about a condition, with its figure: "2 of 4 complete stories"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.candidates.facts import Figure
from apps.frameworks.schema import Threshold
from apps.frameworks.vocabulary import FACTS, YES_OR_NO


@dataclass(frozen=True)
class Held:
    """A condition held against what is known. `is_met` is None where nobody counts the fact yet."""

    text: str
    is_met: bool | None


def held(thresholds: Iterable[Threshold], known: Mapping[str, Figure]) -> tuple[Held, ...]:
    """Hold conditions that are to be met."""
    return tuple(_held(threshold, known, is_wanted=True) for threshold in thresholds)


def watched(thresholds: Iterable[Threshold], known: Mapping[str, Figure]) -> tuple[Held, ...]:
    """Hold conditions that tell of trouble: one that is met asks for something."""
    return tuple(_held(threshold, known, is_wanted=False) for threshold in thresholds)


def _held(threshold: Threshold, known: Mapping[str, Figure], *, is_wanted: bool) -> Held:
    figure = known.get(threshold.fact)
    is_met = None if figure is None else threshold.holds(figure)
    return Held(_in_words(threshold, figure, is_wanted=is_wanted), is_met)


def _in_words(threshold: Threshold, figure: Figure, *, is_wanted: bool) -> str:
    what = FACTS[threshold.fact]
    if figure is None:
        return f"{what[0].upper()}{what[1:]}: not known yet"
    if threshold.fact in YES_OR_NO:
        return f"{what[0].upper()}{what[1:]}" if figure > 0 else f"Not yet: {what}"
    if threshold.fact.startswith("share_"):
        return f"{what[0].upper()}{what[1:]}: {round(100 * figure)} in 100"
    return _counted(threshold, int(figure), what, is_wanted=is_wanted)


def _counted(threshold: Threshold, count: int, what: str, *, is_wanted: bool) -> str:
    asks_for_more = (threshold.at_least is not None or threshold.above is not None) == is_wanted
    if threshold.at_least is not None and is_wanted and threshold.at_least > max(count, 1):
        return f"{count} of {threshold.at_least:g} {what}"
    if count == 0 and not threshold.fact.startswith("days_"):
        return f"No {what}{' yet' if asks_for_more else ''}"
    if count == 1 or threshold.fact.startswith("days_"):
        # The vocabulary names them in the plural.
        return f"{what[0].upper()}{what[1:]}: {count}"
    return f"{count} {what}"
