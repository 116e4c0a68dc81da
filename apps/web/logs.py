import logging

from apps.web.middleware import current_request_id


class RequestIdFilter(logging.Filter):
    """Put the id of the request being answered on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True
