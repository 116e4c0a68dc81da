"""One cell of the matrix: one request by one viewpoint, undone afterwards, and what was wrong with its answer."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

from celery.app.task import Task
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from apps.web import policy
from config.wsgi import readable
from tests.access.stage import Stage
from tests.access.table import BEHIND_A_DOOR, TABLE, Sample
from tests.access.viewpoints import ADMINISTRATOR, ANONYMOUS, ANYBODY, DEACTIVATED, ORGANISER, OTHER, OWNER
from tests.access.words import found_in
from tests.cast import counting_statements

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
SIGN_IN = "/accounts/login/"

# Rows whose words an invitation tells the person invited, in its message.
INVITATIONS = {"invitation of a candidate", "invitation of a mentor", "invitation by the administrator"}

# On these pages a link's token is proof enough: they show for whom it is, and from whom.
BY_TOKEN = {
    "accounts:invitation": {"invitation of a candidate", "invitation of a mentor"},
    "accounts:join": {"invitation of a mentor"},
    "accounts:accept": {"invitation of a mentor"},
    "candidates:mentorship_decline": {"invitation of a mentor", "asked mentorship"},
}


@dataclass(frozen=True)
class Hostile:
    """A request that no browser would send."""

    viewpoint: str
    route: str
    path: str
    method: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    checks_csrf: bool = False

    def __str__(self) -> str:
        return (
            f"{self.viewpoint}: {self.method} {self.path[:80]}?{self.query[:200]} {self.content_type[:40]} "
            f"{self.body[:300]!r} {str(self.headers)[:300]}"
        )


@dataclass
class Answer:
    status: int
    location: str = ""
    text: str = ""
    words: set[str] = field(default_factory=set)
    mails: list[tuple[list[str], set[str]]] = field(default_factory=list)
    logged: set[str] = field(default_factory=set)
    queued: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    error: str = ""
    statements: int = 0

    @property
    def leads_to_sign_in(self) -> bool:
        return self.status == 302 and self.location.startswith(SIGN_IN)


class Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.__dict__.get('request', '')}")


@dataclass
class _Heard:
    log: Recorder
    jobs: list[str]


class Theatre:
    """Asks as any viewpoint; nothing an answer changes outlives it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.browser = Client(raise_request_exception=False)
        self.rules = {rule.route: rule for rule in policy.rules()}

    def ask(
        self, viewpoint: str, route: str, sample: Sample, method: str = "GET", *, htmx: bool = False
    ) -> Answer:
        address = f"{reverse(route, kwargs=sample.kwargs(self.stage))}?{sample.query}"
        body = sample.data(self.stage) if method == "POST" else None
        headers = {"HX-Request": "true"} if htmx else {}
        self.browser.cookies = SimpleCookie({"sessionid": self.stage.sessions.get(viewpoint, "")})
        mail.outbox.clear()
        with _undone(), _listening() as heard:
            ask = getattr(self.browser, method.lower())
            response = ask(address, body, headers=headers)
        return _read(response, heard)

    def send(self, hostile: Hostile) -> Answer:
        """Send a request just as it is made, and count its statements."""
        self.browser.cookies = SimpleCookie({"sessionid": self.stage.sessions.get(hostile.viewpoint, "")})
        self.browser.handler.enforce_csrf_checks = hostile.checks_csrf
        mail.outbox.clear()
        with _undone(), _listening() as heard, counting_statements() as done:
            response = self.browser.generic(
                hostile.method,
                hostile.path,
                hostile.body,
                readable(hostile.content_type) or "application/octet-stream",
                QUERY_STRING=hostile.query,
                headers=hostile.headers,
            )
        self.browser.handler.enforce_csrf_checks = False
        answer = _read(response, heard)
        answer.statements = done.count
        return answer

    def ways(self, route: str, sample: Sample, viewpoint: str) -> Iterator[tuple[str, bool]]:
        """Yield (method, by htmx) for a cell.

        On a route's first sample every method; on the others those that change or show something. A
        method that the route does not take is refused before anybody looks for htmx: asked one way.
        """
        taken = self.rules[route].methods
        for method in METHODS if sample is TABLE[route][0] else ("GET", "POST"):
            if method in taken and method != "HEAD":
                yield from ((method, False), (method, True))
            elif sample is TABLE[route][0]:
                yield method, len(viewpoint) % 2 == 0

    def wrong(
        self, viewpoint: str, route: str, sample: Sample, method: str = "GET", *, htmx: bool = False
    ) -> list[str]:
        """Say what this cell shows that it must not; an empty list is a green cell."""
        answer = self.ask(viewpoint, route, sample, method, htmx=htmx)
        cell = f"{viewpoint}: {method} {route} {dict(sample.at)} {sample.query}{' by htmx' if htmx else ''}"
        found = []
        if not self._is_expected(answer, viewpoint, route, sample, method, htmx=htmx):
            found.append(f"{cell} -> {answer.status} {answer.location} {answer.error}")
        return found + [f"{cell} -> {leak}" for leak in self.leaks(answer, viewpoint, route)]

    def leaks(self, answer: Answer, viewpoint: str, route: str) -> list[str]:
        """Say which words came where they must not."""
        found = [f"shows {source}" for source in self._leaked(answer.words, viewpoint, route)]
        for to, words in answer.mails:
            for address in to:
                reader = self.stage.viewpoint_of(address)
                readable = INVITATIONS if reader is None else set()
                leaked = self._leaked(words, reader or "nobody on stage", readable=readable)
                found += [f"mails {source} to {address}" for source in leaked]
        for where, words in (("logs", answer.logged), ("queues", answer.queued)):
            found += [f"{where} {self.stage.words[word].source}" for word in words]
        return found

    def _leaked(
        self, words: set[str], viewpoint: str, route: str = "", readable: set[str] | None = None
    ) -> list[str]:
        by_token = readable if readable is not None else BY_TOKEN.get(route, set())
        return sorted(
            self.stage.words[word].source
            for word in words
            if viewpoint not in self.stage.words[word].readers
            and self.stage.words[word].row not in by_token
            and not (by_token and self.stage.words[word].source in _SENDERS)
        )

    def _is_expected(
        self, answer: Answer, viewpoint: str, route: str, sample: Sample, method: str, *, htmx: bool
    ) -> bool:
        rule = self.rules[route]
        if sample.may(viewpoint, method):
            if method not in rule.methods:
                return answer.status == 405
            if sample.answers:
                return answer.status in sample.answers
            return _lets_in(answer) and not (answer.leads_to_sign_in and not self._is_public(route))
        is_outside = viewpoint in {ANONYMOUS, DEACTIVATED}
        if not is_outside and viewpoint not in BEHIND_A_DOOR.get(route, ANYBODY):
            return answer.status == 404
        if answer.status in {404, 405} and (not is_outside or self._is_public(route)):
            return True
        return is_outside and (answer.status == 401 if htmx else answer.leads_to_sign_in)

    def _is_public(self, route: str) -> bool:
        return self.rules[route].who.is_public


