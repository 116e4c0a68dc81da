"""Django's `migrate`, which here gives up instead of making everybody wait behind it."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg import errors


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with connections[options["database"]].cursor() as cursor:
            # For as long as the connection lasts. A statement that waits for a table lets every later one wait behind itself.
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [settings.MIGRATION_LOCK_TIMEOUT])
            # Once it has its lock it may take its time.
            cursor.execute("SET statement_timeout = 0")
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            if isinstance(error.__cause__, errors.LockNotAvailable):
                raise CommandError(
                    f"a table was in use for {settings.MIGRATION_LOCK_TIMEOUT}: nothing of this migration was "
                    "changed; run it again in a quieter moment, or raise MIGRATION_LOCK_TIMEOUT"
                ) from error
            raise
