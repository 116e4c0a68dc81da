"""Whether the parts of a framework fit together: every reference met, every key given once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from apps.frameworks.schema import Framework

QUESTIONS_A_PRINCIPLE = 5
STEM_WORDS = 4

type Problem = tuple[str, str]


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


def problems_in(framework: "Framework") -> Iterator[Problem]:
    """Pairs of key path and reason, in the order of the document."""
    yield from repeated_keys(framework)
    yield from scale_problems(framework)
    yield from reference_problems(framework)
    yield from rubric_problems(framework)
    yield from phase_problems(framework)
    yield from question_problems(framework)


def repeats(path: str, keyed: Sequence[Keyed]) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, part in enumerate(keyed):
        if part.key in seen:
            yield f"{path}[{position}].key", f'"{part.key}" is given twice'
        seen.add(part.key)


def repeated_keys(framework: "Framework") -> Iterator[Problem]:
    lists: dict[str, Sequence[Keyed]] = {
        "levels": framework.levels,
        "principles": framework.principles,
        "indicators": framework.indicators,
        "phases": framework.phases,
        "sections": framework.sections,
        "project_criteria": framework.project_criteria,
        "common_gaps": framework.common_gaps,
        "challenges": framework.challenges,
        "advantages": framework.advantages,
        "dos": framework.dos,
        "donts": framework.donts,
        "preparation_tracks": framework.preparation_tracks,
        "mock_kinds": framework.mock_kinds,
        "timing_factors": framework.timing_factors,
        "presentation_themes": framework.presentation_themes,
        "support_strategies": framework.support_strategies,
        "extended_strategies": framework.extended_strategies,
        "success_factors": framework.success_factors,
        "mistakes": framework.mistakes,
        "long_term": framework.long_term,
        "question_bank": framework.question_bank,
        "reminder_rules": framework.reminder_rules,
    }
    for path, keyed in lists.items():
        yield from repeats(path, keyed)
    for path, inner in inner_lists(framework):
        yield from repeats(path, inner)


def inner_lists(framework: "Framework") -> Iterator[tuple[str, Sequence[Keyed]]]:
    for i, phase in enumerate(framework.phases):
        yield f"phases[{i}].checklist", phase.checklist
    for i, criterion in enumerate(framework.project_criteria):
        yield f"project_criteria[{i}].checks", criterion.checks
    for i, challenge in enumerate(framework.challenges):
        yield f"challenges[{i}].lines", challenge.lines
        yield f"challenges[{i}].counter_measures", challenge.counter_measures
    for i, advantages in enumerate(framework.advantages):
        yield f"advantages[{i}].lines", advantages.lines
    for path, groups in (
        ("dos", framework.dos),
        ("donts", framework.donts),
        ("long_term", framework.long_term),
    ):
        for i, group in enumerate(groups):
            yield f"{path}[{i}].lines", group.lines
    for i, track in enumerate(framework.preparation_tracks):
        yield f"preparation_tracks[{i}].checklist", track.checklist
    for i, timing in enumerate(framework.timing_factors):
        yield f"timing_factors[{i}].checks", timing.checks
    for i, theme in enumerate(framework.presentation_themes):
        yield f"presentation_themes[{i}].lines", theme.lines
    for i, factor in enumerate(framework.success_factors):
        yield f"success_factors[{i}].lines", factor.lines
    for path, strategies in (
        ("support_strategies", framework.support_strategies),
        ("extended_strategies", framework.extended_strategies),
    ):
        for i, strategy in enumerate(strategies):
            yield f"{path}[{i}].actions", strategy.actions


def scale_problems(framework: "Framework") -> Iterator[Problem]:
    if [step.value for step in framework.ratings] != [1, 2, 3, 4]:
        yield "ratings", "must be the four values 1, 2, 3, 4 in this order"
    if [section.key for section in framework.sections] != ["situation", "task", "action", "result"]:
        yield "sections", "must be situation, task, action, result in this order"


def reference_problems(framework: "Framework") -> Iterator[Problem]:
    levels = {level.key for level in framework.levels}
    principles = {principle.key for principle in framework.principles}
    indicators = {indicator.key for indicator in framework.indicators}
    phases = {phase.key for phase in framework.phases}

    def unmet(path: str, kind: str, keys: Iterable[str], accepted: set[str]) -> Iterator[Problem]:
        for position, key in enumerate(keys):
            if key not in accepted:
                yield f"{path}[{position}]", f'there is no {kind} with the key "{key}"'

    for i, principle in enumerate(framework.principles):
        yield from unmet(f"principles[{i}].leads_at", "level", principle.leads_at, levels)
    for i, indicator in enumerate(framework.indicators):
        if indicator.level not in levels:
            yield f"indicators[{i}].level", f'there is no level with the key "{indicator.level}"'
    example = framework.worked_example
    yield from unmet("worked_example.principles", "principle", example.principles, principles)
    yield from unmet("worked_example.indicators", "indicator", example.indicators, indicators)
    for i, theme in enumerate(framework.presentation_themes):
        for j, theme_line in enumerate(theme.lines):
            path = f"presentation_themes[{i}].lines[{j}]"
            yield from unmet(f"{path}.principles", "principle", theme_line.principles, principles)
            yield from unmet(f"{path}.indicators", "indicator", theme_line.indicators, indicators)
    for i, factor in enumerate(framework.success_factors):
        for j, factor_line in enumerate(factor.lines):
            path = f"success_factors[{i}].lines[{j}]"
            yield from unmet(f"{path}.principles", "principle", factor_line.principles, principles)
            yield from unmet(f"{path}.indicators", "indicator", factor_line.indicators, indicators)
    for i, question in enumerate(framework.question_bank):
        if question.principle not in principles:
            reason = f'there is no principle with the key "{question.principle}"'
            yield f"question_bank[{i}].principle", reason
    for i, rule in enumerate(framework.reminder_rules):
        yield from unmet(f"reminder_rules[{i}].phases", "phase", rule.phases, phases)


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
