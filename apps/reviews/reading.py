"""A version as somebody reads it: its sections in order, each with the remarks on it, numbered through."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.frameworks.schema import Framework
from apps.reviews.models import Comment
from apps.stories.content import SECTIONS, StoryContent


@dataclass(frozen=True)
class NumberedComment:
    """`number` counts the comments of a review in the order of the sections; a pin shows it."""

    number: int
    comment: Comment


@dataclass(frozen=True)
class ReadSection:
    key: str
    name: str
    text: str
    comments: tuple[NumberedComment, ...]


@dataclass(frozen=True)
class Reading:
    content: StoryContent
    framework: Framework
    sections: tuple[ReadSection, ...]

    @property
    def comments(self) -> tuple[NumberedComment, ...]:
        return tuple(numbered for section in self.sections for numbered in section.comments)

    def section(self, key: str) -> ReadSection:
        """Raises StopIteration for a section that is none."""
        return next(section for section in self.sections if section.key == key)


def read_version(content: StoryContent, framework: Framework, comments: Iterable[Comment] = ()) -> Reading:
    by_section: dict[str, list[Comment]] = {section: [] for section in SECTIONS}
    for comment in comments:
        by_section[comment.section].append(comment)
    sections = []
    so_far = 0
    for key in SECTIONS:
        numbered = tuple(NumberedComment(so_far + n, c) for n, c in enumerate(by_section[key], start=1))
        sections.append(ReadSection(key, framework.section(key).name, content.text_of(key), numbered))
        so_far += len(numbered)
    return Reading(content, framework, tuple(sections))
