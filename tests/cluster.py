"""The tests' servers: a PostgreSQL cluster of their own, and no broker.

Loaded before settings by `addopts`, for settings read where the cluster is.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from config import embedded

os.environ["DATA_DIR"] = str(Path(__file__).resolve().parent.parent / ".data" / "test")
os.environ["REDIS_URL"] = "memory://"


def pytest_configure(config: pytest.Config) -> None:
    servers = ExitStack()
    try:
        # The workers of xdist find the controller's servers running, and join them.
        servers.enter_context(embedded.running(durable=False))
    except embedded.Trouble as trouble:
        raise pytest.UsageError(str(trouble)) from None
    config.add_cleanup(servers.close)
    # Of two fixtures with one name the later counts, and pytest-django's is registered by now.
    config.pluginmanager.import_plugin("tests.databases")
