"""Which pages are measured, as whom, and what `performance.md` asks of each."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from bench.rows import Board, Cast

HTMX = {"HTTP_HX_REQUEST": "true"}


class Unexpected(Exception):
    """A page answered otherwise than it should, so its time would mean nothing."""


@dataclass(frozen=True)
class Goal:
    """At most this share of F, and this many statements; None asks for nothing.

    `is_web_only`: the share is of this process alone, for the database has a goal of its own.
    """

    of_floor: float | None
    statements: int | None
    is_web_only: bool = False


FLOOR = Goal(None, 5)
LIST = Goal(1.0, 8)
BOARD = Goal(2.0, 15)
COVERAGE = Goal(2.0, 8)
HEAT_MAP = Goal(3.0, 15, is_web_only=True)
EDITOR = Goal(1.2, 8)
FRAGMENT = Goal(0.45, 5)
AUTOSAVE = Goal(0.6, 6)
NOTHING_ASKED = Goal(None, None)
HEAT_MAP_PAGE = "heat map of 1,000"
COVERAGE_OF_MANY = "coverage, 500 told"


class Visitor:
    """Somebody's signed-in browser, talking to the WSGI application without a network between."""

    def __init__(self, application: WSGIHandler, user: User) -> None:
        self.application = application
        client = Client()
        client.force_login(user)
        self.token = _get_new_csrf_string()
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self.token}"

    def request(
        self, path: str, *, typed: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Callable[[], str]:
        """Return a call that sends the request and returns the body; what it is made of is ready before."""
        address, _, query = path.partition("?")
        body = urlencode(typed, doseq=True).encode() if typed is not None else b""
        environ = {
            "REQUEST_METHOD": "GET" if typed is None else "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": self.cookies,
            "HTTP_X_CSRFTOKEN": self.token,
            "wsgi.url_scheme": "http",
            "wsgi.errors": BytesIO(),
            **(headers or {}),
        }

        def send() -> str:
            answered: list[str] = []

            def start_response(status: str, *_: object) -> Callable[[bytes], object]:
                answered.append(status)
                return lambda _: None

            response = self.application(
                environ | {"wsgi.input": BytesIO(body)},
                start_response,
            )
            text = b"".join(response).decode()
            response.close()
            if not answered[0].startswith("200"):
                raise Unexpected(f"{environ['REQUEST_METHOD']} {path} answered {answered[0]}")
            return text

        return send


@dataclass(frozen=True)
class Page:
    """`prepare` returns one request that is ready to be sent; only the sending is measured."""

    name: str
    goal: Goal
    prepare: Callable[[], Callable[[], str]]


class Autosave:
    """Saves again and again as the script of a page does: each save goes on from the one before."""

    def __init__(self, visitor: Visitor, path: str, field: str) -> None:
        self.visitor = visitor
        self.path = path
        self.field = field
        self.count = 0
        self.typed = form_of(visitor.request(path)())

    def prepare(self) -> Callable[[], str]:
        self.count += 1
        changed = {self.field: f"{self.typed[self.field]} {self.count}", "save_id": str(uuid.uuid4())}
        send = self.visitor.request(self.path, typed=self.typed | changed, headers=HTMX)
        self.typed["revision"] = str(int(self.typed["revision"]) + 1)
        return send


def pages_of(application: WSGIHandler, cast: Cast, board: Board) -> list[Page]:
    candidate, mentor = Visitor(application, cast.candidate), Visitor(application, cast.mentor)
    organiser = Visitor(application, board.organiser)
    prolific = Visitor(application, cast.prolific)

    def page(name: str, goal: Goal, visitor: Visitor, route: str, *args: Any, **more: Any) -> Page:
        path = reverse(route, args=args)
        return Page(name, goal, lambda: visitor.request(path, **more))

    story, review, comment = cast.story.pk, cast.review.pk, cast.comment.pk
    saves = Autosave(candidate, reverse("stories:edit", args=[story]), "result")
    draft = Autosave(mentor, reverse("reviews:edit", args=[review]), "rationale")
    return [
        page("F", FLOOR, candidate, "bench:floor"),
        page("hello, world", NOTHING_ASKED, candidate, "bench:hello"),
        page("story list", LIST, candidate, "stories:index"),
        page("review queue", LIST, mentor, "reviews:queue"),
        page("my candidates", LIST, mentor, "candidates:my_candidates"),
        page("reviews", LIST, candidate, "reviews:index"),
        page("wins", LIST, candidate, "stories:wins"),
        page("Today", BOARD, candidate, "dashboards:home"),
        page("coverage", COVERAGE, candidate, "readiness:index"),
        page(COVERAGE_OF_MANY, COVERAGE, prolific, "readiness:index"),
        page("over time", COVERAGE, candidate, "readiness:sustained"),
        page("factors", BOARD, candidate, "readiness:factors"),
        page("indicators", BOARD, candidate, "readiness:indicators"),
        page("principles", LIST, candidate, "readiness:principles"),
        page("talk about this", BOARD, candidate, "readiness:talk"),
        page("gaps", BOARD, candidate, "readiness:gaps"),
        page("scope", LIST, candidate, "scope:index"),
        page("phase", BOARD, candidate, "candidates:phase", "build"),
        page("timeline", BOARD, candidate, "candidates:timeline"),
        page(HEAT_MAP_PAGE, HEAT_MAP, organiser, "dashboards:cohort", board.cohort.pk),
        page("editor", EDITOR, candidate, "stories:edit", story),
        page("review screen", EDITOR, mentor, "reviews:edit", review),
        page("a row for a number", FRAGMENT, candidate, "stories:metric_new", story, headers=HTMX),
        page(
            "comment saved",
            FRAGMENT,
            mentor,
            "reviews:comment_edit",
            comment,
            typed={"body": "Which of these did you build?"},
            headers=HTMX,
        ),
        Page("autosave, story", AUTOSAVE, saves.prepare),
        Page("autosave, review", AUTOSAVE, draft.prepare),
    ]


class _Form(HTMLParser):
    """Collects what a browser would send of the whole page, buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[str, Any] = {}
        self._textarea = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "textarea":
            self._textarea = name
            self.typed[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.typed[self._select] = given.get("value", "")
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            self._take_input(name, given)

    def _take_input(self, name: str, given: Mapping[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        if kind == "checkbox":
            self.typed.setdefault(name, []).append(given.get("value", "on"))
        else:
            self.typed[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser leaves out the newline with which Django begins a textarea.
            self.typed[self._textarea] = self.typed[self._textarea].removeprefix("\n")
            self._textarea = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.typed[self._textarea] += data


def form_of(html: str) -> dict[str, Any]:
    reader = _Form()
    reader.feed(html)
    return reader.typed
