"""Coverage: the subjects of a level beside what they stand on, chosen and sorted as a reader asks."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from apps.candidates.models import Subject
from apps.readiness.ladder import Lack, Step, StoryFacts
from apps.readiness.portfolio import SubjectStanding

HEADINGS = {Subject.PRINCIPLE.value: "Principles", Subject.INDICATOR.value: "Readiness indicators"}

type Test = Callable[[SubjectStanding], bool]


def _lacks(*lacks: Lack) -> Test:
    return lambda subject: not set(lacks).isdisjoint(subject.bar.lacks)


# What a list can be narrowed to, with its name; the empty one shows everything.
MISSING: Mapping[str, tuple[str, Test]] = {
    "": ("All, whatever is missing", lambda _: True),
    "open": ("Something to the bar", lambda s: not s.bar.is_met),
    "none": ("Any story or project", lambda s: s.standing.step < Step.DRAFTED),
    "evidence": ("A complete and measured story", lambda s: s.standing.step < Step.EVIDENCED),
    "stories": ("A corroborated story", _lacks(Lack.STORIES)),
    "project": ("A story from another project", _lacks(Lack.PROJECT, Lack.SHARE)),
    "recent": ("A recent story", _lacks(Lack.RECENT)),
    "review": ("A new review, edited since", lambda s: s.standing.is_edited_since),
    "nothing": ("Nothing: at the bar", lambda s: s.bar.is_met),
}

# Python's sort is stable, so what is equal stays in the framework's order.
SORTS: Mapping[str, tuple[str, Callable[[SubjectStanding], tuple[object, ...]] | None]] = {
    "": ("As in the framework", None),
    "weakest": ("Least evidence first", lambda s: (s.standing.step, len(s.standing.evidence))),
    "furthest": ("Furthest from the bar first", lambda s: (s.bar.is_met, s.bar.corroborated - s.bar.asked)),
    "oldest": ("Longest ago first", lambda s: (s.latest_on or date.min,)),
    "name": ("By name", lambda s: (s.name.casefold(),)),
}


# Pairs of value and name, for the selects.
KIND_NAMES = (("", "Principles and indicators"), *HEADINGS.items())
MISSING_NAMES = tuple((value, name) for value, (name, _) in MISSING.items())
SORT_NAMES = tuple((value, name) for value, (name, _) in SORTS.items())


@dataclass(frozen=True)
class Choice:
    """What a reader asked to see; whatever is no choice is as if nothing had been asked."""

    kind: str = ""
    missing: str = ""
    sort: str = ""

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> "Choice":
        kind, missing, sort = (typed.get(name, "") for name in ("kind", "missing", "sort"))
        return cls(
            kind if kind in HEADINGS else "",
            missing if missing in MISSING else "",
            sort if sort in SORTS else "",
        )

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.missing)


@dataclass(frozen=True)
class Group:
    """The subjects of one kind: those shown, and how many of all are at the bar."""

    kind: str
    heading: str
    shown: tuple[SubjectStanding, ...]
    at_the_bar: int
    total: int


def coverage_of(subjects: Sequence[SubjectStanding], choice: Choice) -> tuple[Group, ...]:
    """Return the chosen kinds, in the order of the framework."""
    _, fits = MISSING[choice.missing]
    _, key = SORTS[choice.sort]
    groups = []
    for kind, heading in HEADINGS.items():
        of_kind = [subject for subject in subjects if subject.kind == kind]
        shown = [subject for subject in of_kind if fits(subject)]
        if key is not None:
            shown.sort(key=key)
        if choice.kind in ("", kind):
            at_the_bar = sum(subject.bar.is_met for subject in of_kind)
            groups.append(Group(kind, heading, tuple(shown), at_the_bar, len(of_kind)))
    return tuple(groups)


@dataclass(frozen=True)
class Spread:
    """How many of all corroborated stories come from the project that holds most of them."""

    of_one_project: int
    corroborated: int

    @property
    def is_lopsided(self) -> bool:
        """Two stories cannot be spread any better."""
        return self.corroborated > 2 and self.of_one_project * 2 > self.corroborated


def spread_of(subjects: Sequence[SubjectStanding]) -> Spread:
    """Count each story once, whatever it is linked to."""
    stories: dict[int, StoryFacts] = {
        story.story_id: story for subject in subjects for story in subject.standing.corroborated
    }
    counts = Counter(story.project for story in stories.values())
    return Spread(max(counts.values(), default=0), len(stories))
