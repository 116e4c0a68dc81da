"""A framework as a TOML text: read with errors that name the place, written without loss."""

import re
import tomllib
from pathlib import Path
from typing import Final

import tomli_w
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from apps.frameworks.schema import Framework, UnsoundReferences

SHIPPED: Final = Path(__file__).parent / "internal_promotion.toml"


class DocumentError(Exception):
    """The text is no framework; `problems` has one line each, beginning with the file's name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_file(path: Path) -> Framework:
    """Raises DocumentError; a file that cannot be opened raises OSError."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise DocumentError([f"{path}: is not UTF-8 text (byte {error.start})"]) from error
    return read(text, name=str(path))


def read(text: str, *, name: str) -> Framework:
    """`name` is what errors call the text. Raises DocumentError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError([f"{name}: {syntax_reason(str(error))}"]) from error
    try:
        return Framework.model_validate(document)
    except ValidationError as error:
        raise DocumentError([f"{name}: {line}" for line in reasons(error)]) from error


def write(framework: Framework) -> str:
    return tomli_w.dumps(framework.model_dump(mode="json", exclude_none=True), multiline_strings=False)


def syntax_reason(message: str) -> str:
    """`line 3: Expected ...` from Python's `Expected ... (at line 3, column 7)`."""
    found = re.fullmatch(r"(?P<reason>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", message)
    if found is None:
        return message
    place = f"line {found['line']}" if found["line"] else "end of the file"
    return f"{place}: {found['reason']}"


def reasons(error: ValidationError) -> list[str]:
    lines = []
    for detail in error.errors():
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, UnsoundReferences):
            lines += [f"{path}: {reason}" for path, reason in cause.problems]
        else:
            lines.append(f"{key_path(detail['loc']) or 'document'}: {reason_of(detail)}")
    return lines


def key_path(location: tuple[int | str, ...]) -> str:
    """`principles[3].name` from the parts of a location."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def reason_of(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return "is not a key of this part"
        case "missing":
            return "is missing"
        case _:
            reason = detail["msg"].removeprefix("Value error, ")
            return reason[0].lower() + reason[1:]
