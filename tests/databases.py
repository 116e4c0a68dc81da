"""A database for each test process, copied from one template that holds the migrated tables."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

# One lock for making the template and for tidying up, in the whole cluster.
TEMPLATE_LOCK = 7_461_001
# DATABASE_URL may name a server that holds other databases too.
PREFIX = "starboard_"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """Give this process a database of its own, copied from the migrated template."""
    name = f"{PREFIX}test_{os.getpid()}"
    with django_db_blocker.unblock():
        with _administration() as admin:
            _copy_template(admin, name)
        _point_django_at(name)
    yield
    with django_db_blocker.unblock():
        connection.close()
        with _administration() as admin:
            _drop(admin, name)


def _administration() -> psycopg.Connection[tuple[str]]:
    """Connect to the server's own database, from where others can be made and dropped."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    wanted = {
        key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters
    }
    return psycopg.connect(**wanted, autocommit=True)


def _point_django_at(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _copy_template(admin: psycopg.Connection[tuple[str]], name: str) -> None:
    """Make a database from the template of the present migrations, and that one first if there is none."""
    template = f"{PREFIX}template_{_migrations_hash()}"
    admin.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
    known = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
    for leftover in sorted(known - {template}):
        if _is_left_over(leftover):
            _drop(admin, leftover)
    if template not in known:
        _migrate_into(admin, template)
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    )


def _migrate_into(admin: psycopg.Connection[tuple[str]], name: str) -> None:
    half = name.replace("template", "half")
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
    _point_django_at(half)
    call_command("migrate", interactive=False, verbosity=0)
    _point_django_at("postgres")
    # Renamed when whole: a run that was interrupted leaves nothing that looks like a template.
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name))
    )


def _is_left_over(database: str) -> bool:
    """Tell whether a database is one of ours that no run will use again."""
    kind, _, rest = database.removeprefix(PREFIX).partition("_")
    if not database.startswith(PREFIX):
        return False
    if kind == "test":
        return not Path(f"/proc/{rest}").exists()
    return kind in {"template", "half"}


def _drop(admin: psycopg.Connection[tuple[str]], database: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _migrations_hash() -> str:
    """Return a hash that changes with any migration, our own or a library's, and with the server's schema."""
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    # What follows a migration is made from the models' names and permissions.
    for model in apps.get_models():
        digest.update(f"{model._meta.label} {model._meta.permissions}".encode())
    return digest.hexdigest()[:12]
