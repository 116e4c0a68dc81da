"""Where the embedded servers keep their files and their sockets."""

import hashlib
import os
import tempfile
from pathlib import Path

from environs import Env

from config.embedded.trouble import Trouble

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# A socket's path may have 107 bytes on Linux and 103 elsewhere, with the socket's own name at its end.
LONGEST_RUN_DIR = 80

env = Env()


def read_env() -> None:
    """Take over the .env file, as settings do; what the environment says already stays."""
    env.read_env(str(BASE_DIR / ".env"), recurse=False)


def data_dir() -> Path:
    return Path(env.str("DATA_DIR", "") or BASE_DIR / ".data").resolve()


def digest() -> str:
    """Return a short name for the data directory, for folders that lie elsewhere."""
    return hashlib.sha256(os.fsencode(data_dir())).hexdigest()[:12]


def run_dir() -> Path:
    """Return the folder of the sockets: in the data directory unless its path is too long for one."""
    inside = data_dir() / "run"
    if len(os.fsencode(inside)) <= LONGEST_RUN_DIR:
        return inside
    return Path(tempfile.gettempdir()) / f"starboard-{os.geteuid()}-{digest()}"


def make_places() -> None:
    """Make the data directory and the folder of the sockets, readable by their owner only."""
    data_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    (data_dir() / "log").mkdir(mode=0o700, exist_ok=True)
    sockets = run_dir()
    sockets.mkdir(mode=0o700, exist_ok=True)
    # Under the shared temporary directory somebody else may have made a folder of that name first.
    found = sockets.lstat()
    if not sockets.is_dir() or sockets.is_symlink() or (os.geteuid() and found.st_uid != os.geteuid()):
        raise Trouble(f"{sockets} belongs to somebody else")
    sockets.chmod(0o700)


def end_of(log: Path, *, since: int = 0) -> str:
    """Return what a server wrote after that byte of its log; older lines are another start's."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(since, log.stat().st_size - 20_000))
        return file.read().decode(errors="replace")


def open_log(log: Path) -> int:
    """Open a server's log for appending, empty again once it is large; return a file descriptor."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if log.exists() and log.stat().st_size > 5_000_000:
        flags |= os.O_TRUNC
    return os.open(log, flags, 0o600)
