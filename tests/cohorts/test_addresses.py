"""Pasted lines, in every form in which people keep addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from hypothesis import given
from hypothesis import strategies as st

from apps.cohorts.addresses import read_addresses


def read(text: str) -> list[tuple[str, str]]:
    return [(entry.email, entry.name) for entry in read_addresses(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Ada Okafor <ada@example.com>",
        '"Ada Okafor" <ada@example.com>',
        "“Ada Okafor” <ada@example.com>",
        "'Ada Okafor' <ada@example.com>",
        "Okafor, Ada <ada@example.com>",
        '"Okafor, Ada" <ada@example.com>',
        "ada@example.com, Ada Okafor",
        "ada@example.com; Ada Okafor",
        "ada@example.com\tAda Okafor",
        "ada@example.com Ada Okafor",
        "Ada Okafor, ada@example.com",
        "Ada Okafor;ada@example.com",
        "Ada Okafor\tada@example.com",
        "Ada\tOkafor\tada@example.com",
        "Ada Okafor ada@example.com",
        "Ada Okafor (ada@example.com)",
        "Ada Okafor [mailto:ada@example.com]",
        "Ada Okafor <mailto:ada@example.com>",
        "- Ada Okafor <ada@example.com>",
        "• Ada Okafor: ada@example.com",
        "| Ada Okafor | ada@example.com |",
        "  Ada   Okafor  <ADA@Example.COM> ,",
        "Ada Okafor <ada@example.com>;",
        "\ufeffAda\u00a0Okafor <ada@example.com>\u200b",
    ],
)
def test_a_line_is_read_in_whatever_form(line: str) -> None:
    assert read(line) == [("ada@example.com", "Ada Okafor")]


@pytest.mark.parametrize(
    "line",
    [
        "ada@example.com",
        "<ada@example.com>",
        "mailto:ada@example.com",
        "ada@example.com.",
        "ada@example.com,",
    ],
)
def test_an_address_alone_has_no_name(line: str) -> None:
    assert read(line) == [("ada@example.com", "")]


@pytest.mark.parametrize(
    "line",
    [
        "Ada <ada@example.com>; Bo <bo@example.com>",
        "Ada <ada@example.com>, Bo <bo@example.com>",
        "Ada <ada@example.com> Bo <bo@example.com>",
        "ada@example.com, Ada; bo@example.com, Bo",
        "Ada ada@example.com, Bo bo@example.com",
    ],
)
def test_several_people_in_a_line_are_told_apart(line: str) -> None:
    assert read(line) == [("ada@example.com", "Ada"), ("bo@example.com", "Bo")]


def test_addresses_side_by_side_are_told_apart() -> None:
    assert read("ada@example.com, bo@example.com;cy@example.com") == [
        ("ada@example.com", ""),
        ("bo@example.com", ""),
        ("cy@example.com", ""),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Name\tE-mail", "There is no e-mail address in this line."),
        ("Bo Lind", "There is no e-mail address in this line."),
        ("Bo Lind <bo@>", "“bo@” is not an e-mail address."),
        ("bo@example", "“bo@example” is not an e-mail address."),
        ("@example.com Bo", "“@example.com” is not an e-mail address."),
        ("bo＠example.com", "There is no e-mail address in this line."),
        ("Bo at example.com", "There is no e-mail address in this line."),
        ("Bo <jörg@example.com>", "“jörg@example.com” is not an e-mail address."),
        ("Bo <bo@127.0.0.1>", "“bo@127.0.0.1” is not an e-mail address."),
        ("bo@ex@ample.com", "“bo@ex@ample.com” is not an e-mail address."),
        (
            "Bo bo@example.com bo@example.org",
            "There are several addresses here. Give each a line of its own.",
        ),
        ("x" * 201 + " <bo@example.com>", "The name is longer than 200 characters."),
        ("b" * 250 + "@example.com", f"“{'b' * 80}” is not an e-mail address."),
    ],
)
def test_a_line_without_sense_says_why_and_keeps_what_was_typed(line: str, problem: str) -> None:
    (entry,) = read_addresses(f"\n{line}\n")

    assert (entry.number, entry.typed, entry.problem, entry.email) == (2, line, problem, "")


@pytest.mark.parametrize(
    ("line", "email", "name"),
    [
        ("Bo <bo@büro.example>", "bo@büro.example", "Bo"),
        ("O'Neil <o'neil+tag@example.com>", "o'neil+tag@example.com", "O'Neil"),
        ("Bo <BO@EXAMPLE.COM.>", "bo@example.com", "Bo"),
        ('Bo "The Rock" Lind <bo@example.com>', "bo@example.com", "Bo The Rock Lind"),
    ],
)
def test_an_address_in_an_odd_form_is_taken(line: str, email: str, name: str) -> None:
    (entry,) = read_addresses(line)

    assert (entry.email, entry.name, entry.problem) == (email, name, "")


def test_lines_are_counted_as_they_stand() -> None:
    entries = read_addresses("ada@example.com\r\n\r\n \nbo@example.com\rcy@example.com")

    assert [entry.number for entry in entries] == [1, 4, 5]


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    for entry in read_addresses(text):
        assert bool(entry.email) is not bool(entry.problem)
        assert (
            entry.typed
            == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[entry.number - 1].strip()
        )
        assert len(entry.name) <= 200 or entry.problem
        if entry.email:
            try:
                validate_email(entry.email)
            except ValidationError:
                pytest.fail(f"{entry.email!r} is no address")


NAMES = st.lists(
    st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=12), min_size=1, max_size=4
).map(" ".join)
LOCALS = st.from_regex(r"[a-z][a-z0-9._+-]{0,10}[a-z0-9]", fullmatch=True).filter(lambda s: ".." not in s)
FORMS = st.sampled_from(
    [
        "{name} <{email}>",
        '"{name}" <{email}>',
        "{email}, {name}",
        "{name}, {email}",
        "{email}\t{name}",
        "{name};{email}",
    ]
)


@given(st.lists(st.tuples(NAMES, LOCALS, FORMS), min_size=1, max_size=8))
def test_whatever_the_form_the_same_people_come_out(people: list[tuple[str, str, str]]) -> None:
    lines = [form.format(name=name, email=f"{local}@example.com") for name, local, form in people]

    assert read("\n".join(lines)) == [(f"{local}@example.com", name) for name, local, _ in people]
