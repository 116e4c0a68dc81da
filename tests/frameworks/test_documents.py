from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.frameworks.documents import SHIPPED, DocumentError, read, read_file, write
from apps.frameworks.schema import Framework

SHIPPED_TEXT = SHIPPED.read_text()
SHIPPED_FRAMEWORK = read_file(SHIPPED)


def problems_of(text: str) -> list[str]:
    with pytest.raises(DocumentError) as refused:
        read(text, name="own.toml")
    return refused.value.problems


def replaced(old: str, new: str) -> str:
    assert old in SHIPPED_TEXT
    return SHIPPED_TEXT.replace(old, new, 1)


def test_a_syntax_error_is_named_with_its_line() -> None:
    problems = problems_of('key = "own"\nname = "Own"\nabout = \n')

    assert problems == ["own.toml: line 3: Invalid value"]


def test_a_text_that_breaks_off_is_named_with_its_end() -> None:
    problems = problems_of('key = "own"\nlevels = [')

    assert problems == ["own.toml: end of the file: Invalid value"]


def test_an_unknown_key_is_named_with_its_path() -> None:
    text = replaced('key = "frugality"\n', 'key = "frugality"\ncolour = "green"\n')

    assert problems_of(text) == ["own.toml: principles[9].colour: is not a key of this part"]


def test_an_unknown_key_at_the_top_is_named() -> None:
    assert problems_of(f'colour = "green"\n{SHIPPED_TEXT}') == ["own.toml: colour: is not a key of this part"]


def test_a_missing_key_is_named_with_its_path() -> None:
    text = replaced('short_name = "Frugality"\n', "")

    assert problems_of(text) == ["own.toml: principles[9].short_name: is missing"]


def test_a_value_of_the_wrong_kind_is_named_with_its_path() -> None:
    text = replaced("from_month = -12", 'from_month = "a year before"')

    assert problems_of(text) == [
        "own.toml: phases[0].from_month: input should be a valid integer, unable to parse string as an integer"
    ]


def test_an_empty_text_is_refused() -> None:
    text = replaced('name = "Frugality"', 'name = " "')

    assert problems_of(text) == ["own.toml: principles[9].name: must not be empty"]


def test_a_control_character_is_refused() -> None:
    text = replaced('name = "Frugality"', 'name = "Fru\\u0000gality"')

    assert problems_of(text) == ["own.toml: principles[9].name: holds a control character"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'leads_at = ["L6"]',
            'leads_at = ["L9"]',
            'principles[2].leads_at[0]: there is no level with the key "L9"',
        ),
        (
            'key = "l6_mentors_l5"\nlevel = "L6"',
            'key = "l6_mentors_l5"\nlevel = "L9"',
            'indicators[2].level: there is no level with the key "L9"',
        ),
        (
            'principles = ["ownership", "invent_and_simplify", "earn_trust"]',
            'principles = ["ownership", "tidiness"]',
            'worked_example.principles[1]: there is no principle with the key "tidiness"',
        ),
        (
            'phases = ["assess", "prepare"]',
            'phases = ["assess", "rehearse"]',
            'reminder_rules[5].phases[1]: there is no phase with the key "rehearse"',
        ),
        (
            'key = "frugality_1"\nprinciple = "frugality"',
            'key = "frugality_1"\nprinciple = "thrift"',
            'question_bank[45].principle: there is no principle with the key "thrift"',
        ),
        (
            '{ fact = "evidence_of_learning", at_least = 1 }',
            '{ fact = "evidence_of_wit", at_least = 1 }',
            'success_factors[1].lines[0].facts[0].fact: there is no fact named "evidence_of_wit"',
        ),
        (
            'page = "share_links"',
            'page = "attic"',
            'reminder_rules[30].page: there is no page named "attic"',
        ),
        (
            'sharpens = ["weak-ownership"]',
            'sharpens = ["weak-coffee"]',
            'challenges[1].counter_measures[1].sharpens[0]: there is no coach rule named "weak-coffee"',
        ),
    ],
)
def test_a_reference_to_nothing_is_named_with_its_path(old: str, new: str, problem: str) -> None:
    assert f"own.toml: {problem}" in problems_of(replaced(old, new))


