"""The first view on a phone, with what production sends: few bytes beyond the page, and nothing that jumps."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Page, Playwright

from apps.dashboards.demo.loading import load_demo
from tests.browser.conftest import OpenBrowser, session_cookie
from tests.browser.pages import ANONYMOUS, VISITS, Cast, Visit, gather
from tests.factories.frameworks import shipped_version

MOST_BYTES = 60_000
MAIN_PAGES = ("login", "today", "wins", "stories", "story", "timeline", "review-queue", "review")
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def _nothing_around(application: WSGIHandler) -> WSGIHandler:
    return application


@contextmanager
def serving_as_in_production(folder: Path) -> Iterator[str]:
    """Serve with static files collected, named by hash and compressed, which development does not do."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    with override_settings(
        STORAGES=storages, STATIC_ROOT=folder, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False
    ):
        call_command("collectstatic", verbosity=0, interactive=False)
        # Instead of a handler class: WhiteNoise, in the application itself, serves the files.
        server = LiveServerThread("localhost", static_handler=_nothing_around)  # type: ignore[arg-type]
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield f"http://{server.host}:{server.port}"
        server.terminate()


@pytest.fixture(scope="module")
def cast(
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        shipped_version()
        load_demo(now=timezone.now())
        with serving_as_in_production(tmp_path_factory.mktemp("static")) as site:
            yield gather(site)
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def phone(playwright: Playwright, open_browser: OpenBrowser) -> Page:
    profile = {**playwright.devices["iPhone 13"], "viewport": {"width": 390, "height": 844}}
    del profile["default_browser_type"]
    return open_browser(**profile)


def _visits() -> list[Visit]:
    return [visit for visit in VISITS if visit.name in MAIN_PAGES]


WATCH_SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) window.shifts += one.value; })
    .observe({type: 'layout-shift', buffered: true});
}"""


@pytest.mark.parametrize("visit", _visits(), ids=[visit.name for visit in _visits()])
def test_first_view_is_light_and_still(phone: Page, cast: Cast, visit: Visit) -> None:
    if visit.who != ANONYMOUS:
        phone.context.add_cookies([session_cookie(cast.people[visit.who], cast.site)])
    phone.add_init_script(f"({WATCH_SHIFTS})()")

    phone.goto(cast.address(visit.route, **visit.at(cast)), wait_until="networkidle")

    sent: dict[str, int] = phone.evaluate(
        "() => Object.fromEntries(performance.getEntriesByType('resource').map(e => [e.name, e.transferSize]))"
    )
    assert sent
    assert sum(sent.values()) <= MOST_BYTES, sent
    assert phone.evaluate("() => window.shifts") == 0


def test_main_pages_are_all_there() -> None:
    assert {visit.name for visit in _visits()} == set(MAIN_PAGES)
