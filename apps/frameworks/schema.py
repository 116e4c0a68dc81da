"""A growth framework as data: what a document must hold, and how its parts are looked up."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    model_validator,
)

from apps.frameworks.soundness import problems_in
from apps.frameworks.vocabulary import COACH_RULES, EVENTS, FACTS, PLACES

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def plain(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    if CONTROL.search(text):
        raise ValueError("holds a control character")
    return text


def known(kind: str, names: Iterable[str]) -> AfterValidator:
    """A validator that accepts only names the program knows."""
    accepted = frozenset(names)

    def check(name: str) -> str:
        if name not in accepted:
            raise ValueError(f'there is no {kind} named "{name}"')
        return name

    return AfterValidator(check)


Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
Text = Annotated[str, AfterValidator(plain)]
FactName = Annotated[str, known("fact", FACTS)]
Place = Annotated[str, known("page", PLACES)]
Event = Annotated[str, known("event", EVENTS)]
CoachRule = Annotated[str, known("coach rule", COACH_RULES)]
Rating = Annotated[int, Field(ge=1, le=4)]
Number = int | FiniteFloat
Four = Annotated[tuple[Text, ...], Field(min_length=4, max_length=4)]
SubjectKind = Literal["principle", "indicator"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class UnsoundReferences(ValueError):
    """The parts do not fit together; `problems` holds pairs of key path and reason."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in problems))
        self.problems = problems


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(Part):
    """A fact held against one figure: exactly one of the four comparisons is given."""

    fact: FactName
    at_least: Number | None = None
    at_most: Number | None = None
    above: Number | None = None
    below: Number | None = None

    @model_validator(mode="after")
    def compares_once(self) -> Self:
        given = [f for f in (self.at_least, self.at_most, self.above, self.below) if f is not None]
        if len(given) != 1:
            raise ValueError("needs exactly one of at_least, at_most, above, below")
        return self

    def holds(self, value: float | None) -> bool:
        """False for a fact that nobody knows yet."""
        if value is None:
            return False
        if self.at_least is not None:
            return value >= self.at_least
        if self.at_most is not None:
            return value <= self.at_most
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below


class Line(Part):
    """One sentence with a key of its own, so that an answer to it can be stored."""

    key: Key
    text: Text


class ChecklistItem(Line):
    """Done when its fact is true or above nought; ticked by hand where it names none."""

    page: Place
    done_when: FactName | Literal[""] = ""


class Group(Part):
    key: Key
    name: Text
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]


class Level(Part):
    key: Key
    name: Text
    summary: Text
    expects: Text
    scope: tuple[Threshold, ...] = ()


class Prompts(Part):
    current_scope: Text
    expanded_scope: Text
    evidence_needed: Text


class LevelRubric(Part):
    """What each rating means for one target level, lowest rating first."""

    level: Key
    ratings: Four


class Principle(Part):
    key: Key
    name: Text
    short_name: Annotated[Text, Field(max_length=24)]
    about: Text
    leads_at: tuple[Key, ...] = ()
    prompts: Prompts
    rubric: tuple[LevelRubric, ...]


class Indicator(Part):
    """`rubric` holds a sentence per rating, lowest first."""

    key: Key
    level: Key
    name: Text
    statement: Text
    thresholds: tuple[Threshold, ...] = ()
    rubric: Four


class RatingStep(Part):
    value: Rating
    name: Text
    meaning: Text


class RubricLine(Part):
    """A rating together with what it means for one subject."""

    value: Rating
    name: Text
    text: Text


class Phase(Part):
    """Months count from the target date; without `until_month` the phase has no end.

    With `until_decision` the phase ends earlier when the decision comes earlier.
    """

    key: Key
    name: Text
    from_month: int
    until_month: int | None = None
    until_decision: bool = False
    purpose: Text
    entry: Text
    exit: Text
    entry_when: tuple[Threshold, ...] = ()
    exit_when: tuple[Threshold, ...] = ()
    checklist: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]


class Section(Part):
    key: Literal["situation", "task", "action", "result"]
    letter: Annotated[Text, Field(max_length=1)]
    name: Text
    question: Text
    minimum_words: Annotated[int, Field(ge=0)]
    about_words: Annotated[int, Field(ge=1)]
    prompts: Four


class ExampleMetric(Part):
    name: Text
    unit: Text
    kind: Literal["customer", "business", "operational", "people"]
    before: Number | None = None
    after: Number


class WorkedExample(Part):
    title: Text
    situation: Text
    task: Text
    action: Text
    result: Text
    metrics: Annotated[tuple[ExampleMetric, ...], Field(min_length=1)]
    principles: Annotated[tuple[Key, ...], Field(min_length=1)]
    indicators: tuple[Key, ...] = ()


class ProjectCriterion(Part):
    key: Key
    name: Text
    about: Text
    checks: Annotated[tuple[Line, ...], Field(min_length=1)]
    example: Text


