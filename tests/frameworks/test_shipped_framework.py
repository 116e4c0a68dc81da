"""What the shipped framework promises beyond being complete."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from apps.frameworks.documents import SHIPPED, read_file
from apps.frameworks.soundness import stem
from apps.frameworks.vocabulary import COACH_RULES

FRAMEWORK = read_file(SHIPPED)
DOCUMENT = FRAMEWORK.model_dump(mode="json", exclude_none=True)


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def test_no_two_questions_begin_alike() -> None:
    beginnings = Counter(stem(question.text) for question in FRAMEWORK.question_bank)

    assert beginnings.most_common(1)[0][1] == 1


def test_each_principle_has_five_questions() -> None:
    asked = Counter(question.principle for question in FRAMEWORK.question_bank)

    assert set(asked.values()) == {5}


def test_a_stem_ignores_case_and_punctuation() -> None:
    assert stem("Well: who’s there, at NIGHT?") == "well who's there at"


def test_no_rubric_sentence_is_used_twice() -> None:
    sentences = Counter(
        text
        for ratings in (
            *(rubric.ratings for principle in FRAMEWORK.principles for rubric in principle.rubric),
            *(indicator.rubric for indicator in FRAMEWORK.indicators),
        )
        for text in ratings
    )

    assert len(sentences) == 176
    assert sentences.most_common(1)[0][1] == 1


def test_it_names_no_company_and_calls_out_nothing() -> None:
    written = "\n".join(texts(DOCUMENT))

    assert FRAMEWORK.company == ""
    assert re.findall(r"(?i)amazon|!", written) == []


def test_the_worked_example_is_complete_by_its_own_rules() -> None:
    example = FRAMEWORK.worked_example

    for section in FRAMEWORK.sections:
        words = len(getattr(example, section.key).split())
        assert section.minimum_words <= words
        assert words <= 1.5 * section.about_words
    assert all(metric.before is not None for metric in example.metrics)


def test_the_phases_are_those_of_the_definitions() -> None:
    windows = [(p.key, p.from_month, p.until_month, p.until_decision) for p in FRAMEWORK.phases]

    assert windows == [
        ("build", -12, -6, False),
        ("assess", -6, -3, False),
        ("prepare", -3, 0, False),
        ("apply", 0, 2, True),
        ("after", 2, None, False),
    ]


def test_the_bar_is_that_of_the_definitions() -> None:
    assert DOCUMENT["sufficiency"] == {
        "stories_leading": 2,
        "stories_other": 1,
        "projects_at_least": 2,
        "recent_months": 12,
        "recent_at_least": 1,
        "max_project_share": 0.5,
        "sustained_months": 6,
    }


@pytest.mark.parametrize(
    ("challenge", "rules"),
    [
        ("familiarity_bias", {"unexplained-term", "assumed-knowledge"}),
        ("scope_perception", {"own-team-only", "weak-ownership", "vague-size"}),
        ("competition", {"no-lasting-effect"}),
    ],
)
def test_a_challenge_sharpens_the_rules_the_coach_names(challenge: str, rules: set[str]) -> None:
    chosen = next(c for c in FRAMEWORK.challenges if c.key == challenge)

    assert {rule for measure in chosen.counter_measures for rule in measure.sharpens} == rules
    assert rules <= set(COACH_RULES)


def test_each_phase_has_a_reminder_and_each_role_too() -> None:
    audiences = {rule.audience for rule in FRAMEWORK.reminder_rules}
    phases = {phase for rule in FRAMEWORK.reminder_rules for phase in rule.phases}

    assert audiences == {"candidate", "mentor", "organiser"}
    assert phases == {phase.key for phase in FRAMEWORK.phases}
