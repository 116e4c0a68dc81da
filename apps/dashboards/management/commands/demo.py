import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.dashboards.demo import ACCOUNTS
from apps.dashboards.demo.loading import AddressInUse, load_demo, remove_demo
from apps.frameworks.models import FrameworkVersion


class Command(BaseCommand):
    help = "Puts the demo's invented people in, or takes them out with everything they have."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("load", help="put the demo in, unless it is already")
        verbs.add_parser("remove", help="take out the people that loading made, and nobody else")
        verbs.add_parser("accounts", help="print the sign-ins as JSON")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "load":
            self.load()
        elif verb == "accounts":
            self.stdout.write(json.dumps(ACCOUNTS))
        else:
            self.stdout.write(f"The demo is out; {remove_demo()} people were taken out.")

    def load(self) -> None:
        if settings.PRODUCTION:
            raise CommandError("the demo is never loaded with production settings")
        try:
            is_new = load_demo(now=timezone.now())
        except AddressInUse as error:
            raise CommandError(str(error)) from error
        except FrameworkVersion.DoesNotExist as error:
            raise CommandError("there is no framework yet: run `manage.py framework load` first") from error
        self.stdout.write("The demo is loaded." if is_new else "The demo is in already; nothing changed.")
