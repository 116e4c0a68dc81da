"""pg_dump and pg_restore: where they are, and how they reach the database that Django is connected to."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from apps.web.backups.trouble import BackupTrouble
from config.embedded.binaries import postgres_folders


def server_version() -> int:
    """Return the major version of the connected server."""
    return int(connection.cursor().connection.info.server_version) // 10_000


def find_program(name: str, *, at_least: int) -> Path:
    """Return the first such program of that major version or a newer one; raises BackupTrouble."""
    older = 0
    for program in _candidates(name):
        version = _major_version(program)
        if version >= at_least:
            return program
        older = max(older, version)
    found = f"the newest found is of version {older}" if older else "none was found"
    raise BackupTrouble(
        f"this needs {name} of PostgreSQL {at_least} or newer, and {found}: "
        "install PostgreSQL's client programs, or set PG_BIN to their folder"
    )


def run(program: Path, *arguments: str, options: str = "") -> None:
    """Run one against the connected database; raises BackupTrouble with the last line it printed."""
    info = connection.cursor().connection.info
    parameters = {name: value for name, value in info.get_parameters().items() if name != "options"}
    # The password stays out of the arguments, which everybody on the machine can read.
    environment = os.environ | {"PGPASSWORD": info.password, "PGOPTIONS": options}
    done = subprocess.run(
        [program, f"--dbname={make_conninfo('', **parameters)}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        raise BackupTrouble((said or [f"{program.name} failed"])[0].strip())


def _candidates(name: str) -> Iterator[Path]:
    for folder in postgres_folders():
        if (folder / name).is_file():
            yield folder / name
    if found := shutil.which(name):
        yield Path(found)


def _major_version(program: Path) -> int:
    """Return what it says of itself, 0 when it does not run here."""
    try:
        printed = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", printed.stdout)
    return int(match.group(1)) if match and printed.returncode == 0 else 0
