import logging
import re

import pytest
from django.test import Client

from apps.web.logs import RequestIdFilter, current_request_id

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def test_content_security_policy_is_strict(client: Client) -> None:
    assert client.get("/healthz")["Content-Security-Policy"] == POLICY


def test_content_security_policy_stands_on_errors_too(client: Client) -> None:
    assert client.get("/no-such-page/")["Content-Security-Policy"] == POLICY


def test_each_answer_has_an_id_of_its_own(client: Client) -> None:
    first, second = (client.get("/healthz")["X-Request-ID"] for _ in range(2))

    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


def test_id_of_a_proxy_is_kept(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})

    assert answer["X-Request-ID"] == "proxy-0123456789"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 123", "new\nline-123456", "ünïcode-1234"])
def test_id_that_looks_like_something_else_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])


def test_log_line_carries_the_id_of_its_request() -> None:
    record = logging.LogRecord("a", logging.INFO, "a.py", 1, "words", None, None)
    token = current_request_id.set("abc-12345")

    RequestIdFilter().filter(record)

    current_request_id.reset(token)
    assert record.__dict__["request_id"] == "abc-12345"


def test_log_line_of_a_page_not_found_and_the_answer_have_the_same_id(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/no-such-page/")

    assert [record.__dict__["request_id"] for record in caplog.records] == [answer["X-Request-ID"]]