class CommonGap(Part):
    """Suggested when any of its triggers holds; each step of `development` can become an action."""

    key: Key
    name: Text
    kind: Literal["technical", "leadership"]
    gap: Text
    development: Annotated[tuple[Text, ...], Field(min_length=1)]
    evidence: Text
    triggers: Annotated[tuple[Threshold, ...], Field(min_length=1)]


class CounterMeasure(Line):
    """What helps against a challenge: coach rules it turns into fixes, facts it watches."""

    page: Place
    sharpens: tuple[CoachRule, ...] = ()
    watches: tuple[Threshold, ...] = ()


class Challenge(Part):
    key: Key
    name: Text
    about: Text
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    counter_measures: Annotated[tuple[CounterMeasure, ...], Field(min_length=1)]


class Advantage(Line):
    first_step: Text
    page: Place


class AdvantageGroup(Part):
    key: Key
    name: Text
    lines: Annotated[tuple[Advantage, ...], Field(min_length=1)]


class PreparationTrack(Part):
    key: Key
    name: Text
    about: Text
    checklist: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]


class MockKind(Part):
    key: Key
    name: Text
    partner: Text
    aims: Annotated[tuple[Text, ...], Field(min_length=1)]


class TimingFactor(Part):
    key: Key
    name: Text
    checks: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]


class ThemeLine(Line):
    principles: tuple[Key, ...] = ()
    indicators: tuple[Key, ...] = ()


class PresentationTheme(Part):
    key: Key
    name: Text
    about: Text
    lines: Annotated[tuple[ThemeLine, ...], Field(min_length=1)]


class FactorLine(Line):
    """What the line is read from; at least one of the three."""

    principles: tuple[Key, ...] = ()
    indicators: tuple[Key, ...] = ()
    facts: tuple[Threshold, ...] = ()

    @model_validator(mode="after")
    def is_mapped(self) -> Self:
        if not (self.principles or self.indicators or self.facts):
            raise ValueError("is mapped to no principle, indicator or fact")
        return self


class SuccessFactor(Part):
    key: Key
    name: Text
    about: Text
    lines: Annotated[tuple[FactorLine, ...], Field(min_length=1)]


class Mistake(Part):
    """Found when every one of `found_when` holds."""

    key: Key
    name: Text
    mistake: Text
    solution: Text
    evidence: Text
    page: Place
    found_when: Annotated[tuple[Threshold, ...], Field(min_length=1)]


class Strategy(Part):
    key: Key
    name: Text
    about: Text
    actions: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]


class Question(Part):
    key: Key
    principle: Key
    text: Text


class Escalation(Part):
    """After how many ignored reminders a rule goes monthly, and after how many silent."""

    monthly_after: Annotated[int, Field(ge=1)] = 3
    silent_after: Annotated[int, Field(ge=1)] = 5


class ReminderRule(Part):
    """Either every n weeks or months, or so many days after (before: negative) an event.

    Without `phases` the rule holds in all of them. It is not needed while any of
    `skip_when` holds; one missed for more than `grace_days` is no longer sent.
    """

    key: Key
    name: Text
    audience: Literal["candidate", "mentor", "organiser"]
    phases: tuple[Key, ...] = ()
    every_weeks: Annotated[int, Field(ge=1)] | None = None
    every_months: Annotated[int, Field(ge=1)] | None = None
    weekday: Weekday | None = None
    event: Event | None = None
    days: tuple[int, ...] = ()
    local_time: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:00"
    action: Text
    page: Place
    skip_when: tuple[Threshold, ...] = ()
    grace_days: Annotated[int, Field(ge=1)] = 3
    escalation: Escalation = Escalation()

    @model_validator(mode="after")
    def has_one_cadence(self) -> Self:
        given = [c for c in (self.every_weeks, self.every_months, self.event) if c is not None]
        if len(given) != 1:
            raise ValueError("needs exactly one of every_weeks, every_months, event")
        if (self.weekday is None) != (self.every_weeks is None):
            raise ValueError("a weekday goes with every_weeks, and only with it")
        if bool(self.days) != (self.event is not None):
            raise ValueError("days go with an event, and only with it")
        return self


class Sufficiency(Part):
    """What the bar asks for beyond a step: see "At the bar" in the definitions."""

    stories_leading: Annotated[int, Field(ge=1)]
    stories_other: Annotated[int, Field(ge=1)]
    projects_at_least: Annotated[int, Field(ge=1)]
    recent_months: Annotated[int, Field(ge=1)]
    recent_at_least: Annotated[int, Field(ge=0)]
    # The largest share of the principles, and of the indicators, that one project alone may fill.
    max_project_share: Annotated[FiniteFloat, Field(gt=0, le=1)]
    # Months in a row with evidence that show an indicator as sustained; a document may leave it out.
    sustained_months: Annotated[int, Field(ge=1, le=36)] = 6


