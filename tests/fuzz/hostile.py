"""Hostile requests, made from the URLconf and the forms: the same seed makes the same request."""

import random
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import NoReverseMatch, reverse

from tests.access.cells import Hostile
from tests.access.stage import Stage
from tests.access.table import TABLE, Sample
from tests.access.viewpoints import VIEWPOINTS

MEGABYTE = "m" * 1_000_000

# What no form expects. Lone surrogates go out as the bytes a careless client would send.
STRANGE_TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "a\udfffb",
    "\ufffe\uffff",
    "\u202egnp.exe",
    "\x1b[2J",
    "0",
    "-1",
    "1e309",
    "NaN",
    "Infinity",
    "-Infinity",
    str(2**31),
    str(2**63),
    str(-(2**63) - 1),
    "9" * 400,
    "٣",
    "10000-01-01",
    "0000-00-00",
    "99999-12-31",
    "2027-02-30",
    "null",
    "true",
    "[]",
    "{}",
    "{{ 7|add:7 }}",
    "%s%n",
    "';--",
    "../../etc/passwd",
    "http://[::1",
    "https://evil.example/",
    "//evil.example",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "\r\nSet-Cookie: a=b",
    "a@b",
    "00000000-0000-0000-0000-000000000000",
    "x" * 70_000,
    MEGABYTE,
)

# No control characters: a server refuses those before Django sees them.
STRANGE_HEADERS: Mapping[str, tuple[str, ...]] = {
    "HX-Request": ("true", "false", "ÿ" * 50),
    "HX-Target": ("main", "#", "x" * 5000),
    "HX-Trigger": ("x", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
    "HX-Trigger-URI-AutoEncoded": ("true",),
    "HX-Current-URL": ("http://[::1", "javascript:alert(1)", "%00", "https://evil.example/?next=//evil"),
    "HX-Current-URL-URI-AutoEncoded": ("true",),
    "HX-Prompt": ("%ff%fe", "%00"),
    "HX-Boosted": ("true", "maybe"),
    "HX-History-Restore-Request": ("true",),
    "Triggering-Event": ("{", "[]", "null", "9" * 5000),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1", "lines=1-2", "bytes=" + "0-1," * 500),
    "If-Modified-Since": ("yesterday", "Mon, 99 Foo 10000 25:61:61 GMT"),
    "If-None-Match": ("*", '"' * 300),
    "Accept": ("*/*;q=nan", ",,,;;", "text/html;" * 400),
    "Accept-Encoding": ("gzip;q=2", "br, ÿ"),
    "Accept-Language": ("de;q=banana", "x-" * 300),
    "X-Request-ID": ("a b", "x" * 9000, "../../../"),
    "X-Forwarded-For": ("not an address", "1.2.3.4, " * 300),
    "X-Forwarded-Host": ("evil.example",),
    "X-HTTP-Method-Override": ("DELETE",),
    "Origin": ("null", "https://evil.example", "http://[", ""),
    "Referer": ("https://evil.example/", "http://[", "%00"),
    "Host": ("evil.example", "testserver:99999", "a b", ""),
    "Cookie": ("sessionid", "sessionid=%00; csrftoken=\xff", "a=b; " * 600, "sessionid=" + "z" * 9000),
    "User-Agent": ("", "u" * 9000),
}

CONTENT_TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=no-such",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/form-data; boundary=é",
    "multipart/mixed; boundary=x",
    "application/x-www-form-urlencoded; charset=rot13",
    "multipart/form-data; boundary=x; charset=undefined",
    "",
    ";;;",
)

BROKEN_MULTIPARTS = (
    b"",
    b"--x",
    b"--x\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nno end',
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../b"\r\n\r\nfile\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\x00\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nX: ' + b"y" * 20_000 + b"\r\n\r\nz\r\n--x--\r\n",
    b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(1100)),
)

METHODS = (
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
)
ODD_METHODS = ("PROPFIND", "get", "G\u0131T", "X" * 300)
TOKENS = ("x" * 43, "é" * 43, "\0", "." * 43, "%", "a" * 9000)
KEYS = (0, 2**31, 2**63 - 1, 2**63, 10**30)


