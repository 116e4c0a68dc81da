from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.frameworks.documents import SHIPPED, read, read_file
from apps.frameworks.models import FrameworkVersion


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("framework", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> list[str]:
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("framework", *arguments, stdout=StringIO(), stderr=err)
    assert left.value.code == 1
    return err.getvalue().splitlines()


def written(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text()
    assert old in text
    path = tmp_path / "own.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def test_check_counts_the_shipped_file() -> None:
    lines = run("check", str(SHIPPED)).splitlines()

    assert "  16  principles" in lines
    assert "  16  STAR prompts" in lines
    assert "  80  questions" in lines
    assert lines[-1] == f'{SHIPPED}: "Internal promotion to L6 and L7" is complete'


def test_check_names_the_line_of_a_syntax_error(tmp_path: Path) -> None:
    path = written(tmp_path, 'key = "internal-promotion"', 'key = "internal-promotion')

    assert refused("check", str(path)) == [f"{path}: line 5: Illegal character '\\n'"]


def test_check_names_the_path_of_an_unknown_key(tmp_path: Path) -> None:
    path = written(tmp_path, 'company = ""', 'firm = ""')

    assert refused("check", str(path)) == [f"{path}: firm: is not a key of this part"]


def test_check_names_what_is_missing(tmp_path: Path) -> None:
    text = SHIPPED.read_text()
    start = text.index('[[mistakes]]\nkey = "perspective_limited"')
    end = text.index('[[mistakes]]\nkey = "relationships_relied_on"')
    path = tmp_path / "own.toml"
    path.write_text(text[:start] + text[end:])

    assert refused("check", str(path)) == [f"{path}: mistakes: holds 3 mistakes, 4 are needed"]


def test_check_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"

    assert refused("check", str(path)) == [f"{path}: cannot be read: No such file or directory"]


@pytest.mark.django_db
def test_load_makes_a_version_once(tmp_path: Path) -> None:
    path = written(tmp_path, 'key = "internal-promotion"', 'key = "own-ladder"')

    assert run("load", str(path)) == "own-ladder, version 1: loaded\n"
    assert run("load", str(path)) == "own-ladder, version 1: is current already\n"


@pytest.mark.django_db
def test_load_without_a_file_takes_the_shipped_one() -> None:
    run("load")

    assert FrameworkVersion.objects.current().content == read_file(SHIPPED)


@pytest.mark.django_db
def test_load_refuses_a_file_that_does_not_fit_together(tmp_path: Path) -> None:
    path = written(tmp_path, "until_month = -6", "until_month = -7")

    problems = refused("load", str(path))

    assert problems == [f"{path}: phases[1].from_month: must be -7, where the phase before it ends"]
    assert not FrameworkVersion.objects.filter(key="own-ladder").exists()


@pytest.mark.django_db
def test_export_prints_what_load_takes(tmp_path: Path) -> None:
    path = written(tmp_path, 'key = "internal-promotion"', 'key = "own-ladder"')
    run("load", str(path))

    exported = run("export", "own-ladder")

    assert read(exported, name="exported") == read_file(path)


@pytest.mark.django_db
def test_export_reaches_an_older_version(tmp_path: Path) -> None:
    first = written(tmp_path, 'key = "internal-promotion"', 'key = "own-ladder"')
    run("load", str(first))
    older = read_file(first)
    first.write_text(first.read_text().replace('company = ""', 'company = "Example"', 1))
    run("load", str(first))

    assert read(run("export", "own-ladder", "--number", "1"), name="exported") == older
    assert read(run("export", "own-ladder"), name="exported").company == "Example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["no-ladder"], "there is no framework no-ladder"),
        (["no-ladder", "--number", "2"], "there is no framework version 2 of no-ladder"),
    ],
)
def test_export_says_what_does_not_exist(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError) as missing:
        run("export", *arguments)

    assert str(missing.value) == reason