class Framework(Part):
    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    name: Text
    company: str = ""
    about: Text
    ratings: tuple[RatingStep, ...]
    sufficiency: Sufficiency
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    principles: Annotated[tuple[Principle, ...], Field(min_length=1)]
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    sections: tuple[Section, ...]
    worked_example: WorkedExample
    project_criteria: tuple[ProjectCriterion, ...]
    common_gaps: tuple[CommonGap, ...]
    challenges: tuple[Challenge, ...]
    advantages: tuple[AdvantageGroup, ...]
    dos: tuple[Group, ...]
    donts: tuple[Group, ...]
    preparation_tracks: tuple[PreparationTrack, ...]
    mock_kinds: tuple[MockKind, ...]
    timing_factors: tuple[TimingFactor, ...]
    presentation_themes: tuple[PresentationTheme, ...]
    support_strategies: tuple[Strategy, ...]
    extended_strategies: tuple[Strategy, ...]
    success_factors: tuple[SuccessFactor, ...]
    mistakes: tuple[Mistake, ...]
    long_term: tuple[Group, ...]
    question_bank: tuple[Question, ...]
    reminder_rules: tuple[ReminderRule, ...]

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        problems = list(problems_in(self))
        if problems:
            raise UnsoundReferences(problems)
        return self

    @cached_property
    def principles_by_key(self) -> dict[str, Principle]:
        return {principle.key: principle for principle in self.principles}

    @cached_property
    def indicators_by_key(self) -> dict[str, Indicator]:
        return {indicator.key: indicator for indicator in self.indicators}

    @cached_property
    def levels_by_key(self) -> dict[str, Level]:
        return {level.key: level for level in self.levels}

    @cached_property
    def sections_by_key(self) -> dict[str, Section]:
        return {section.key: section for section in self.sections}

    @cached_property
    def phases_by_key(self) -> dict[str, Phase]:
        return {phase.key: phase for phase in self.phases}

    @cached_property
    def ratings_by_value(self) -> dict[int, RatingStep]:
        return {step.value: step for step in self.ratings}

    @cached_property
    def questions_by_principle(self) -> dict[str, tuple[Question, ...]]:
        return {
            principle.key: tuple(q for q in self.question_bank if q.principle == principle.key)
            for principle in self.principles
        }

    @cached_property
    def rubrics(self) -> dict[tuple[str, str, str], tuple[RubricLine, ...]]:
        """By kind, key and target level."""
        lines = {}
        for principle in self.principles:
            for rubric in principle.rubric:
                lines["principle", principle.key, rubric.level] = self._with_names(rubric.ratings)
        for indicator in self.indicators:
            for level in self.target_levels:
                lines["indicator", indicator.key, level.key] = self._with_names(indicator.rubric)
        return lines

    @cached_property
    def target_levels(self) -> tuple[Level, ...]:
        """The levels one can aim for: all but the first."""
        return self.levels[1:]

    def principle(self, key: str) -> Principle:
        """Raises KeyError for a key of another framework."""
        return self.principles_by_key[key]

    def indicator(self, key: str) -> Indicator:
        """Raises KeyError for a key of another framework."""
        return self.indicators_by_key[key]

    def level(self, key: str) -> Level:
        return self.levels_by_key[key]

    def section(self, key: str) -> Section:
        return self.sections_by_key[key]

    def phase(self, key: str) -> Phase:
        return self.phases_by_key[key]

    def rating(self, value: int) -> RatingStep:
        return self.ratings_by_value[value]

    def indicators_for(self, level_key: str) -> tuple[Indicator, ...]:
        """Those of the level and of every level below it: whoever aims higher shows both."""
        ranks = {level.key: rank for rank, level in enumerate(self.levels)}
        return tuple(i for i in self.indicators if ranks[i.level] <= ranks[level_key])

    def next_level(self, key: str) -> Level | None:
        """None above the highest level."""
        keys = [level.key for level in self.levels]
        above = keys.index(key) + 1
        return self.levels[above] if above < len(keys) else None

    def leading_principles(self, level_key: str) -> tuple[Principle, ...]:
        return tuple(p for p in self.principles if level_key in p.leads_at)

    def questions_for(self, principle_key: str) -> tuple[Question, ...]:
        return self.questions_by_principle[principle_key]

    def rubric(self, kind: SubjectKind, key: str, level_key: str) -> tuple[RubricLine, ...]:
        """One line per rating, lowest first; raises KeyError for a level nobody can aim for."""
        return self.rubrics[kind, key, level_key]

    def subject_name(self, kind: SubjectKind, key: str) -> str:
        """Also answers for a key of another framework: evidence outlives a change of framework."""
        subjects: dict[str, Principle] | dict[str, Indicator] = (
            self.principles_by_key if kind == "principle" else self.indicators_by_key
        )
        return subjects[key].name if key in subjects else key.replace("_", " ").capitalize()

    def stories_asked(self, principle_key: str, level_key: str) -> int:
        """Corroborated stories the bar asks for at this level."""
        leads = level_key in self.principle(principle_key).leads_at
        return self.sufficiency.stories_leading if leads else self.sufficiency.stories_other

    def _with_names(self, texts: Iterable[str]) -> tuple[RubricLine, ...]:
        return tuple(self._named(texts))

    def _named(self, texts: Iterable[str]) -> Iterator[RubricLine]:
        for step, text in zip(self.ratings, texts, strict=True):
            yield RubricLine(value=step.value, name=step.name, text=text)
