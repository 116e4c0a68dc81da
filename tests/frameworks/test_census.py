from typing import Any

from apps.frameworks.census import counts, missing_parts
from apps.frameworks.documents import SHIPPED, read_file
from apps.frameworks.schema import Framework

SHIPPED_FRAMEWORK = read_file(SHIPPED)


def without(**fields: Any) -> Framework:
    """The shipped framework with some of its lists cut, not validated again."""
    return SHIPPED_FRAMEWORK.model_copy(update=fields)


def test_the_shipped_framework_holds_all_that_the_guide_lists() -> None:
    found = {count.name: count.found for count in counts(SHIPPED_FRAMEWORK)}

    assert missing_parts(SHIPPED_FRAMEWORK) == []
    assert found == {
        "levels": 3,
        "ratings": 4,
        "principles": 16,
        "prompts of principles": 48,
        "rubric sentences of principles": 128,
        "indicators of L6": 6,
        "indicators of L7": 6,
        "rubric sentences of indicators": 48,
        "indicators with thresholds": 12,
        "phases": 5,
        "STAR prompts": 16,
        "groups of advantages": 3,
        "lines in groups of advantages": 12,
        "challenges": 3,
        "lines in challenges": 12,
        "counter-measures": 9,
        "technical gaps": 3,
        "leadership gaps": 3,
        "project criteria": 4,
        "lines in project criteria": 12,
        "groups of do's": 3,
        "lines in groups of do's": 12,
        "groups of don'ts": 2,
        "lines in groups of don'ts": 8,
        "preparation tracks": 3,
        "lines in preparation tracks": 12,
        "kinds of mock interview": 3,
        "lines in kinds of mock interview": 12,
        "timing factors": 4,
        "lines in timing factors": 16,
        "presentation themes": 4,
        "lines in presentation themes": 16,
        "support strategies": 3,
        "lines in support strategies": 12,
        "strategies for a longer way": 3,
        "lines in strategies for a longer way": 12,
        "success factors": 4,
        "lines in success factors": 16,
        "mistakes": 4,
        "long-term groups": 4,
        "lines in long-term groups": 16,
        "questions": 80,
        "ways in which a question begins": 80,
        "reminder rules": 38,
    }


def test_a_missing_principle_is_named() -> None:
    kept = tuple(p for p in SHIPPED_FRAMEWORK.principles if p.key != "frugality")

    problems = missing_parts(without(principles=kept))

    assert ("principles", '"frugality" is missing') in problems
    assert ("principles", "holds 15 principles, 16 are needed") in problems


def test_a_missing_indicator_is_counted() -> None:
    kept = tuple(i for i in SHIPPED_FRAMEWORK.indicators if i.key != "l7_mentors_leaders")

    assert ("indicators", "holds 5 indicators of L7, 6 are needed") in missing_parts(without(indicators=kept))


def test_a_missing_gap_is_counted_by_kind() -> None:
    kept = tuple(g for g in SHIPPED_FRAMEWORK.common_gaps if g.key != "scope")

    assert missing_parts(without(common_gaps=kept)) == [
        ("common_gaps", "holds 2 technical gaps, 3 are needed")
    ]


def test_a_missing_line_is_named_with_its_list() -> None:
    first, second, *others = SHIPPED_FRAMEWORK.timing_factors
    shorter = second.model_copy(update={"checks": second.checks[1:]})

    problems = missing_parts(without(timing_factors=(first, shorter, *others)))

    assert problems == [
        ("timing_factors", "holds 15 lines in timing factors, 16 are needed"),
        ("timing_factors[1]", "holds 3 lines, 4 are needed"),
    ]


def test_more_questions_than_the_guide_asks_for_are_welcome() -> None:
    extra = SHIPPED_FRAMEWORK.question_bank[0].model_copy(
        update={"key": "one_more", "text": "Could you spare customers something nobody else had noticed?"}
    )

    assert missing_parts(without(question_bank=(*SHIPPED_FRAMEWORK.question_bank, extra))) == []
