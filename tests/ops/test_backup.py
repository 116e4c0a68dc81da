import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from apps.web.backups import archive, programs, restoring
from apps.web.backups.archive import Manifest
from apps.web.backups.census import Held, count_tables, differences
from apps.web.backups.making import make_backup
from apps.web.backups.restoring import restore_backup
from apps.web.backups.trouble import BackupTrouble
from tests.factories.mail import MessageFactory
from tests.factories.stories import StoryFactory

ROOT = Path(__file__).resolve().parent.parent.parent
DRILL = f"starboard_drill_{os.getpid()}"
LETTER = b"%PDF-1.7 a letter of recommendation"


@dataclass(frozen=True)
class Copy:
    """An empty database and an empty folder to restore into."""

    url: str
    media: Path
    data_dir: Path

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of a second installation on the copy."""
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "REDIS_URL": "memory://",
            "DATA_DIR": str(self.data_dir),
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url, autocommit=True)


def _parameters() -> dict[str, str]:
    with connection.cursor() as cursor:
        return dict(cursor.connection.info.get_parameters())


@pytest.fixture
def copy(tmp_path: Path, transactional_db: None) -> Iterator[Copy]:
    known = _parameters()
    with psycopg.connect(make_conninfo("", **{**known, "dbname": "postgres"}), autocommit=True) as admin:
        name = sql.Identifier(DRILL)
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        data_dir = tmp_path / "copy"
        yield Copy(
            f"postgresql://{known['user']}@:{known.get('port', 5432)}/{DRILL}?host={known['host']}",
            data_dir / "media",
            data_dir,
        )
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "letters").mkdir(parents=True)
    (settings.MEDIA_ROOT / "letters" / "one.pdf").write_bytes(LETTER)
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def saved(media: Path, transactional_db: None, tmp_path: Path) -> Path:
    """A backup of a story, a mail that is due, and a file."""
    StoryFactory.create()
    MessageFactory.create_batch(2)
    path = tmp_path / "saved.tar"
    call_command("backup", str(path), verbosity=0)
    return path


def _spoilt(path: Path, name: str, contents: bytes) -> Path:
    """Copy an archive with one file in it replaced."""
    spoilt = path.with_name("spoilt.tar")
    with tarfile.open(path) as source, tarfile.open(spoilt, "w") as target:
        for member in source:
            text = source.extractfile(member)
            assert text is not None
            found = contents if member.name == name else text.read()
            member.size = len(found)
            target.addfile(member, BytesIO(found))
    return spoilt


def _manifest_with(path: Path, **changes: object) -> bytes:
    with archive.reading(path) as reader:
        source = reader._tar.extractfile(archive.MANIFEST)
        assert source is not None
        return json.dumps(json.load(source) | changes).encode()


def test_restore_drill_gives_everything_back_and_sends_no_mail(saved: Path, copy: Copy) -> None:
    done = copy.manage("restore", str(saved))

    assert (done.returncode, done.stderr) == (0, "")
    assert "every table and file is as it was saved" in done.stdout
    assert "held" in done.stdout
    assert (copy.media / "letters" / "one.pdf").read_bytes() == LETTER
    with archive.reading(saved) as reader:
        tables = reader.manifest.tables
    assert tables["stories_story"].rows == 1
    with copy.connect() as restored:
        for name, held in tables.items():
            [[rows]] = restored.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            # The hold is the one row that was not there before.
            assert (name, rows) == (name, held.rows + (name == "mail_hold"))

    sent = copy.manage(
        "shell", "--verbosity=0", "-c", "from apps.mail.delivery import deliver_due; print(deliver_due())"
    )

    assert (sent.returncode, sent.stdout.strip()) == (0, "Counter()"), sent.stderr
    assert list((copy.data_dir / "mail").glob("*")) == []


def test_restored_database_takes_writes_again(saved: Path, copy: Copy) -> None:
    assert copy.manage("restore", str(saved)).returncode == 0

    with copy.connect() as restored:
        assert list(restored.execute("SHOW default_transaction_read_only")) == [("off",)]


def test_restore_refuses_a_database_that_is_not_empty(saved: Path, media: Path) -> None:
    (media / "letters" / "one.pdf").unlink()

    with pytest.raises(CommandError, match="the database is not empty"):
        call_command("restore", str(saved))


def test_restore_refuses_while_somebody_is_connected(saved: Path, copy: Copy) -> None:
    with copy.connect():
        done = copy.manage("restore", str(saved))

    assert done.returncode == 1
    assert "stop web, worker and beat first" in done.stderr
    with copy.connect() as restored:
        assert list(restored.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == [(0,)]


def test_table_that_differs_is_named_and_the_copy_stays_closed(saved: Path, copy: Copy) -> None:
    with archive.reading(saved) as reader:
        tables = {name: vars(held) for name, held in reader.manifest.tables.items()}
    tables["stories_story"] = {"rows": 1, "digest": "1"}
    spoilt = _spoilt(saved, archive.MANIFEST, _manifest_with(saved, tables=tables))

    done = copy.manage("restore", str(spoilt))

    assert done.returncode == 1
    assert "stories_story has other contents; the database stays closed for writing" in done.stderr
    with copy.connect() as restored:
        assert list(restored.execute("SHOW default_transaction_read_only")) == [("on",)]


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    """Let the test's own database pass for an empty one, up to where it would be filled."""
    monkeypatch.setattr(restoring, "tables", list)
    settings.MEDIA_ROOT = tmp_path / "nothing"


