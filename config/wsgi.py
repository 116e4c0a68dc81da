import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

type Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_strange_charset(answer: Application) -> Application:
    """Drop the charset of a body that is none of a text.

    Django believes it while it makes the request, before any middleware, and fails over `rot13`.
    """

    def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = readable(environ.get("CONTENT_TYPE", ""))
        return answer(environ, start_response)

    return guarded


def readable(content_type: str) -> str:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        known = not charset or bool(b"a".decode(charset, "replace"))
    except (LookupError, ValueError):
        known = False
    return content_type if known else kind


application = without_strange_charset(get_wsgi_application())
