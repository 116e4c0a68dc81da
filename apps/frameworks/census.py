"""Whether a framework holds all that the guide to internal promotion lists, counted part by part.

Reading a framework asks only that it fits together, so that a company can bring a shorter
ladder. This count is what the shipped one has to pass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apps.frameworks.schema import Framework
from apps.frameworks.soundness import QUESTIONS_A_PRINCIPLE, Problem, stem

PRINCIPLES: Final = (
    "customer_obsession",
    "ownership",
    "invent_and_simplify",
    "are_right_a_lot",
    "learn_and_be_curious",
    "hire_and_develop",
    "highest_standards",
    "think_big",
    "bias_for_action",
    "frugality",
    "earn_trust",
    "dive_deep",
    "have_backbone",
    "deliver_results",
    "best_employer",
    "broad_responsibility",
)
LEVELS: Final = ("L5", "L6", "L7")
INDICATORS_A_LEVEL: Final = 6
REMINDER_RULES: Final = 38


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something there are; `path` is the key to look at when there are too few."""

    path: str
    name: str
    found: int
    needed: int
    or_more: bool = False

    @property
    def is_met(self) -> bool:
        return self.found >= self.needed if self.or_more else self.found == self.needed

    @property
    def problem(self) -> Problem:
        asked = f"at least {self.needed}" if self.or_more else str(self.needed)
        return self.path, f"holds {self.found} {self.name}, {asked} are needed"


def counts(framework: Framework) -> list[Count]:
    """One count for each thing the guide lists, in the guide's order."""
    f = framework
    return [
        Count("levels", "levels", len(f.levels), len(LEVELS)),
        Count("ratings", "ratings", len(f.ratings), 4),
        Count("principles", "principles", len(f.principles), 16),
        Count("principles", "prompts of principles", 3 * len(f.principles), 48),
        Count(
            "principles",
            "rubric sentences of principles",
            sum(len(rubric.ratings) for principle in f.principles for rubric in principle.rubric),
            128,
        ),
        *(
            Count(
                "indicators",
                f"indicators of {level}",
                sum(indicator.level == level for indicator in f.indicators),
                INDICATORS_A_LEVEL,
            )
            for level in LEVELS[1:]
        ),
        Count("indicators", "rubric sentences of indicators", sum(len(i.rubric) for i in f.indicators), 48),
        Count(
            "indicators",
            "indicators with thresholds",
            sum(bool(indicator.thresholds) for indicator in f.indicators),
            12,
        ),
        Count("phases", "phases", len(f.phases), 5),
        Count("sections", "STAR prompts", sum(len(section.prompts) for section in f.sections), 16),
        *inner("advantages", "groups of advantages", [len(g.lines) for g in f.advantages], 3, 4),
        *inner("challenges", "challenges", [len(c.lines) for c in f.challenges], 3, 4),
        Count(
            "challenges",
            "counter-measures",
            sum(len(challenge.counter_measures) for challenge in f.challenges),
            9,
            or_more=True,
        ),
        *(
            Count("common_gaps", f"{kind} gaps", sum(gap.kind == kind for gap in f.common_gaps), 3)
            for kind in ("technical", "leadership")
        ),
        *inner("project_criteria", "project criteria", [len(c.checks) for c in f.project_criteria], 4, 3),
        *inner("dos", "groups of do's", [len(g.lines) for g in f.dos], 3, 4),
        *inner("donts", "groups of don'ts", [len(g.lines) for g in f.donts], 2, 4),
        *inner(
            "preparation_tracks", "preparation tracks", [len(t.checklist) for t in f.preparation_tracks], 3, 4
        ),
        *inner("mock_kinds", "kinds of mock interview", [len(k.aims) for k in f.mock_kinds], 3, 4),
        *inner("timing_factors", "timing factors", [len(t.checks) for t in f.timing_factors], 4, 4),
        *inner(
            "presentation_themes", "presentation themes", [len(t.lines) for t in f.presentation_themes], 4, 4
        ),
        *inner(
            "support_strategies", "support strategies", [len(s.actions) for s in f.support_strategies], 3, 4
        ),
        *inner(
            "extended_strategies",
            "strategies for a longer way",
            [len(s.actions) for s in f.extended_strategies],
            3,
            4,
        ),
        *inner("success_factors", "success factors", [len(s.lines) for s in f.success_factors], 4, 4),
        Count("mistakes", "mistakes", len(f.mistakes), 4),
        *inner("long_term", "long-term groups", [len(g.lines) for g in f.long_term], 4, 4),
        Count(
            "question_bank",
            "questions",
            len(f.question_bank),
            QUESTIONS_A_PRINCIPLE * len(PRINCIPLES),
            or_more=True,
        ),
        Count(
            "question_bank",
            "ways in which a question begins",
            len({stem(question.text) for question in f.question_bank}),
            len(f.question_bank),
        ),
        Count("reminder_rules", "reminder rules", len(f.reminder_rules), REMINDER_RULES, or_more=True),
    ]


def inner(path: str, name: str, lines: Sequence[int], needed: int, lines_each: int) -> Iterator[Count]:
    """Of a list of lists: how many there are, and how many lines each holds."""
    yield Count(path, name, len(lines), needed)
    yield Count(path, f"lines in {name}", sum(lines), needed * lines_each)
    for position, found in enumerate(lines):
        if found != lines_each:
            yield Count(f"{path}[{position}]", "lines", found, lines_each)


def missing_parts(framework: Framework) -> list[Problem]:
    """Pairs of key path and reason; empty when everything the guide lists is there."""
    levels = {level.key for level in framework.levels}
    principles = {principle.key for principle in framework.principles}
    return [
        *(("levels", f'"{key}" is missing') for key in LEVELS if key not in levels),
        *(("principles", f'"{key}" is missing') for key in PRINCIPLES if key not in principles),
        *(count.problem for count in counts(framework) if not count.is_met),
    ]
