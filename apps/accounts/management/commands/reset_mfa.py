from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts import actions
from apps.accounts.models import User


class Command(BaseCommand):
    help = "Remove the second factor of somebody who lost it, end their sessions, and tell them by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.with_email(options["email"]).first()
        if user is None:
            raise CommandError(f"nobody has an account with {options['email']}")
        removed = actions.reset_second_factor(user, now=timezone.now())
        self.stdout.write(f"{removed} removed; every session of {user.email} is ended.")
