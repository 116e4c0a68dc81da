"""Named checks of a story: what is there, what a reviewer will miss. Counts, never a score."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.frameworks.schema import Framework
from apps.stories.content import StoryContent


@dataclass(frozen=True)
class Check:
    """One thing a story has or lacks; `needed` ones make it complete or measured, `field` is where."""

    text: str
    is_met: bool
    needed: bool
    field: str


@dataclass(frozen=True)
class Strength:
    checks: tuple[Check, ...]

    @property
    def met(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.is_met)

    @property
    def needed(self) -> tuple[Check, ...]:
        """Those still to be met before a story counts as evidence."""
        return tuple(check for check in self.checks if check.needed and not check.is_met)

    @property
    def worth_adding(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.needed and not check.is_met)


def strength_of(content: StoryContent, framework: Framework) -> Strength:
    words: Mapping[str, int] = content.words
    sections = [
        Check(
            f"{section.name} says enough: {words[section.key]} of at least {section.minimum_words} words",
            words[section.key] >= section.minimum_words,
            True,
            section.key,
        )
        for section in framework.sections
    ]
    others = (
        Check("It says when it began", content.started_on is not None, True, "started_on"),
        Check("It shows at least one principle", bool(content.principles), True, "principle_0"),
        Check("One number has a unit, and a before and after", content.is_measured, True, "metrics"),
        Check(
            "Every number says where it is from",
            bool(content.metrics) and all(line.source for line in content.metrics),
            False,
            "metrics",
        ),
        Check("It names a project", content.project_id is not None, False, "project"),
        Check("It says which part was yours", bool(content.own_part), False, "own_part"),
        Check(
            "It reached beyond your own team",
            (content.teams_affected or 0) >= 2,
            False,
            "teams_affected",
        ),
    )
    return Strength((*sections, *others))
