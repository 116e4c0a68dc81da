"""The success factors line by line, and the common mistakes: what is held against which facts.

A line stands when every principle and indicator it names that the target level asks for is at step 3 or
above, and every fact it names holds. A fact that no app counts yet is not known, which is neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.candidates.models import Subject
from apps.frameworks.schema import FactorLine, Framework, Mistake, SuccessFactor, Threshold
from apps.frameworks.vocabulary import FACTS
from apps.readiness.ladder import Step
from apps.readiness.portfolio import SubjectStanding

type Figure = float | None

# Where what a fact counts can be looked at, by how its name begins; the places are those of frameworks.
LOOKED_AT = {
    "stories": "stories",
    "evidence": "stories",
    "share_of_stories": "stories",
    "projects": "projects",
    "wins": "wins",
    "principles": "readiness",
    "indicators": "readiness",
    "share_of_principles": "readiness",
    "advocates": "advocates",
    "organisations_affected": "scope",
    "teams_affected": "scope",
    "scope": "scope",
    "people": "scope",
    "systems": "scope",
    "decisions": "scope",
    "direct": "scope",
}
SHARES = {0.5: "half", 0.3334: "a third"}


class Held(StrEnum):
    """Whether something holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FactCheck:
    """A fact held against the figure a framework gives."""

    threshold: Threshold
    value: Figure

    @property
    def held(self) -> Held:
        if self.value is None:
            return Held.UNKNOWN
        return Held.YES if self.threshold.holds(self.value) else Held.NO

    @property
    def name(self) -> str:
        text = FACTS[self.threshold.fact]
        return text[:1].upper() + text[1:]

    @property
    def place(self) -> str:
        """The place to look at what is counted, or nothing."""
        return next(
            (place for start, place in LOOKED_AT.items() if self.threshold.fact.startswith(start)), ""
        )

    @property
    def is_share(self) -> bool:
        return self.threshold.fact.startswith("share_")

    @property
    def asked(self) -> str:
        """What the framework asks of the figure, in words."""
        limit = self.threshold
        if limit.at_least is not None:
            return f"at least {self._written(limit.at_least)}"
        if limit.above is not None:
            return f"more than {self._written(limit.above)}"
        if limit.at_most is not None:
            return f"at most {self._written(limit.at_most)}" if limit.at_most else "none"
        return f"less than {self._written(limit.below or 0)}"

    @property
    def said(self) -> str:
        return "not known yet" if self.value is None else self._written(self.value)

    def _written(self, figure: float) -> str:
        if self.is_share:
            return SHARES.get(figure, f"{round(figure * 100)} in 100")
        return f"{figure:,g}"


def _together(helds: Sequence[Held]) -> Held:
    """All must hold; one that does not decides, whatever is unknown beside it."""
    if Held.NO in helds:
        return Held.NO
    return Held.UNKNOWN if Held.UNKNOWN in helds else Held.YES


@dataclass(frozen=True)
class LineCheck:
    """`subjects` are those the level asks for; a line of another level's indicators alone has none."""

    line: FactorLine
    subjects: tuple[SubjectStanding, ...]
    facts: tuple[FactCheck, ...]

    @property
    def is_asked(self) -> bool:
        return bool(self.subjects or self.facts)

    @property
    def held(self) -> Held:
        shown = [Held.YES if s.standing.step >= Step.EVIDENCED else Held.NO for s in self.subjects]
        return _together([*shown, *(fact.held for fact in self.facts)])


@dataclass(frozen=True)
class FactorCheck:
    factor: SuccessFactor
    lines: tuple[LineCheck, ...]

    @property
    def standing(self) -> int:
        return sum(line.held is Held.YES for line in self.lines)

    @property
    def unknown(self) -> int:
        return sum(line.held is Held.UNKNOWN for line in self.lines)


@dataclass(frozen=True)
class MistakeCheck:
    """`held` says whether the mistake was found."""

    mistake: Mistake
    facts: tuple[FactCheck, ...]

    @property
    def held(self) -> Held:
        return _together([fact.held for fact in self.facts])


def check_factors(
    framework: Framework, subjects: Sequence[SubjectStanding], known: Mapping[str, Figure]
) -> tuple[FactorCheck, ...]:
    found = {(subject.kind, subject.key): subject for subject in subjects}

    def check(line: FactorLine) -> LineCheck:
        keys = [
            *((Subject.PRINCIPLE.value, key) for key in line.principles),
            *((Subject.INDICATOR.value, key) for key in line.indicators),
        ]
        return LineCheck(line, tuple(found[key] for key in keys if key in found), _facts(line.facts, known))

    return tuple(
        FactorCheck(factor, tuple(one for line in factor.lines if (one := check(line)).is_asked))
        for factor in framework.success_factors
    )


def check_mistakes(framework: Framework, known: Mapping[str, Figure]) -> tuple[MistakeCheck, ...]:
    return tuple(MistakeCheck(one, _facts(one.found_when, known)) for one in framework.mistakes)


def _facts(thresholds: Sequence[Threshold], known: Mapping[str, Figure]) -> tuple[FactCheck, ...]:
    return tuple(FactCheck(threshold, known.get(threshold.fact)) for threshold in thresholds)


def facts_asked(framework: Framework) -> frozenset[str]:
    """Return the names of every fact that a factor or a mistake is read from."""
    thresholds = [
        *(fact for factor in framework.success_factors for line in factor.lines for fact in line.facts),
        *(fact for mistake in framework.mistakes for fact in mistake.found_when),
    ]
    return frozenset(threshold.fact for threshold in thresholds)
