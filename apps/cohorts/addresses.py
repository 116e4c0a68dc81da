"""Reads pasted lines of addresses with names, in whatever form they were copied from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NAME_LENGTH = 200
ADDRESS_LENGTH = 254

# Copied text brings invisible company: byte order marks, joiners, directional marks, soft hyphens.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
# What could be an address; whether it is one, Django's own check says.
_TOKEN = re.compile(r"[^\s<>,;:\"()\[\]]*@[^\s<>,;:\"()\[\]]*")
_AFTER_ANGLE = re.compile(r"(?<=>)\s*,?")


@dataclass(frozen=True)
class Entry:
    """One person of one pasted line; `problem` says why nobody can be invited by it.

    `number` counts the lines from 1, empty ones too. `typed` is the line as it came.
    """

    number: int
    typed: str
    email: str = ""
    name: str = ""
    problem: str = ""


def read_addresses(text: str) -> tuple[Entry, ...]:
    """Return an entry for each person, in the order of the lines; a line without sense is an entry too."""
    return tuple(
        entry
        for number, line in enumerate(_lines(text), 1)
        if _INVISIBLE.sub("", line).strip()
        for entry in _entries(number, line)
    )


def _lines(text: str) -> list[str]:
    """Only what a keyboard calls a line: `splitlines` would also break at form feeds and the like."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _entries(number: int, line: str) -> Iterator[Entry]:
    typed = line.strip()
    clean = _MAILTO.sub("", _INVISIBLE.sub("", line).translate(_QUOTES))
    for part in _people(clean):
        yield _entry(number, typed, part)


def _people(line: str) -> Iterator[str]:
    """Split a line that holds several people, as mail programs copy them."""
    if len(_TOKEN.findall(line)) < 2:
        yield line
        return
    by_semicolon = _split(line, ";")
    if sum(bool(_TOKEN.search(part)) for part in by_semicolon) > 1:
        for part in by_semicolon:
            if part.strip(" \t,;"):
                yield from _people(part)
        return
    by_angle = [part for part in _AFTER_ANGLE.split(line) if part.strip(" \t,;")] if "<" in line else []
    if len(by_angle) > 1:
        yield from by_angle
        return
    by_comma = _split(line, ",")
    if all(len(_TOKEN.findall(part)) == 1 for part in by_comma if part.strip()) and len(by_comma) > 1:
        yield from (part for part in by_comma if part.strip())
        return
    yield line


def _split(line: str, separator: str) -> list[str]:
    """Split where the separator stands outside quotes."""
    parts, quoted = [""], False
    for character in line:
        quoted ^= character == '"'
        if character == separator and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    # An opening quote without its end protects nothing.
    return line.split(separator) if quoted else parts


def _entry(number: int, typed: str, part: str) -> Entry:
    tokens = _TOKEN.findall(part)
    if not tokens:
        return Entry(number, typed, problem="There is no e-mail address in this line.")
    if len(tokens) > 1:
        return Entry(number, typed, problem="There are several addresses here. Give each a line of its own.")
    address = tokens[0].strip(".'").lower()
    name = _name(*part.split(tokens[0], 1))
    if len(name) > NAME_LENGTH:
        return Entry(number, typed, problem=f"The name is longer than {NAME_LENGTH} characters.")
    if not _is_address(address):
        return Entry(number, typed, name=name, problem=f"“{address[:80]}” is not an e-mail address.")
    return Entry(number, typed, address, name)


def _is_address(address: str) -> bool:
    if len(address) > ADDRESS_LENGTH:
        return False
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _name(before: str, after: str) -> str:
    """Return what stands around the address, without what separates and encloses."""
    if before.rstrip().endswith("<"):
        words = before.rstrip(" \t<").strip(" \t,;").strip('"')
        family, comma, given = words.partition(",")
        # As mail programs write people of a directory: Okafor, Ada <ada@example.com>.
        if comma and given.strip() and "," not in given:
            return _plain(f"{given} {family}")
        return _plain(words)
    return _plain(f"{before} {after}")


def _plain(words: str) -> str:
    return _SPACES.sub(" ", re.sub(r"[<>,;\t\"()\[\]:]", " ", words)).strip(" -–—|'.*•")
