"""What every answer carries: the headers that keep browsers from mischief, and no inline code."""

from html.parser import HTMLParser

import pytest

from apps.web import policy
from tests.access.cells import Answer, Theatre
from tests.access.table import TABLE
from tests.access.viewpoints import ADMINISTRATOR, ANONYMOUS, MENTOR, OWNER

ROUTES = sorted({route for route, _ in policy.routes()})
SEEN_BY = (ANONYMOUS, OWNER, MENTOR, ADMINISTRATOR)

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The address of an invitation's page holds its token, which the page of another origin must not learn.
OTHER_REFERRER_POLICIES = {
    "accounts:invitation": {"strict-origin", "same-origin"},
    "accounts:join": {"strict-origin", "same-origin"},
    "accounts:accept": {"strict-origin", "same-origin"},
}


class InlineCode(HTMLParser):
    """Collects what our content policy forbids, and what comes from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        where = f"line {self.getpos()[0]}: <{tag}"
        if tag in {"style", "iframe", "object", "embed", "base"}:
            self.found.append(f"{where}>")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append(f"{where}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                self.found.append(f"{where} {name}>")
            if name in {"href", "src", "action", "formaction"} and (value or "").lstrip().lower().startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                self.found.append(f"{where} {name}={value}>")
            if name == "src" and (value or "").startswith(("http", "//")):
                self.found.append(f"{where} {name}={value}>")


def inline_code(html: str) -> list[str]:
    reader = InlineCode()
    reader.feed(html)
    return reader.found


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        "<button onclick=go()>",
        '<div hx-on:click="go()">',
        '<a href=" JavaScript:go()">',
        '<img src="https://elsewhere.example/a.png">',
    ],
)
def test_inline_code_is_seen(html: str) -> None:
    assert len(inline_code(html)) == 1


def test_scripts_of_our_own_and_data_are_no_inline_code() -> None:
    html = '<script src="/static/app.js" defer></script><script type="application/json">{}</script>'

    assert inline_code(html) == []


def _wrong(route: str, answer: Answer) -> list[str]:
    headers = answer.headers
    referrer = OTHER_REFERRER_POLICIES.get(route, {"same-origin"})
    wrong = [
        f"{name}: {headers.get(name)}"
        for name, wanted in {
            "Content-Security-Policy": CONTENT_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
        }.items()
        if headers.get(name) != wanted
    ]
    if headers.get("Referrer-Policy") not in referrer:
        wrong.append(f"Referrer-Policy: {headers.get('Referrer-Policy')}")
    if headers.get("Content-Type", "").startswith("text/html"):
        wrong += inline_code(answer.text)
    return wrong


@pytest.mark.parametrize("route", ROUTES)
def test_answer_is_locked_down(theatre: Theatre, route: str) -> None:
    wrong = {
        f"{viewpoint}: {method} {sample.at}: {what}"
        for sample in TABLE[route]
        for viewpoint in SEEN_BY
        for method in ("GET", "POST")
        for what in _wrong(route, theatre.ask(viewpoint, route, sample, method))
    }

    assert wrong == set()