def test_a_key_given_twice_is_named() -> None:
    text = replaced('key = "frugality"', 'key = "ownership"')

    assert 'own.toml: principles[9].key: "ownership" is given twice' in problems_of(text)


def test_a_principle_without_a_rubric_for_a_target_level_is_named() -> None:
    text = replaced('level = "L7"\nratings', 'level = "L5"\nratings')

    assert problems_of(text) == [
        "own.toml: principles[0].rubric: must be given for L6, L7 in this order, not for L6, L5"
    ]


def test_a_rubric_without_a_sentence_for_each_rating_is_named() -> None:
    text = replaced('    "Accepts what passes; known faults come back.",\n', "")

    assert problems_of(text) == [
        "own.toml: principles[6].rubric[0].ratings: tuple should have at least 4 items after validation, not 3"
    ]


def test_phases_that_leave_a_hole_are_named() -> None:
    text = replaced("from_month = -6", "from_month = -5")

    assert problems_of(text) == ["own.toml: phases[1].from_month: must be -6, where the phase before it ends"]


def test_two_questions_that_begin_alike_are_named() -> None:
    text = replaced("Whose trust have you lost, and", "Whom did your last project teach, and")

    assert problems_of(text) == ["own.toml: question_bank[75].text: begins like question_bank[50].text"]


def test_a_principle_with_four_questions_is_named() -> None:
    text = replaced('key = "frugality_1"\nprinciple = "frugality"', 'key = "x"\nprinciple = "ownership"')

    assert problems_of(text) == [
        'own.toml: question_bank: "frugality" has 4 questions, at least 5 are needed'
    ]


@pytest.mark.parametrize("cadence", ["", "every_weeks = 1\nevery_months = 1\nweekday = 'monday'\n"])
def test_a_reminder_rule_needs_one_cadence(cadence: str) -> None:
    text = replaced("every_months = 3\n", cadence)

    assert problems_of(text) == [
        "own.toml: reminder_rules[9]: needs exactly one of every_weeks, every_months, event"
    ]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b'key = "\xff"')

    with pytest.raises(DocumentError) as refused:
        read_file(path)

    assert refused.value.problems == [f"{path}: is not UTF-8 text (byte 7)"]


def test_the_shipped_framework_survives_writing_and_reading() -> None:
    assert read(write(SHIPPED_FRAMEWORK), name="own.toml") == SHIPPED_FRAMEWORK


# Any text that a framework may hold: also quotes, backslashes, line breaks and other scripts.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\"'\\#[]{}="), min_size=1
).filter(lambda text: bool(text.strip()))


def leaves(part: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Paths to every free text: the ones whose change breaks no reference."""
    if isinstance(part, dict):
        return [leaf for key, inner in part.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(part, list):
        return [leaf for position, inner in enumerate(part) for leaf in leaves(inner, (*path, position))]
    return [path] if path[-1] in FREE and path[0] != "question_bank" else []


FREE = {"name", "about", "text", "gap", "evidence", "statement", "purpose", "meaning", "action", "company"}
DOCUMENT = SHIPPED_FRAMEWORK.model_dump(mode="json", exclude_none=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(leaves(DOCUMENT)), TEXTS), min_size=1, max_size=8))
def test_any_text_survives_writing_and_reading(changes: list[tuple[tuple[str | int, ...], str]]) -> None:
    document: Any = SHIPPED_FRAMEWORK.model_dump(mode="json", exclude_none=True)
    for path, text in changes:
        part = document
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = text
    changed = Framework.model_validate(document)

    assert read(write(changed), name="own.toml") == changed


@settings(max_examples=60, deadline=None)
@given(
    share=st.floats(min_value=0, max_value=1, exclude_min=True),
    value=st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_figure_survives_writing_and_reading(share: float, value: float) -> None:
    document = SHIPPED_FRAMEWORK.model_dump(mode="json", exclude_none=True)
    document["sufficiency"]["max_project_share"] = share
    document["worked_example"]["metrics"][0]["after"] = value
    changed = Framework.model_validate(document)

    assert read(write(changed), name="own.toml") == changed
