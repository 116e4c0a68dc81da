"""What a candidate and a mentor should talk about: where their ratings differ, or a claim shows nothing.

The source of the rule is "Talk about this" in the definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.readiness.ladder import CLAIMS_FROM, Step

type Subject = tuple[str, str]


@dataclass(frozen=True)
class RatedSubject:
    """One principle or indicator with its ratings; `theirs` are each mentor's newest, by name."""

    kind: str
    key: str
    name: str
    step: int
    own: int | None = None
    theirs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class TalkItem:
    """`differs_by` is 0 where nobody disagrees and the claim alone is what there is to talk about."""

    subject: RatedSubject
    differs_by: int
    reasons: tuple[str, ...]

    @property
    def key(self) -> Subject:
        return (self.subject.kind, self.subject.key)


def talk_about(subjects: Iterable[RatedSubject], words: Mapping[int, str]) -> tuple[TalkItem, ...]:
    """Return what to talk about, the widest difference first. `words` name the ratings of the scale."""
    items = [item for subject in subjects if (item := _item(subject, words))]
    return tuple(sorted(items, key=lambda item: (-item.differs_by, item.subject.kind, item.subject.key)))


def _item(subject: RatedSubject, words: Mapping[int, str]) -> TalkItem | None:
    reasons = []
    own = subject.own
    differences = [(abs(own - value), name, value) for name, value in subject.theirs if own is not None]
    for difference, name, value in sorted(differences, key=lambda one: (-one[0], one[1])):
        if difference >= 1 and own is not None:
            reasons.append(f"You say “{words[own]}”, {name} says “{words[value]}”.")
    if own is not None and own >= CLAIMS_FROM and subject.step <= Step.CLAIMED:
        reasons.append(f"You say “{words[own]}”, and no story or project shows it yet.")
    if not reasons:
        return None
    return TalkItem(subject, max((one[0] for one in differences), default=0), tuple(reasons))
