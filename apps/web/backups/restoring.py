"""Restores a backup into an empty database, which stays closed for writing until all of it is right.

While it is being filled the database takes only reads from anybody who connects: a worker that is started
too early finds mails that are due and cannot send them. The steps that apps register (mail is held, who
was erased since is erased again) come before it is opened.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from apps.web.backups import archive, programs
from apps.web.backups.census import count_tables, differences, tables
from apps.web.backups.trouble import BackupTrouble

type Step = Callable[[], str]

_steps: list[Step] = []


def add_step(step: Step) -> None:
    """Register what has to happen to a restored copy before it is used; it returns what it did, in words."""
    _steps.append(step)


def restore_backup(path: Path) -> tuple[archive.Manifest, list[str]]:
    """Restore, verify, migrate, take the registered steps; return the manifest and what the steps did.

    Raises BackupTrouble. Up to the end of the first part nothing has changed; if what follows fails the
    database stays closed for writing.
    """
    with archive.reading(path) as reader:
        manifest = reader.manifest
        _refuse_unless_ready(manifest)
        pg_restore = programs.find_program("pg_restore", at_least=manifest.postgres)
        with _closed_for_writing():
            _fill(reader, pg_restore)
            _verify(manifest)
            media = Path(settings.MEDIA_ROOT)
            for name in reader.media_names():
                reader.unpack(name, media / name.removeprefix(archive.MEDIA))
            # The backup may be older than this code.
            call_command("migrate", interactive=False, verbosity=0)
            done = [step() for step in _steps]
    return manifest, done


def _refuse_unless_ready(manifest: archive.Manifest) -> None:
    if tables():
        raise BackupTrouble(
            "the database is not empty: restore into a new one, then point DATABASE_URL at it"
        )
    if any(Path(settings.MEDIA_ROOT).rglob("*")):
        raise BackupTrouble(f"{settings.MEDIA_ROOT} is not empty: move its files away first")
    if programs.server_version() < manifest.postgres:
        raise BackupTrouble(
            f"the backup is of PostgreSQL {manifest.postgres}, and the server is older: {programs.server_version()}"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupTrouble(f"the backup is of a newer Starboard: this one does not know {unknown[0]}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        [others] = cursor.fetchone() or (0,)
    if others:
        raise BackupTrouble(f"{others} others are connected to the database: stop web, worker and beat first")


@contextmanager
def _closed_for_writing() -> Iterator[None]:
    """Let nobody who connects write while the block runs; after a failure with tables in it, nor later."""
    _set_default("SET default_transaction_read_only = on")
    try:
        yield
    except BackupTrouble as trouble:
        if tables():
            raise BackupTrouble(
                f"{trouble}; the database stays closed for writing: drop it, then begin anew"
            ) from None
        _set_default("RESET default_transaction_read_only")
        raise
    _set_default("RESET default_transaction_read_only")


def _set_default(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        [name] = cursor.fetchone() or ("",)
        try:
            cursor.execute(sql.SQL("ALTER DATABASE {} {}").format(sql.Identifier(name), sql.SQL(setting)))
        except ProgrammingError as error:
            raise BackupTrouble(
                f"only the owner of the database can restore into it: {error}".strip()
            ) from error


def _fill(reader: archive.Reader, pg_restore: Path) -> None:
    """Restore all tables or none."""
    with tempfile.TemporaryDirectory(prefix="starboard-restore-") as folder:
        dump = Path(folder) / archive.DATABASE
        reader.unpack(archive.DATABASE, dump)
        programs.run(
            pg_restore,
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(dump),
            options="-c default_transaction_read_only=off",
        )


def _verify(manifest: archive.Manifest) -> None:
    with transaction.atomic():
        wrong = differences(manifest.tables, count_tables())
    if wrong:
        raise BackupTrouble(f"what was restored is not what was saved: {'; '.join(wrong)}")
