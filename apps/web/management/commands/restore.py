from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.web.backups.restoring import restore_backup
from apps.web.backups.trouble import BackupTrouble


class Command(BaseCommand):
    help = "Restore a backup into an empty database and verify it; mail stays held until it is released."
    # The database is empty, so checks that look into it have nothing to see.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive that `manage.py backup` wrote")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest, done = restore_backup(file)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(
            f"restored {file}, made at {manifest.made_at}: every table and file is as it was saved"
        )
        for words in done:
            self.stdout.write(words)
