from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from apps.frameworks.actions import load_framework
from apps.frameworks.census import counts, missing_parts
from apps.frameworks.documents import SHIPPED, DocumentError, read_file, write
from apps.frameworks.models import SHIPPED_KEY, FrameworkVersion
from apps.frameworks.schema import Framework


class Command(BaseCommand):
    help = "Checks a framework file, loads it as a version, or writes a version out as a file."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="validate a file and count what the guide lists")
        check.add_argument("file", type=Path)
        load = verbs.add_parser("load", help="make a file the current version, unless it is already")
        load.add_argument("file", type=Path, nargs="?", default=SHIPPED)
        export = verbs.add_parser("export", help="print a version as TOML")
        export.add_argument("key", nargs="?", default=SHIPPED_KEY)
        export.add_argument("--number", type=int, help="an older version")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "check":
            self.check_file(options["file"])
        elif verb == "load":
            self.load_file(options["file"])
        else:
            self.export_version(options["key"], options["number"])

    def check_file(self, path: Path) -> None:
        framework = self.read(path)
        for count in counts(framework):
            self.stdout.write(f"{count.found:>4}  {count.name}")
        missing = missing_parts(framework)
        if missing:
            self.refuse([f"{path}: {key}: {reason}" for key, reason in missing])
        self.stdout.write(f'{path}: "{framework.name}" is complete')

    def load_file(self, path: Path) -> None:
        version, is_new = load_framework(self.read(path))
        outcome = "loaded" if is_new else "is current already"
        self.stdout.write(f"{version.key}, version {version.number}: {outcome}")

    def export_version(self, key: str, number: int | None) -> None:
        versions = FrameworkVersion.objects.all()
        try:
            version = versions.current(key) if number is None else versions.get(key=key, number=number)
        except FrameworkVersion.DoesNotExist as error:
            wanted = f"version {number} of {key}" if number is not None else key
            raise CommandError(f"there is no framework {wanted}") from error
        self.stdout.write(write(version.content), ending="")

    def read(self, path: Path) -> Framework:
        try:
            return read_file(path)
        except DocumentError as error:
            self.refuse(error.problems)
        except OSError as error:
            self.refuse([f"{path}: cannot be read: {error.strerror}"])

    def refuse(self, problems: list[str]) -> NoReturn:
        for problem in problems:
            self.stderr.write(problem)
        raise SystemExit(1)
