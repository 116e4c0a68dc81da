"""Whether the parts of a framework fit together: every reference met, every key given once."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

if TYPE_CHECKING:
    from apps.frameworks.schema import Framework

QUESTIONS_A_PRINCIPLE = 5
STEM_WORDS = 4

# Fields of parts that hold keys of other parts, and of which kind.
REFERENCES: Final = {
    "leads_at": "level",
    "level": "level",
    "principle": "principle",
    "principles": "principle",
    "indicators": "indicator",
    "phases": "phase",
}

type Problem = tuple[str, str]


def problems_in(framework: "Framework") -> Iterator[Problem]:
    """Pairs of key path and reason, one kind of problem after the other."""
    yield from repeated_keys(framework)
    yield from scale_problems(framework)
    yield from reference_problems(framework)
    yield from rubric_problems(framework)
    yield from phase_problems(framework)
    yield from question_problems(framework)


def parts_of(part: BaseModel, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """The part and all parts inside it, each with its key path."""
    yield path, part
    for field in type(part).model_fields:
        inner = getattr(part, field)
        here = f"{path}.{field}" if path else field
        if isinstance(inner, BaseModel):
            yield from parts_of(inner, here)
        elif isinstance(inner, tuple):
            for position, member in enumerate(inner):
                if isinstance(member, BaseModel):
                    yield from parts_of(member, f"{here}[{position}]")


def repeated_keys(framework: "Framework") -> Iterator[Problem]:
    """A key is given once in its list; other lists may use it again."""
    seen: set[tuple[str, str]] = set()
    for path, part in parts_of(framework):
        siblings, bracket, _ = path.rpartition("[")
        key = getattr(part, "key", None)
        if not bracket or not path.endswith("]") or key is None:
            continue
        if (siblings, key) in seen:
            yield f"{path}.key", f'"{key}" is given twice'
        seen.add((siblings, key))


def scale_problems(framework: "Framework") -> Iterator[Problem]:
    if [step.value for step in framework.ratings] != [1, 2, 3, 4]:
        yield "ratings", "must be the four values 1, 2, 3, 4 in this order"
    if [section.key for section in framework.sections] != ["situation", "task", "action", "result"]:
        yield "sections", "must be situation, task, action, result in this order"


def reference_problems(framework: "Framework") -> Iterator[Problem]:
    accepted = {
        "level": {level.key for level in framework.levels},
        "principle": {principle.key for principle in framework.principles},
        "indicator": {indicator.key for indicator in framework.indicators},
        "phase": {phase.key for phase in framework.phases},
    }
    for path, part in parts_of(framework):
        # The framework's own lists have the same names, and are what is referred to.
        if part is framework:
            continue
        for field, kind in REFERENCES.items():
            for place, key in references(part, field):
                if key not in accepted[kind]:
                    yield f"{path}.{place}", f'there is no {kind} with the key "{key}"'


def references(part: BaseModel, field: str) -> Iterator[tuple[str, str]]:
    """What a part refers to by a field, each with its place in the part."""
    given = getattr(part, field, ())
    if isinstance(given, str):
        yield field, given
    else:
        for position, key in enumerate(given):
            yield f"{field}[{position}]", key


def rubric_problems(framework: "Framework") -> Iterator[Problem]:
    wanted = [level.key for level in framework.levels[1:]]
    for i, principle in enumerate(framework.principles):
        given = [rubric.level for rubric in principle.rubric]
        if given != wanted:
            reason = (
                f"must be given for {', '.join(wanted)} in this order, not for {', '.join(given) or 'none'}"
            )
            yield f"principles[{i}].rubric", reason


def phase_problems(framework: "Framework") -> Iterator[Problem]:
    """A day belongs to one phase: each begins where the one before it ends."""
    last = len(framework.phases) - 1
    for i, phase in enumerate(framework.phases):
        if phase.until_month is None:
            if i != last:
                yield f"phases[{i}].until_month", "is missing: only the last phase has no end"
            continue
        if phase.until_month <= phase.from_month:
            yield f"phases[{i}].until_month", "must come after from_month"
        if i == last:
            yield f"phases[{i}].until_month", "the last phase has no end"
        elif framework.phases[i + 1].from_month != phase.until_month:
            reason = f"must be {phase.until_month}, where the phase before it ends"
            yield f"phases[{i + 1}].from_month", reason


def question_problems(framework: "Framework") -> Iterator[Problem]:
    stems: dict[str, int] = {}
    for i, question in enumerate(framework.question_bank):
        beginning = stem(question.text)
        if beginning in stems:
            yield f"question_bank[{i}].text", f"begins like question_bank[{stems[beginning]}].text"
        stems.setdefault(beginning, i)
    counts = Counter(question.principle for question in framework.question_bank)
    for principle in framework.principles:
        if counts[principle.key] < QUESTIONS_A_PRINCIPLE:
            found = f'"{principle.key}" has {counts[principle.key]} questions'
            yield "question_bank", f"{found}, at least {QUESTIONS_A_PRINCIPLE} are needed"


def stem(question: str) -> str:
    """How a question begins: its first four words, without case and punctuation."""
    words = re.findall(r"[\w']+", question.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return " ".join(words[:STEM_WORDS])
