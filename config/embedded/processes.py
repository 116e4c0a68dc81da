"""What the operating system says about a server that another command may have started."""

import os
import time
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Tell whether a process still runs; one that only waits for its parent's notice has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        if Path("/proc/self").exists():
            return False
        return _takes_signals(pid)
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether a running process has that working directory, as a postmaster has its cluster."""
    if not is_alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except PermissionError:
        # Somebody else's process cannot be the server of files that are ours.
        return False
    except OSError:
        return not Path("/proc/self").exists()


def wait_for_end(pid: int, seconds: float) -> bool:
    """Wait until a process has ended; tell whether it did."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _takes_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
