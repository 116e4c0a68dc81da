"""Which gaps to look at: from weak principles and indicators, the framework's common gaps, and differences.

Pure: standings, known facts and things to talk about in, suggestions out. Better facts never add one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.candidates.facts import Figure
from apps.frameworks.schema import CommonGap
from apps.readiness.ladder import CLAIMS_FROM, Step
from apps.readiness.talk import TalkItem


@dataclass(frozen=True)
class WeighedSubject:
    """A principle or indicator as suggestions see it. `missing` is what the bar still asks, in words."""

    kind: str
    key: str
    name: str
    step: int
    leads: bool
    is_at_the_bar: bool
    missing: tuple[str, ...]
    evidence_wanted: str
    own_rating: int | None = None


@dataclass(frozen=True)
class Suggestion:
    """`source` names it for ever; the heavier it weighs the further it comes up."""

    source: str
    title: str
    missing: str
    evidence_wanted: str
    development: tuple[str, ...]
    weight: int

    @property
    def about(self) -> tuple[str, str]:
        """Kind and key of its subject, or "common" and the key of the common gap."""
        kind, _, key = self.source.partition(":")
        return kind, key


def suggest(
    subjects: Iterable[WeighedSubject],
    common: Iterable[CommonGap],
    known: Mapping[str, Figure],
    talk: Iterable[TalkItem],
) -> tuple[Suggestion, ...]:
    """Return all there are, the heaviest first; their order does not depend on that of the input."""
    differing = {item.key: item for item in talk}
    found = [
        s for subject in subjects if (s := _of_subject(subject, differing.get((subject.kind, subject.key))))
    ]
    found += [s for gap in common if (s := _of_common(gap, known))]
    return tuple(sorted(found, key=lambda suggestion: (-suggestion.weight, suggestion.source)))


def is_weak(subject: WeighedSubject) -> bool:
    """Below evidenced, or rated low by its owner; one that leads at the level also until it is at the bar."""
    is_rated_low = subject.own_rating is not None and subject.own_rating < CLAIMS_FROM
    return not subject.is_at_the_bar and (subject.step < Step.EVIDENCED or subject.leads or is_rated_low)


def _of_subject(subject: WeighedSubject, talk: TalkItem | None) -> Suggestion | None:
    differs_by = talk.differs_by if talk else 0
    if not is_weak(subject) and not differs_by:
        return None
    said = [f"Missing: {'; '.join(subject.missing)}."] if is_weak(subject) and subject.missing else []
    said += talk.reasons if talk else ()
    return Suggestion(
        source=f"{subject.kind}:{subject.key}",
        title=subject.name,
        missing=" ".join(said),
        evidence_wanted=subject.evidence_wanted,
        development=(),
        weight=(Step.CORROBORATED - subject.step if is_weak(subject) else 0) + subject.leads + differs_by,
    )


def _of_common(gap: CommonGap, known: Mapping[str, Figure]) -> Suggestion | None:
    """Any trigger suffices; a fact that nobody knows triggers nothing.

    It weighs as much as a leading principle that nothing shows, for it brings the steps that close it.
    """
    triggered = sum(trigger.holds(known.get(trigger.fact)) for trigger in gap.triggers)
    if not triggered:
        return None
    return Suggestion(
        source=f"common:{gap.key}",
        title=gap.name,
        missing=gap.gap,
        evidence_wanted=gap.evidence,
        development=gap.development,
        weight=Step.CORROBORATED + triggered,
    )
