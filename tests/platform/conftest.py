import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.platform.house import House, Start, Up


@pytest.fixture
def house() -> Iterator[House]:
    # Short enough for the sockets to lie inside; pytest's own folders are not.
    folder = Path(tempfile.mkdtemp(prefix="house-"))
    house = House(folder / "data")
    yield house
    for process in house.processes():
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    house.wait_until_empty()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A data directory whose database has its tables and the framework: the dear part of a first start."""
    house = House(tmp_path_factory.mktemp("prepared") / "data")
    for command in (["migrate", "-v0"], ["framework", "load"]):
        done = house.manage(*command)
        assert done.returncode == 0, done.stderr
    yield house
    assert house.wait_until_empty() == []


@pytest.fixture(scope="session")
def empty_cluster(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A data directory with a new cluster: initdb costs more than a start and a stop."""
    house = House(tmp_path_factory.mktemp("cluster") / "data")
    house.sql("SELECT 1")
    return house


@pytest.fixture
def settled(house: House, empty_cluster: House) -> House:
    """The test's house, with a cluster that was stopped in good order."""
    shutil.copytree(empty_cluster.data_dir, house.data_dir, symlinks=True)
    return house


@pytest.fixture
def moved_in(house: House, prepared: House) -> House:
    """The test's house, with a copy of the prepared data directory."""
    shutil.copytree(prepared.data_dir, house.data_dir, symlinks=True)
    return house


@pytest.fixture
def start(moved_in: House, free_port: int) -> Start:
    """Start `manage.py up` on a free port; whatever it leaves is killed after the test."""

    def start(*arguments: str) -> Up:
        return Up(moved_in, "--port", str(free_port), *arguments)

    return start


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
