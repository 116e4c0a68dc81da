from typing import Any

import pytest
from django.test import RequestFactory

from config.wsgi import application, readable


@pytest.mark.parametrize(
    "sent, read",
    [
        ("", ""),
        ("text/plain", "text/plain"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("multipart/form-data; boundary=x", "multipart/form-data; boundary=x"),
        ("text/plain; charset=rot13", "text/plain"),
        ('text/plain; charset="undefined"; a=b', "text/plain"),
        ("text/plain; charset=\0", "text/plain"),
    ],
)
def test_charset_of_no_text_is_dropped(sent: str, read: str) -> None:
    assert readable(sent) == read


@pytest.mark.django_db  # the beginning of a request looks after the connection
@pytest.mark.parametrize("charset", ["rot13", "undefined", "idna", "no-such"])
def test_page_answers_whatever_the_charset_is_said_to_be(charset: str) -> None:
    environ = RequestFactory().get("/healthz", {"a": "\xff"}).environ
    statuses: list[str] = []

    def start(status: str, headers: Any) -> None:
        statuses.append(status)

    application(environ | {"CONTENT_TYPE": f"text/plain; charset={charset}"}, start)

    assert statuses == ["200 OK"]
