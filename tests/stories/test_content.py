from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.stories.content import MetricLine, StoryContent, count_words, plain_number

MINIMUM = {"situation": 15, "task": 15, "action": 40, "result": 15}


def line(before: str | None, after: str | None, **more: object) -> MetricLine:
    figures = {"name": "Deploy time", "unit": "min"} | more
    return MetricLine(
        key=uuid4(),
        before=None if before is None else Decimal(before),
        after=None if after is None else Decimal(after),
        **figures,
    )


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("42", "9", "−79%"),
        ("1", "6", "6×"),
        ("4", "9", "2.3×"),
        ("100", "150", "+50%"),
        ("0", "3", "+3"),
        ("0", "0", "same"),
        ("-2", "3", "+5"),
        ("4.1", "2.6", "−37%"),
        ("32400", "48", "−99.8%"),
        ("10", "0", "−100%"),
        (None, "3", ""),
        ("3", None, ""),
    ],
)
def test_the_change_of_a_figure_in_words(before: str | None, after: str | None, change: str) -> None:
    assert line(before, after).change == change


@pytest.mark.parametrize(
    ("metric", "is_measured"),
    [
        (line("42", "9"), True),
        (line(None, "9"), False),
        (line(None, "9", is_new=True), True),
        (line("42", None), False),
        (line("42", "9", unit=""), False),
        (line("42", "9", name=""), False),
        (line("0", "0"), True),
    ],
)
def test_measured_needs_name_unit_after_and_a_before_or_that_it_is_new(
    metric: MetricLine, is_measured: bool
) -> None:
    assert StoryContent(title="A", metrics=(metric,)).is_measured is is_measured


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One", 1),
        ("a — b", 2),
        ("don’t stop-gap", 2),
        ("  \n 42% \n", 1),
        ("...", 0),
        ("naïve Łódź", 2),
    ],
)
def test_words_are_what_a_reader_would_count(text: str, count: int) -> None:
    assert count_words(text) == count


def test_what_is_missing_is_named() -> None:
    assert StoryContent(title="A", task="one two").missing(MINIMUM) == (
        "Situation needs 15 words and has 0",
        "Task needs 15 words and has 2",
        "Action needs 40 words and has 0",
        "Result needs 15 words and has 0",
        "A start date",
        "At least one principle",
    )


@given(st.text(), st.text())
def test_line_ends_and_trailing_space_prove_nothing_new(first: str, second: str) -> None:
    one = StoryContent(title="A", action=f"{first}\n{second}")
    other = StoryContent(title="B", action=f"{first}\r\n{second}  \r\n")

    assert one.proves_the_same_as(other)


def test_a_changed_word_or_figure_proves_something_else() -> None:
    one = StoryContent(title="A", action="I did it.", metrics=(line("42", "9"),))

    assert not one.proves_the_same_as(one.model_copy(update={"action": "We did it."}))
    assert not one.proves_the_same_as(one.model_copy(update={"metrics": (line("42", "8"),)}))
    assert one.proves_the_same_as(one.model_copy(update={"metrics": (line("42.000000", "9.000"),)}))


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=6, allow_nan=False))
def test_a_number_is_written_without_exponent_or_trailing_zeros(value: Decimal) -> None:
    written = plain_number(value)

    assert Decimal(written) == value
    assert "E" not in written
    assert "." not in written or not written.endswith("0")


@given(st.builds(StoryContent, title=st.text(), action=st.text(), principles=st.just(("ownership",))))
def test_content_survives_json(content: StoryContent) -> None:
    assert StoryContent.model_validate(content.as_json()) == content