# An invitation says who sends it.
_SENDERS = {f"accounts.User.name of the {sender}" for sender in (OWNER, OTHER, ORGANISER, ADMINISTRATOR)}


def _read(response: Any, heard: _Heard) -> Answer:
    text = b"".join(response.streaming_content).decode() if response.streaming else response.text
    answer = Answer(response.status_code, response.get("Location", ""), text, headers=dict(response.items()))
    if response.status_code >= 500:
        answer.error = repr(getattr(response, "exc_info", None))
    answer.words = found_in(text) | found_in(str(answer.headers)) | found_in(response.cookies.output())
    answer.mails = [
        (message.to, found_in(f"{message.subject} {message.body} {message.extra_headers}"))
        for message in mail.outbox
    ]
    answer.logged = found_in("\n".join(heard.log.lines))
    answer.queued = found_in(" ".join(heard.jobs))
    return answer


def _lets_in(answer: Answer) -> bool:
    # 409, 410, 422 and 429 are a page's own refusals, on which it shows what it would show otherwise.
    return 200 <= answer.status < 400 or answer.status in {409, 410, 422, 429}


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what was written; what waits for the commit is done at once, as it would be."""
    with transaction.atomic(), patch.object(connection, "on_commit", _at_once):
        yield
        transaction.set_rollback(True)


def _at_once(callback: Callable[[], object], robust: bool = False) -> None:
    callback()


@contextmanager
def _listening() -> Iterator[_Heard]:
    heard = _Heard(Recorder(), [])
    root = logging.getLogger()

    def note(task: Any, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        heard.jobs.append(f"{task.name} {args!r} {kwargs!r} {options!r}")

    root.addHandler(heard.log)
    try:
        with patch.object(Task, "apply_async", note):
            yield heard
    finally:
        root.removeHandler(heard.log)
