"""Who PostgreSQL runs as: whoever starts it, and for root somebody whom it accepts."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from config.embedded import places
from config.embedded.trouble import Trouble

SHIM = Path(__file__).with_name("as_ordinary_uid.py")


@dataclass(frozen=True)
class Account:
    """How to run PostgreSQL's programs: from which folder, behind which command, with its files where."""

    programs: Path
    home: Path
    sockets: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.programs / program), *arguments]

    def own(self, *paths: Path) -> None:
        """Hand over files that root made, where the account is another one."""
        if self.uid is not None and self.gid is not None:
            for path in paths:
                os.chown(path, self.uid, self.gid)


def account_for(programs: Path) -> Account:
    """Choose who runs the programs of that folder."""
    if os.geteuid() != 0:
        return Account(programs, places.data_dir(), places.run_dir())
    if prefix := namespace_prefix():
        return Account(programs, places.data_dir(), places.run_dir(), prefix)
    return _nobody(programs)


def namespace_prefix() -> tuple[str, ...]:
    """Return the command that enters a user namespace; empty where those are forbidden."""
    # initdb looks its account up, so the uid must be one that has an entry.
    ordinary = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    if ordinary is None or not hasattr(os, "unshare"):
        return ()
    prefix = (sys.executable, "-I", "-S", str(SHIM), str(ordinary.pw_uid), str(ordinary.pw_gid))
    tried = subprocess.run([*prefix, "/bin/true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


def _nobody(programs: Path) -> Account:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Trouble(
            "PostgreSQL does not run as root, and there is no account nobody: set DATABASE_URL"
        ) from None
    home, sockets = places.data_dir(), places.run_dir()
    if all(_lets_others_in(parent) for parent in home.parents):
        home.chmod(home.stat().st_mode | stat.S_IXOTH)
    else:
        home = Path("/var/lib/starboard") / places.digest()
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        sockets = home / "run"
        sockets.mkdir(mode=0o700, exist_ok=True)
    if not all(_lets_others_in(parent) for parent in (programs, *programs.parents)):
        copied = home / f"pginstall-{programs.stat().st_mtime_ns}"
        if not copied.exists():
            half = home / "pginstall-half"
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(programs.parent, half, symlinks=True)
            half.rename(copied)
        programs = copied / "bin"
    return Account(programs, home, sockets, uid=nobody.pw_uid, gid=nobody.pw_gid)


def _lets_others_in(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)
