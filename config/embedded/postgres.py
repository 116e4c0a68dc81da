"""The embedded PostgreSQL: make its cluster, start it, stop it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded import places
from config.embedded.account import Account, account_for
from config.embedded.binaries import postgres_bin
from config.embedded.processes import is_alive, wait_for_end, works_in
from config.embedded.trouble import Trouble

DATABASE = "starboard"
ROLE = "starboard"
PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
# After a hard kill the old server's children hold its shared memory for a while yet.
START_SECONDS = 30
STOP_SECONDS = 30

# Kept, so that the end of one that this process started is noticed; others are their parents' affair.
_children: list[subprocess.Popen[bytes]] = []


def ensure_started(*, durable: bool) -> None:
    """Start the server unless it answers; make its cluster and its database when there is none."""
    if _answers():
        return
    programs, version = postgres_bin()
    account = account_for(programs)
    cluster = _cluster(account)
    if not (cluster / "PG_VERSION").exists():
        _make_cluster(account, cluster, version, durable=durable)
    _check_version(cluster, version)
    if not _joined_running_server(account, cluster):
        _start(account, cluster, durable=durable)
    _make_database()


def stop() -> None:
    """Stop the server without waiting for its clients, and wait until it is gone."""
    cluster = (places.data_dir() / "postgres").resolve()
    pid = _postmaster(cluster)
    if pid is None:
        return
    # SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, repaired at the next start.
    os.kill(pid, signal.SIGINT)
    if not wait_for_end(pid, STOP_SECONDS):
        os.kill(pid, signal.SIGQUIT)
        wait_for_end(pid, STOP_SECONDS)
    while _children:
        _children.pop().wait()


def log_size() -> int:
    return _log().stat().st_size if _log().exists() else 0


def ran_out_of_disk(*, since: int) -> bool:
    """Tell whether the log says so after that byte."""
    return "No space left on device" in places.end_of(_log(), since=since)


def _log() -> Path:
    return places.data_dir() / "log" / "postgres.log"


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(places.run_dir()),
        port=PORT,
        user=ROLE,
        dbname="postgres",
        connect_timeout=5,
        autocommit=True,
    )


def _answers() -> bool:
    if not (places.run_dir() / SOCKET).exists():
        return False
    try:
        _make_database()
    except psycopg.OperationalError:
        return False
    return True


def _make_database() -> None:
    with _connect() as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _cluster(account: Account) -> Path:
    """Return the cluster's folder, linked from the data directory when it has to lie elsewhere."""
    cluster = account.home / "postgres"
    _link(places.data_dir() / "postgres", cluster)
    return cluster


def _link(expected: Path, real: Path) -> None:
    """Make what lies elsewhere reachable where everybody looks for it."""
    if expected != real and not expected.is_symlink():
        expected.symlink_to(real)


def _make_cluster(account: Account, cluster: Path, version: int, *, durable: bool) -> None:
    half = cluster.with_name("postgres.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    account.own(half)
    options = ["--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
    if version >= 17:
        options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    if not durable:
        options.append("--no-sync")
    made = subprocess.run(
        account.command("initdb", "--pgdata", str(half), *options),
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=None if account.uid is None else [],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        raise _trouble_in(made.stdout, "initdb failed")
    # A folder of that name is a whole cluster or none: initdb may be killed half-way.
    half.rename(cluster)


def _check_version(cluster: Path, version: int) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != str(version):
        raise Trouble(
            f"{cluster} was made by PostgreSQL {found} and this is PostgreSQL {version}: "
            f"dump it with version {found}, or set PG_BIN or DATA_DIR"
        )


def _postmaster(cluster: Path) -> int | None:
    """Return the process that serves the cluster; its pid file alone may be stale or name a stranger."""
    pid = _written_pid(cluster / "postmaster.pid")
    return pid if pid and works_in(pid, cluster) else None


def _written_pid(path: Path) -> int | None:
    try:
        first = path.read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _joined_running_server(account: Account, cluster: Path) -> bool:
    """Wait for a server of that cluster that is just coming up or going down; tell whether it stays."""
    deadline = time.monotonic() + START_SECONDS
    while pid := _postmaster(cluster):
        if _answers():
            return True
        lines = (cluster / "postmaster.pid").read_text().split("\n") if is_alive(pid) else []
        # The fifth line names the socket's folder, once there is a socket.
        elsewhere = len(lines) > 5 and Path(lines[4]) != account.sockets
        if elsewhere or time.monotonic() > deadline:
            raise Trouble(
                f"{cluster} is in use by another PostgreSQL (process {pid}): stop it, or set DATA_DIR"
            )
        time.sleep(0.05)
    return False


def _start(account: Account, cluster: Path, *, durable: bool) -> None:
    account.own(account.sockets)
    _link(places.run_dir() / SOCKET, account.sockets / SOCKET)
    socket_lock = account.sockets / f"{SOCKET}.lock"
    deadline = time.monotonic() + START_SECONDS
    while True:
        # PostgreSQL takes any living process of the written number for its own kind, so after
        # a restart of the machine a stranger would keep it from starting.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        socket_lock.unlink(missing_ok=True)
        written = log_size()
        child = _spawn(account, cluster, durable=durable)
        while child.poll() is None and time.monotonic() < deadline:
            if _answers():
                _children.append(child)
                return
            time.sleep(0.02)
        said = places.end_of(_log(), since=written)
        still_held = "shared memory block" in said or "lock file" in said
        if child.poll() is None:
            child.kill()
            child.wait()
            raise _trouble_in(said, f"PostgreSQL did not answer within {START_SECONDS} s")
        if not still_held or time.monotonic() > deadline:
            raise _trouble_in(said, "PostgreSQL did not start")
        time.sleep(0.3)


def _spawn(account: Account, cluster: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    settings = {"listen_addresses": "", "unix_socket_permissions": "0700", "timezone": "UTC"}
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [part for name, setting in settings.items() for part in ("-c", f"{name}={setting}")]
    log = places.open_log(_log())
    try:
        # A session of its own: Ctrl-C at the terminal is for the command, the server stops last.
        return subprocess.Popen(
            account.command(
                "postgres", "-D", str(cluster), "-k", str(account.sockets), "-p", str(PORT), *options
            ),
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.uid is None else [],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    finally:
        os.close(log)


def _trouble_in(said: str, otherwise: str) -> Trouble:
    """Make one line of what PostgreSQL printed before it gave up."""
    if "No space left on device" in said:
        return Trouble(f"the disk is full ({places.data_dir()})")
    lines = [line for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "rror:"))]
    last = (telling or lines or ["it printed nothing"])[-1].strip()
    return Trouble(f"{otherwise}: {last}")
