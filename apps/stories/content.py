"""What a story says at one moment, as a plain value: the same for working text, versions and revisions."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

SECTIONS = ("situation", "task", "action", "result")
_WORD = re.compile(r"\S*\w\S*")


def count_words(text: str) -> int:
    """Count what a reader would call words: runs without space that hold a letter or digit."""
    return sum(1 for _ in _WORD.finditer(text))


class MetricLine(BaseModel):
    """A figure as a story quotes it. `key` names the row of the story's table, for its whole life."""

    model_config = ConfigDict(frozen=True)

    key: UUID
    name: str
    unit: str = ""
    kind: str = "operational"
    before: Decimal | None = None
    after: Decimal | None = None
    is_new: bool = False
    source: str = ""

    @property
    def is_measured(self) -> bool:
        return bool(
            self.name and self.unit and self.after is not None and (self.before is not None or self.is_new)
        )

    @property
    def change(self) -> str:
        """Say the change in words a reader expects: −79%, 6×, +3 (from zero), or nothing."""
        if self.before is None or self.after is None:
            return "new" if self.is_new and self.after is not None else ""
        difference = self.after - self.before
        if difference == 0:
            return "same"
        sign = "+" if difference > 0 else "−"
        if self.before == 0 or (self.before < 0) != (self.after < 0):
            return f"{sign}{plain_number(abs(difference))}"
        factor = self.after / self.before
        if factor >= 2:
            return f"{plain_number(factor.quantize(Decimal('0.1'), ROUND_HALF_UP))}×"
        share = abs(difference / self.before) * 100
        percent = share.quantize(Decimal(1), ROUND_HALF_UP)
        if percent == 100 and difference < 0 and self.after != 0:
            percent = share.quantize(Decimal("0.1"), ROUND_DOWN)
        return f"{sign}{plain_number(percent)}%"

    @property
    def figures(self) -> dict[str, Any]:
        """All of the line but its place."""
        return self.model_dump(exclude={"key"})


def plain_number(value: Decimal | None) -> str:
    """Write 42 for 42.000000 and 100 for 1E+2; nothing for None."""
    if value is None:
        return ""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


class StoryContent(BaseModel):
    """The whole of a story at one moment; JSON in and out by pydantic."""

    model_config = ConfigDict(frozen=True)

    title: str
    situation: str = ""
    task: str = ""
    action: str = ""
    result: str = ""
    own_part: str = ""
    project_id: int | None = None
    project_name: str = ""
    teams_affected: int | None = None
    organisations_affected: int | None = None
    started_on: date | None = None
    ended_on: date | None = None
    principles: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    metrics: tuple[MetricLine, ...] = ()

    def text_of(self, section: str) -> str:
        return {
            "situation": self.situation,
            "task": self.task,
            "action": self.action,
            "result": self.result,
        }[section]

    @property
    def words(self) -> dict[str, int]:
        return {section: count_words(self.text_of(section)) for section in SECTIONS}

    @property
    def is_measured(self) -> bool:
        return any(line.is_measured for line in self.metrics)

    def missing(self, minimum_words: Mapping[str, int]) -> tuple[str, ...]:
        """Name what keeps this from being complete; empty means complete."""
        words = self.words
        short = [
            f"{section.capitalize()} needs {minimum} words and has {words[section]}"
            for section, minimum in minimum_words.items()
            if words[section] < minimum
        ]
        if self.started_on is None:
            short.append("A start date")
        if not self.principles:
            short.append("At least one principle")
        return tuple(short)

    def proves_the_same_as(self, other: "StoryContent") -> bool:
        """Say whether no word of the four sections and no metric differs."""
        return all(
            _one_spelling(self.text_of(section)) == _one_spelling(other.text_of(section))
            for section in SECTIONS
        ) and [line.figures for line in self.metrics] == [line.figures for line in other.metrics]

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def _one_spelling(text: str) -> str:
    # Browsers send CRLF, and an endorsement should not fall over trailing space.
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
