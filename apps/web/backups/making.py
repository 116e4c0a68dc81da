"""Makes a backup while everything goes on running: one snapshot is both dumped and counted."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from apps.web.backups import archive, programs
from apps.web.backups.census import count_tables


def make_backup(path: Path, *, now: datetime) -> archive.Manifest:
    """Write the archive and return its manifest; raises BackupTrouble.

    Files are packed after the snapshot was taken, so each file that a row names is there; one that was
    uploaded meanwhile may be there without its row.
    """
    version = programs.server_version()
    pg_dump = programs.find_program("pg_dump", at_least=version)
    with (
        archive.writing(path) as writer,
        tempfile.TemporaryDirectory(prefix="starboard-backup-", dir=path.parent) as folder,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str((cursor.fetchone() or [""])[0])
        dump = Path(folder) / archive.DATABASE
        programs.run(
            pg_dump,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={dump}",
        )
        tables = count_tables()
        migrations = sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        )
        writer.add(dump, archive.DATABASE)
        for file in _media_files():
            writer.add(file, archive.MEDIA + file.relative_to(settings.MEDIA_ROOT).as_posix())
        manifest = archive.Manifest(now.isoformat(), version, migrations, tables, writer.files)
        writer.finish(manifest)
    return manifest


def _media_files() -> list[Path]:
    return sorted(
        path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file() and not path.is_symlink()
    )
