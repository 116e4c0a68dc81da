"""Tests that drive a real browser against the running pages."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.chromium import installed_chromium

# Playwright keeps an event loop in this thread, which Django takes for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Without these Chromium asks its maker's servers for updates at every start.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    chosen = {"executable_path": found} if (found := installed_chromium()) else {}
    return {**browser_type_launch_args, **chosen, "args": args}


@pytest.fixture(autouse=True)
def policy_violations(page: Page) -> Iterator[list[str]]:
    """Fail any test in which a page did what its security policy forbids."""
    found: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(message.text)

    page.on("console", listen)
    yield found
    assert found == []
