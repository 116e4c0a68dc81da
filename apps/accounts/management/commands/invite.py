from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from apps.accounts import actions

KINDS = ("administrator", "organiser", "candidate", "mentor")


class Command(BaseCommand):
    help = "Invite somebody by e-mail, and print the link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", help="how the message addresses them")
        kind = parser.add_mutually_exclusive_group(required=True)
        for name in KINDS:
            kind.add_argument(f"--{name}", dest="kind", action="store_const", const=name)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']} is no e-mail address") from error
        _, link = actions.invite(
            options["kind"], options["email"], options["name"], by=None, now=timezone.now()
        )
        self.stdout.write(link)
