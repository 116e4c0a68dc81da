import pytest
from pydantic import ValidationError

from apps.frameworks.documents import SHIPPED, read_file
from apps.frameworks.schema import Threshold

FRAMEWORK = read_file(SHIPPED)


def test_parts_are_found_by_their_key() -> None:
    assert FRAMEWORK.principle("ownership").name == "Ownership"
    assert FRAMEWORK.indicator("l6_mentors_l5").level == "L6"
    assert FRAMEWORK.level("L7").key == "L7"
    assert FRAMEWORK.section("action").minimum_words == 40
    assert FRAMEWORK.phase("prepare").until_month == 0
    assert FRAMEWORK.rating(3).name == "At the bar"


def test_an_unknown_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        FRAMEWORK.principle("tidiness")


def test_whoever_aims_higher_shows_the_indicators_below_as_well() -> None:
    assert {i.level for i in FRAMEWORK.indicators_for("L6")} == {"L6"}
    assert len(FRAMEWORK.indicators_for("L6")) == 6
    assert {i.level for i in FRAMEWORK.indicators_for("L7")} == {"L6", "L7"}
    assert len(FRAMEWORK.indicators_for("L7")) == 12
    assert FRAMEWORK.indicators_for("L5") == ()


def test_the_next_level_ends_at_the_top() -> None:
    assert FRAMEWORK.next_level("L5") == FRAMEWORK.level("L6")
    assert FRAMEWORK.next_level("L7") is None
    assert [level.key for level in FRAMEWORK.target_levels] == ["L6", "L7"]


def test_the_bar_asks_more_of_leading_principles() -> None:
    assert FRAMEWORK.stories_asked("ownership", "L6") == 2
    assert FRAMEWORK.stories_asked("frugality", "L6") == 1
    assert FRAMEWORK.stories_asked("think_big", "L6") == 1
    assert FRAMEWORK.stories_asked("think_big", "L7") == 2


def test_a_subject_of_another_framework_keeps_a_readable_name() -> None:
    assert FRAMEWORK.subject_name("principle", "dive_deep") == "Dive Deep"
    assert FRAMEWORK.subject_name("indicator", "l6_mentors_l5") == "Mentors engineers at L5 and above"
    assert FRAMEWORK.subject_name("principle", "keep_it_tidy") == "Keep it tidy"


def test_a_rubric_has_a_named_line_for_each_rating() -> None:
    lines = FRAMEWORK.rubric("principle", "ownership", "L6")

    assert [(line.value, line.name) for line in lines] == [
        (1, "Not yet"),
        (2, "Nearly"),
        (3, "At the bar"),
        (4, "Above"),
    ]
    assert lines[2].text == FRAMEWORK.principle("ownership").rubric[0].ratings[2]
    assert lines != FRAMEWORK.rubric("principle", "ownership", "L7")


def test_an_indicator_of_a_lower_level_has_a_rubric_for_higher_aims() -> None:
    lines = FRAMEWORK.rubric("indicator", "l6_mentors_l5", "L7")

    assert tuple(line.text for line in lines) == FRAMEWORK.indicator("l6_mentors_l5").rubric


def test_look_ups_are_computed_once() -> None:
    assert FRAMEWORK.principles_by_key is FRAMEWORK.principles_by_key
    assert FRAMEWORK.rubrics is FRAMEWORK.rubrics


def test_a_framework_is_equal_whatever_was_looked_up_in_it() -> None:
    fresh = read_file(SHIPPED)
    FRAMEWORK.principle("ownership")

    assert fresh == FRAMEWORK


@pytest.mark.parametrize("field", ["name", "principles"])
def test_a_framework_cannot_be_changed(field: str) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(FRAMEWORK, field, "Other")


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "above"),
    [
        ("at_least", False, True, True),
        ("at_most", True, True, False),
        ("above", False, False, True),
        ("below", True, False, False),
    ],
)
def test_a_threshold_compares_as_it_says(comparison: str, below: bool, equal: bool, above: bool) -> None:
    threshold = Threshold.model_validate({"fact": "stories", comparison: 3})

    assert [threshold.holds(value) for value in (2, 3, 4)] == [below, equal, above]


@pytest.mark.parametrize("comparison", ["at_least", "at_most", "above", "below"])
def test_a_fact_nobody_knows_meets_no_threshold(comparison: str) -> None:
    assert not Threshold.model_validate({"fact": "stories", comparison: 0}).holds(None)


@pytest.mark.parametrize("comparisons", [{}, {"at_least": 1, "below": 3}])
def test_a_threshold_compares_with_one_figure(comparisons: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        Threshold.model_validate({"fact": "stories", **comparisons})
