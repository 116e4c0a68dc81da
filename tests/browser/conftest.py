"""Tests that drive a real browser against the running pages."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
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

# Milliseconds; a page takes a few hundred, a machine that is busy with other things ten times that.
PATIENCE = 15_000

type Enter = Callable[[BrowserContext, User], None]
type OpenBrowser = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    chosen = {"executable_path": found} if (found := installed_chromium()) else {}
    return {**browser_type_launch_args, **chosen, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB"}


def listen(context: BrowserContext, found: list[str]) -> None:
    """Add to `found` what pages of this context do against their security policy, and what their script throws."""

    def read(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(message.text)

    def fail(error: WebError) -> None:
        found.append(str(error.error))

    context.set_default_timeout(PATIENCE)
    context.on("console", read)
    context.on("weberror", fail)


@pytest.fixture(autouse=True)
def policy_violations(page: Page) -> Iterator[list[str]]:
    """Fail any test in which a page did what its security policy forbids, or its script failed."""
    found: list[str] = []
    listen(page.context, found)
    yield found
    assert found == []


@pytest.fixture
def open_browser(browser: Browser, policy_violations: list[str]) -> Iterator[OpenBrowser]:
    """Open further browsers with their own cookies, as other people have; they are watched like `page`."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", **options})
        listen(context, policy_violations)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def enter(live_server: LiveServer) -> Enter:
    """Sign somebody in to a browser without its sign-in page."""

    def entered(context: BrowserContext, user: User) -> None:
        context.add_cookies([session_cookie(user, live_server.url)])

    return entered


def session_cookie(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    """The running site, whose links lead to itself."""
    settings.SITE_ORIGIN = live_server.url
    return live_server.url