def test_damaged_dump_changes_nothing(saved: Path, empty: None) -> None:
    spoilt = _spoilt(saved, archive.DATABASE, b"PGDMP but no more")

    with pytest.raises(BackupTrouble, match=r"^database\.dump in the archive is damaged$"):
        restore_backup(spoilt)


def test_backup_of_a_newer_version_is_refused(saved: Path, empty: None) -> None:
    spoilt = _spoilt(saved, archive.MANIFEST, _manifest_with(saved, migrations=["web.0999_from_the_future"]))

    with pytest.raises(
        BackupTrouble, match=r"newer Starboard: this one does not know web\.0999_from_the_future"
    ):
        restore_backup(spoilt)


def test_backup_of_a_newer_server_is_refused(saved: Path, empty: None) -> None:
    spoilt = _spoilt(saved, archive.MANIFEST, _manifest_with(saved, postgres=99))

    with pytest.raises(BackupTrouble, match="the backup is of PostgreSQL 99, and the server is older"):
        restore_backup(spoilt)


@pytest.mark.parametrize("name", ["media/../../etc/passwd", "media//etc/passwd", "/etc/passwd", "media/"])
def test_archive_cannot_write_outside_of_its_folder(saved: Path, empty: None, name: str) -> None:
    files = {name: {"size": 1, "sha256": "0"}}
    spoilt = _spoilt(saved, archive.MANIFEST, _manifest_with(saved, files=files))

    with pytest.raises(BackupTrouble, match="names a file outside of its folder"):
        restore_backup(spoilt)


def test_files_in_the_way_are_left_alone(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "tables", list)

    with pytest.raises(BackupTrouble, match="is not empty: move its files away first"):
        restore_backup(saved)


@pytest.mark.parametrize("contents", [b"", b"no archive at all", b"\0" * 1024])
def test_file_that_is_no_backup_is_said_so(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "backup.tar"
    path.write_bytes(contents)

    with pytest.raises(BackupTrouble, match="not a whole"):
        restore_backup(path)


def test_missing_backup_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match=r"cannot read .*: No such file or directory"):
        restore_backup(tmp_path / "none.tar")


def test_backup_never_overwrites_another(saved: Path) -> None:
    before = saved.read_bytes()

    with pytest.raises(CommandError, match="never written over another"):
        call_command("backup", str(saved))

    assert saved.read_bytes() == before


def test_backup_is_for_its_owner_only_and_leaves_nothing_half_done(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in saved.parent.glob("*saved*")) == ["saved.tar"]
    assert list(saved.parent.glob("starboard-backup-*")) == []


def test_folder_that_is_not_there_is_said_so(transactional_db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot write .*: No such file or directory"):
        call_command("backup", str(tmp_path / "none" / "backup.tar"))


def test_missing_program_is_said_in_one_line(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "_candidates", lambda _: iter(()))

    with pytest.raises(BackupTrouble, match="and none was found: install PostgreSQL's client programs"):
        make_backup(tmp_path / "backup.tar", now=timezone.now())


def test_program_of_an_older_version_is_said_in_one_line(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setattr(programs, "_candidates", lambda _: iter([old]))

    with pytest.raises(BackupTrouble, match="and the newest found is of version 9: install"):
        make_backup(tmp_path / "backup.tar", now=timezone.now())


def test_digest_sees_one_changed_word_and_no_order(transactional_db: None) -> None:
    story = StoryFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE counted AS SELECT generate_series(1, 9) AS number")
    before = _count()

    story.title += "!"
    story.save()

    assert differences(before, _count()) == ["stories_story has other contents"]


def _count() -> dict[str, Held]:
    with transaction.atomic():
        return count_tables()


def test_differences_are_told_apart() -> None:
    before = {"same": Held(1, "a"), "gone": Held(1, "a"), "more": Held(1, "a"), "other": Held(1, "a")}
    after = {"same": Held(1, "a"), "came": Held(1, "a"), "more": Held(2, "a"), "other": Held(1, "b")}

    assert differences(before, after) == [
        "came is new",
        "gone is missing",
        "more has 2 rows instead of 1",
        "other has other contents",
    ]


def test_manifest_says_what_was_saved(saved: Path, now: datetime) -> None:
    with archive.reading(saved) as reader:
        manifest: Manifest = reader.manifest

    assert manifest.tables["mail_message"].rows == 2
    assert manifest.files["media/letters/one.pdf"].size == len(LETTER)
    assert "accounts.0001_people_and_invitations" in manifest.migrations
