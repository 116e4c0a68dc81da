"""The embedded servers: there for every command, gone after the last, plain about what is in the way."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded import as_ordinary_uid, binaries
from tests.platform.house import ROOT, SQL, House, wait_until

KEEP = "CREATE TABLE kept AS SELECT 42 AS number"
READ = "SELECT number FROM kept"
FILL = "CREATE TABLE big AS SELECT repeat(md5(n::text), 9) FROM generate_series(1, 2000000) n"


def in_django(statement: str) -> str:
    return f"from django.db import connection; connection.cursor().execute({statement!r})"


def said(house: House, *, code: str = "pass") -> str:
    """Run a command that has to fail in one plain line, and return the line."""
    done = house.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


@contextmanager
def held_up(house: House) -> Iterator[subprocess.Popen[str]]:
    """Keep a command of that house running for as long as the block."""
    command = subprocess.Popen(
        house.command("shell", "--no-imports", "-c", "print('up', flush=True); input()"),
        env=house.env(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert command.stdin is not None
    assert command.stdout is not None
    with command:
        assert command.stdout.readline() == "up\n"
        yield command
        command.stdin.close()


def postmaster(house: House) -> int:
    return int((house.data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def test_a_second_start_keeps_the_data_and_the_last_one_out_stops_the_servers(house: House) -> None:
    house.sql(KEEP)
    assert house.processes() == []

    assert house.sql(READ) == "42"
    assert house.processes() == []


def test_commands_at_the_same_time_share_the_servers(settled: House) -> None:
    with held_up(settled):
        first = postmaster(settled)
        assert settled.sql("SHOW server_version").startswith("18")
        assert postmaster(settled) == first

    assert settled.wait_until_empty() == []


def test_a_command_that_is_asked_to_end_takes_the_servers_along(settled: House) -> None:
    with held_up(settled) as command:
        command.terminate()
        assert command.wait(20) == 128 + signal.SIGTERM

    assert settled.wait_until_empty() == []


def test_the_servers_have_no_port_and_their_folder_is_private(settled: House) -> None:
    with held_up(settled):
        sockets = (settled.data_dir / "run").stat()
        assert settled.sql("SHOW listen_addresses") == ""
        assert sockets.st_mode & 0o777 == 0o700


def test_a_long_path_moves_the_sockets_only(house: House) -> None:
    far = House(house.data_dir.parent / ("d" * 90))

    far.sql(KEEP)

    assert far.sql(READ) == "42"
    assert not (far.data_dir / "run").exists()
    assert (far.data_dir / "postgres" / "PG_VERSION").exists()


def test_named_servers_are_used_and_nothing_is_embedded(house: House) -> None:
    external = House(house.data_dir.parent / "external")
    external.sql(KEEP)
    addresses = external.shell("from django.conf import settings as s; print(s.REDIS_URL)")
    named = {
        "DATABASE_URL": f"postgresql://starboard@:5432/starboard?host={external.data_dir}/run",
        "REDIS_URL": addresses,
    }

    with held_up(external):
        used = House(house.data_dir, environment=named).shell(
            "from django.db import connection; cursor = connection.cursor(); "
            "cursor.execute('SELECT number FROM kept'); print(*cursor.fetchone())"
        )

    assert used == "42"

    assert not house.data_dir.exists()


def test_only_what_is_not_named_is_embedded(settled: House) -> None:
    with held_up(House(settled.data_dir, environment={"REDIS_URL": "memory://"})):
        commands = " ".join(process.command for process in settled.processes())

    assert "bin/postgres" in commands
    assert "valkey" not in commands


def test_a_cluster_of_another_major_version_is_named(settled: House) -> None:
    (settled.data_dir / "postgres" / "PG_VERSION").write_text("15\n")

    line = said(settled)

    assert line.startswith(
        f"error: {settled.data_dir}/postgres was made by PostgreSQL 15 and this is PostgreSQL 18"
    )
    assert settled.processes() == []


def test_a_data_directory_in_use_is_named_with_its_process(settled: House) -> None:
    programs, _ = binaries.postgres_bin()
    elsewhere = settled.data_dir.parent / "elsewhere"
    elsewhere.mkdir()
    prefix = [sys.executable, as_ordinary_uid.__file__, "1", "1"] if os.geteuid() == 0 else []
    stranger = subprocess.Popen(
        [
            *prefix,
            programs / "postgres",
            "-D",
            settled.data_dir / "postgres",
            "-k",
            elsewhere,
            "-c",
            "listen_addresses=",
        ],
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until((elsewhere / ".s.PGSQL.5432").exists)

        line = said(settled)
    finally:
        stranger.send_signal(signal.SIGINT)
        stranger.wait()

    assert line == (
        f"error: {settled.data_dir}/postgres is in use by another PostgreSQL (process {stranger.pid}): "
        "stop it, or set DATA_DIR"
    )


def test_a_stale_pid_file_that_names_a_stranger_is_no_hindrance(settled: House) -> None:
    settled.sql(KEEP)
    stale = f"{os.getpid()}\n{settled.data_dir}/postgres\n1700000000\n5432\n{settled.data_dir}/run\n\n  1 2\nready   \n"
    (settled.data_dir / "postgres" / "postmaster.pid").write_text(stale)
    (settled.data_dir / "run" / ".s.PGSQL.5432.lock").write_text(stale)

    assert settled.sql(READ) == "42"


def test_a_server_killed_outright_is_started_again_with_its_data(settled: House) -> None:
    with held_up(settled):
        settled.sql(KEEP)
        os.kill(postmaster(settled), signal.SIGKILL)

    assert settled.sql(READ) == "42"
    assert settled.wait_until_empty() == []


def test_a_data_directory_that_cannot_be_made_is_said_in_one_line(house: House) -> None:
    house.data_dir.write_text("a file, and no folder")

    assert said(house) == f"error: the data directory cannot be used: File exists ({house.data_dir})"


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ("20m", "pass"),
        ("75m", in_django(FILL)),
    ],
    ids=["while the cluster is made", "while a command writes"],
)
def test_a_full_disk_is_said_in_one_line(house: House, size: str, code: str) -> None:
    house.data_dir.mkdir()
    mount = f'mount -t tmpfs -o size={size} none "$DATA_DIR" && exec "$@"'
    inside = [
        "unshare",
        "--mount",
        *([] if os.geteuid() == 0 else ["--map-root-user"]),
        "sh",
        "-c",
        mount,
        "sh",
    ]
    if subprocess.run([*inside, "true"], env=house.env(), capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")

    line = said(House(house.data_dir, prefix=inside), code=code)

    assert line.startswith("error: the disk is full (")
    assert house.wait_until_empty() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_starts_them_without_ado(house: House) -> None:
    prefix = [sys.executable, as_ordinary_uid.__file__, "1", "1"]
    ordinary = House(house.data_dir, prefix=prefix)

    assert ordinary.shell("import os; print(os.geteuid())") == "1"
    ordinary.sql(KEEP)
    assert ordinary.sql(READ) == "42"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.parametrize("reachable", [True, False], ids=["reachable folder", "folder only root may enter"])
def test_root_without_namespaces_runs_postgresql_as_nobody(*, reachable: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="house-"))
    folder.chmod(0o755 if reachable else 0o700)
    house = House(folder / "data")
    # As where a container forbids them: the start then finds no way into a namespace.
    no_namespaces = "import os; del os.unshare" + SQL

    def run(statement: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", no_namespaces, statement],
            cwd=ROOT,
            env=house.env(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    try:
        assert run(KEEP) == ""
        assert run(READ) == "42\n"
        cluster = (house.data_dir / "postgres").resolve()
        assert cluster.owner() == "nobody"
        assert cluster.is_relative_to(folder) == reachable
    finally:
        assert house.wait_until_empty() == []
        elsewhere = (house.data_dir / "postgres").resolve().parent
        if not elsewhere.is_relative_to(folder):
            shutil.rmtree(elsewhere)
        shutil.rmtree(folder)
