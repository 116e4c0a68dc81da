import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = "from django.conf import settings; print(settings.DATABASES['default'])"


def _database(**environment: str) -> str:
    """Return how settings describe the database under this environment."""
    asked = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {ASK}"],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "postgresql://a:b@db/name"}
        | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return asked.stdout


def test_pool_has_the_size_asked_for() -> None:
    assert "'pool': {'min_size': 1, 'max_size': 20}" in _database(DATABASE_POOL="1", DATABASE_POOL_SIZE="20")


def test_statement_timeout_joins_the_options_of_the_address() -> None:
    found = _database(
        STATEMENT_TIMEOUT="7",
        DATABASE_URL="postgresql://a:b@db/name?sslmode=require&options=-c%20search_path%3Dx",
    )

    assert "'options': '-c search_path=x -c statement_timeout=7s'" in found
    assert "'sslmode': 'require'" in found


def test_pgbouncer_gets_neither_options_nor_cursors() -> None:
    found = _database(PGBOUNCER="1", STATEMENT_TIMEOUT="7")

    assert "statement_timeout" not in found
    assert "'DISABLE_SERVER_SIDE_CURSORS': True" in found


@pytest.mark.django_db(transaction=True)
def test_migration_gives_up_on_a_table_in_use(settings: Settings) -> None:
    settings.MIGRATION_LOCK_TIMEOUT = "100ms"
    before = MigrationRecorder(connection).applied_migrations().keys()
    with connection.cursor() as cursor:
        parameters = dict(cursor.connection.info.get_parameters())
    with psycopg.connect(make_conninfo("", **parameters)) as somebody:
        # No other migration depends on this app's, so that none of them is undone on the way.
        somebody.execute("LOCK TABLE cache IN ACCESS SHARE MODE")

        try:
            with pytest.raises(
                CommandError, match="a table was in use for 100ms: nothing of this migration was"
            ):
                call_command("migrate", "web", "zero", verbosity=0, interactive=False)
        finally:
            connection.close()
    assert MigrationRecorder(connection).applied_migrations().keys() == before
