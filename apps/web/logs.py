"""What goes on each log record. Imported while Django sets up logging, so nothing of an app is imported."""

import logging
import re
from contextvars import ContextVar

from django.http import HttpRequest

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")

# A link's token is 43 URL-safe characters; whoever reads the logs must not be able to open it.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


class RequestIdFilter(logging.Filter):
    """Put the id of the request being answered on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs a refusal once the middleware is left, with the request at hand.
        request = record.__dict__.get("request")
        known = request.META.get("REQUEST_ID") if isinstance(request, HttpRequest) else None
        record.request_id = known or current_request_id.get()
        return True


class TokenFilter(logging.Filter):
    """Blot out the tokens of links in what Django and the server say about a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _TOKEN.search(message):
            record.msg, record.args = _TOKEN.sub("[token]", message), ()
        if "request" in record.__dict__:
            record.request = _TOKEN.sub("[token]", repr(record.__dict__["request"]))
        return True
