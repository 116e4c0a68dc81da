"""Every page a person can open: accessible, in both themes, at both widths, by keyboard, without a complaint."""

import json
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import pytest_django
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import override_settings
from django.urls import resolve
from django.utils import timezone
from playwright.sync_api import ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from apps.dashboards.demo.loading import load_demo
from apps.web import policy
from tests.browser.conftest import session_cookie
from tests.browser.pages import ANONYMOUS, NOT_PAGES, VISITS, Cast, Visit, gather
from tests.factories.frameworks import shipped_version

SCREENSHOTS = Path(settings.BASE_DIR) / "test-output" / "screenshots"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEIGHTS = {1440: 900, 390: 844}


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Cast]:
    """The running site with the demo in it, for all tests of this module: loading takes seconds."""
    with django_db_blocker.unblock():
        shipped_version()
        load_demo(now=timezone.now())
        server = LiveServer("localhost")
        with override_settings(SITE_ORIGIN=server.url):
            yield gather(server.url)
        server.stop()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """Fail the test when the console said anything in red."""
    found: list[str] = []

    def read(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(message.text)

    page.on("console", read)
    yield found
    assert found == []


def open_page(page: Page, cast: Cast, visit: Visit) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    if visit.who != ANONYMOUS:
        page.context.add_cookies([_fresh_session(cast, visit.who)])
    if visit.after:
        visit.after(page, cast)
        return
    answer = page.goto(cast.address(visit.route, **visit.at(cast)) + visit.query)
    assert answer is not None
    assert answer.status == visit.status


def _fresh_session(cast: Cast, who: str) -> Any:
    """As if the password had been given a moment ago: pages that would ask for it are reached."""
    user = cast.people[who]
    cookie = session_cookie(user, cast.site)
    session = SessionStore(cookie["value"])
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return cookie


@pytest.mark.parametrize("visit", VISITS, ids=[visit.name for visit in VISITS])
def test_page_is_sound(page: Page, cast: Cast, visit: Visit, complaints: list[str]) -> None:
    open_page(page, cast, visit)
    assert resolve(urlsplit(page.url).path).view_name == visit.shown_at
    # The browser reports an answer of 404 or 422 as an error, which here is the page itself.
    complaints[:] = [said for said in complaints if "the server responded with a status of" not in said]

    wrong: list[str] = []
    if (count := page.locator("h1").count()) != 1:
        wrong.append(f"{count} headings of level 1")
    if not page.title().removesuffix("· Starboard").strip():
        wrong.append("no title")
    wrong += _out_of_reach_by_keyboard(page)
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0) }")
    # Evaluated, for the page’s policy runs no script that a test would add.
    page.evaluate(AXE)
    for width, height in HEIGHTS.items():
        page.set_viewport_size({"width": width, "height": height})
        wrong += _too_wide(page, width)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            wrong += [f"{width} {theme}: {found}" for found in _axe(page, only_colours=theme == "dark")]
            page.screenshot(path=SCREENSHOTS / f"{visit.name}-{width}-{theme}.png", full_page=True)
    page.set_viewport_size({"width": 320, "height": 700})
    wrong += _too_wide(page, 320)

    assert not wrong, "\n".join(wrong)


def _axe(page: Page, *, only_colours: bool) -> list[str]:
    """Return what axe finds; another theme changes nothing but colours."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only_colours:
        options["runOnly"] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    violations = page.evaluate(
        "async options => (await axe.run(document, options)).violations"
        ".map(v => [v.id, v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary)])",
        options,
    )
    return [json.dumps(violation, ensure_ascii=False) for violation in violations]


def _too_wide(page: Page, width: int) -> list[str]:
    """Name what sticks out to the right of the window, unless a box of its own scrolls it."""
    found: int = page.evaluate("() => document.documentElement.scrollWidth")
    if found <= width:
        return []
    sticking_out = page.evaluate(
        """width => [...document.querySelectorAll('main *')]
          .filter(e => e.getBoundingClientRect().right > width + 1)
          .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)""",
        width,
    )
    return [f"{found} pixels wide at {width}: {sticking_out}"]


WATCH_FOCUS = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true}) && !e.closest('[inert], dialog:not([open])');
  const name = e => `${e.tagName.toLowerCase()}#${e.id}.${e.className} ${(e.getAttribute('aria-label') || e.textContent || e.name || '').trim().slice(0, 30)}`;
  const stops = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && shown(e));
  // Of a group of radio buttons Tab reaches one.
  const key = e => e.type === 'radio' ? `${e.form?.id} ${e.name}` : e;
  const open = new Map(stops.map(e => [key(e), e]));
  const wrong = [];
  const ring = e => {
    const style = getComputedStyle(e);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  document.addEventListener('focusin', event => {
    const e = event.target;
    if (!open.delete(key(e))) return;
    const box = e.classList.contains('vh') ? e.nextElementSibling : e;
    if (!box || !ring(box)) wrong.push(`focus is not seen: ${name(e)}`);
    if (!box) return;
    const at = box.getClientRects()[0];
    if (!at) return;
    const top = document.elementFromPoint(at.x + Math.min(at.width, 60) / 2, at.y + at.height / 2);
    if (top && !box.contains(top) && !top.contains(box) && !e.labels?.[0]?.contains(top)) {
      wrong.push(`focus is covered by ${name(top)}: ${name(e)}`);
    }
  });
  document.activeElement.blur();
  window.stopsLeft = () => [...open.values()].map(name);
  window.focusTroubles = () => wrong;
  return stops.length;
}"""


def _out_of_reach_by_keyboard(page: Page) -> list[str]:
    """Press Tab through the whole page; a date has several stops inside of itself."""
    stops: int = page.evaluate(WATCH_FOCUS)
    for _ in range(0, stops * 2 + 40, 20):
        for _ in range(20):
            page.keyboard.press("Tab")
        if not (left := page.evaluate("() => window.stopsLeft()")):
            break
    troubles: list[str] = page.evaluate("() => window.focusTroubles()")
    return [*troubles, *(f"Tab does not reach {stop}" for stop in left)]


def test_every_page_of_the_policy_table_is_visited() -> None:
    pages = {rule.route for rule in policy.rules() if "GET" in rule.methods}

    assert pages - {visit.route for visit in VISITS} - NOT_PAGES.keys() == set()
    assert NOT_PAGES.keys() <= pages
