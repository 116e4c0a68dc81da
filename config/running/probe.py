"""Asks the web process of this container how it is, as its health check: `python -m config.running.probe`."""

import http.client
import os
import sys
from urllib.parse import urlsplit

PATH = "/healthz"
SECONDS = 4


def answers(bind: str, origin: str) -> bool:
    """Tell whether the process that listens at `bind` answers for the site's own name."""
    host, _, port = bind.rpartition(":")
    asked = "127.0.0.1" if host in {"", "0.0.0.0", "[::]"} else host.strip("[]")  # noqa: S104
    connection = http.client.HTTPConnection(asked, int(port), timeout=SECONDS)
    try:
        # Another name is refused before any view is reached.
        connection.request("GET", PATH, headers={"Host": urlsplit(origin).netloc})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(
        not answers(
            os.environ.get("BIND", "127.0.0.1:8000"), os.environ.get("SITE_ORIGIN", "http://localhost")
        )
    )
