"""Named checks of a story: what is there, what a reviewer will miss. Counts, never a score."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.frameworks.schema import Framework
from apps.stories.content import StoryContent


@dataclass(frozen=True)
class Check:
    """One thing a story has or lacks; `needed` ones make it complete or measured, `field` is where."""

    text: str
    field: str
    needed: bool
    is_met: bool


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
    needed = [
        Check(
            f"{section.name} says enough: {words[section.key]} of at least {section.minimum_words} words",
            field=section.key,
            needed=True,
            is_met=words[section.key] >= section.minimum_words,
        )
        for section in framework.sections
    ]
    needed += [
        Check(text, field=field, needed=True, is_met=is_met)
        for text, field, is_met in (
            ("It says when it began", "started_on", content.started_on is not None),
            ("It shows at least one principle", "principle_0", bool(content.principles)),
            ("One number has a unit, and a before and after", "metrics", content.is_measured),
        )
    ]
    sourced = bool(content.metrics) and all(line.source for line in content.metrics)
    further = (
        Check(text, field=field, needed=False, is_met=is_met)
        for text, field, is_met in (
            ("Every number says where it is from", "metrics", sourced),
            ("It names a project", "project", content.project_id is not None),
            ("It says which part was yours", "own_part", bool(content.own_part)),
            ("It reached beyond your own team", "teams_affected", (content.teams_affected or 0) >= 2),
        )
    )
    return Strength((*needed, *further))