class Attacker:
    """`fields` tells the names that a route's page asks for, so that what is strange reaches the forms."""

    def __init__(
        self, stage: Stage, fields: Callable[[str, str, Sample], Mapping[str, str]], seed: int
    ) -> None:
        self.stage = stage
        self.fields = fields
        self.dice = random.Random(seed)

    def next(self) -> Hostile:
        dice = self.dice
        route = dice.choice(sorted(TABLE))
        sample = dice.choice(TABLE[route])
        # Mostly somebody who gets past the door, for behind it is more to break.
        inside = [viewpoint for viewpoint in VIEWPOINTS if viewpoint in sample.who]
        viewpoint = dice.choice(inside if inside and dice.random() < 0.7 else list(VIEWPOINTS))
        method = dice.choice(METHODS) if dice.random() < 0.97 else dice.choice(ODD_METHODS)
        body, content_type = self._body(viewpoint, route, sample) if method != "GET" else (b"", "")
        return Hostile(
            viewpoint,
            route,
            self._path(route, sample),
            method,
            self._query() if dice.random() < 0.5 else "",
            body,
            content_type,
            self._headers(),
            checks_csrf=dice.random() < 0.1,
        )

    def _path(self, route: str, sample: Sample) -> str:
        kwargs = sample.kwargs(self.stage)
        for name, value in kwargs.items():
            if self.dice.random() < 0.2:
                kwargs[name] = self.dice.choice(KEYS if isinstance(value, int) else TOKENS)
        path = reverse(route, kwargs=kwargs) if _fits(route, kwargs) else quote(f"/{kwargs}")
        return path + self.dice.choice(("", "", "", "", "", "", "%00", "/", "%ff", "//", ";a=b"))

    def _query(self) -> str:
        dice = self.dice
        names = [
            "after",
            "before",
            "sent",
            "waiting",
            "state",
            "principle",
            "order",
            "version",
            "next",
            "a",
            "\0",
        ]
        pairs = [(dice.choice(names), self._text(short=True)) for _ in range(dice.randrange(1, 5))]
        strange = ("", "&" * 500, "%", "%zz=%", "a[b][c]=" * 50, "=", "\xff")
        return _encoded(pairs) + dice.choice(strange)

    def _text(self, *, short: bool = False) -> str:
        text = self.dice.choice(STRANGE_TEXTS)
        return text[:300] if short else text

    def _body(self, viewpoint: str, route: str, sample: Sample) -> tuple[bytes, str]:
        dice = self.dice
        kind = dice.random()
        if kind < 0.1:
            return dice.choice(BROKEN_MULTIPARTS), "multipart/form-data; boundary=x"
        if kind < 0.2:
            return dice.randbytes(dice.randrange(2000)), dice.choice(CONTENT_TYPES)
        known = dict(self.fields(viewpoint, route, sample)) | {
            name: str(value) for name, value in sample.data(self.stage).items()
        }
        pairs = list(known.items())
        for _ in range(dice.randrange(1, 4)):
            name = dice.choice([*known, "next", "x"]) if dice.random() < 0.95 else self._text(short=True)
            strange = (name, self._text())
            if dice.random() < 0.3:
                pairs.append(strange)
            else:
                pairs = [pair for pair in pairs if pair[0] != name] + [strange]
        if dice.random() < 0.1:
            pairs = [pair for pair in pairs for _ in range(3)]
        if dice.random() < 0.02:
            pairs += [(f"f{number}", "1") for number in range(1200)]
        content_type = CONTENT_TYPES[0] if dice.random() < 0.95 else dice.choice(CONTENT_TYPES)
        return _encoded(pairs).encode("utf-8", "replace"), content_type

    def _headers(self) -> dict[str, str]:
        dice = self.dice
        headers = {"HX-Request": "true"} if dice.random() < 0.4 else {}
        for name in dice.sample(sorted(STRANGE_HEADERS), dice.choice((0, 0, 1, 1, 2, 3))):
            # A spoilt Host or Cookie ends most requests early.
            if name in {"Host", "Cookie"} and dice.random() < 0.7:
                continue
            headers[name] = dice.choice(STRANGE_HEADERS[name])
        return headers


def _fits(route: str, kwargs: dict[str, Any]) -> bool:
    try:
        reverse(route, kwargs=kwargs)
    except NoReverseMatch:
        return False
    return True


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(
        [
            (name.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass"))
            for name, text in pairs
        ]
    )
