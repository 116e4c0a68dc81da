from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.web.backups.archive import MEDIA
from apps.web.backups.making import make_backup
from apps.web.backups.trouble import BackupTrouble


class Command(BaseCommand):
    help = "Save the database and the uploaded files in one archive, while everything goes on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive to write; it must not exist yet")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest = make_backup(file.absolute(), now=timezone.now())
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from None
        rows = sum(held.rows for held in manifest.tables.values())
        files = sum(name.startswith(MEDIA) for name in manifest.files)
        self.stdout.write(f"{file}: {len(manifest.tables)} tables, {rows} rows, {files} files")
