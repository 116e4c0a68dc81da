"""How gunicorn serves the application: its settings file, for `manage.py up`, systemd and the image alike."""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
# Below the ten seconds that supervisors and containers give, so that a request in hand ends first.
graceful_timeout = 8
control_socket_disable = True
# A worker proves that it lives by touching a file, which on a slow disk takes too long.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108

# Each process counts its own requests, in files of this folder that whichever is asked adds up. A folder named
# in the environment is the operator's, this one is ours to remove.
_own_folder = ""
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _own_folder = tempfile.mkdtemp(prefix="starboard-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _own_folder


def on_starting(_server: Any) -> None:
    """Begin with counters at zero; those of an earlier run in the same folder are over."""
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()


def post_worker_init(_worker: Any) -> None:
    """Leave what lives as long as the worker out of garbage collections: one took 90 ms amid a request."""
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:
    # Looks for the folder when it is imported, so not before it is named above.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    if _own_folder:
        shutil.rmtree(_own_folder, ignore_errors=True)
