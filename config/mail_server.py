"""The mail server's address: `smtp://`, `smtp+tls://` (STARTTLS) or `smtp+ssl://` (TLS from the start)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# The port that each speaks on unless another is named.
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def options_of(url: str) -> dict[str, Any]:
    """Return the options of Django's SMTP backend; raises ImproperlyConfigured.

    An address that is not understood must not end as one without encryption: it carries a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.path.strip("/"):
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587; it may begin with "
            + ", ".join(f"{scheme}://" for scheme in PORTS)
        )
    return {
        "host": parts.hostname,
        "port": parts.port or PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": 10,
    }
