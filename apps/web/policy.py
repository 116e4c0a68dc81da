"""The policy table: for every route its methods and who may call it; what has no row is refused.

An app registers its rows in `AppConfig.ready()`. Which *rows of data* a person may reach is not
decided here but by the querysets (`visible_to`, `editable_by`), so a mentor's page is open to
everybody signed in and shows each of them only what was shared with them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Audience:
    """Who may call a route at all. `allows` is asked for signed-in people only."""

    name: str
    allows: Callable[[Any], bool]
    is_public: bool = False


ANYONE = Audience("anyone", lambda _: True, is_public=True)
SIGNED_IN = Audience("signed in", lambda _: True)


@dataclass(frozen=True)
class Rule:
    route: str
    methods: tuple[str, ...]
    who: Audience


GET = ("GET", "HEAD")
POST = ("POST",)
GET_POST = ("GET", "HEAD", "POST")

_rules: dict[str, Rule] = {}


def add(namespace: str, rows: Mapping[str, tuple[tuple[str, ...], Audience]]) -> None:
    """Register the rows of an app; `namespace` is prefixed unless empty (allauth has none)."""
    for name, (methods, who) in rows.items():
        route = f"{namespace}:{name}" if namespace else name
        if route in _rules:
            raise ValueError(f"{route} has two policy rows")
        _rules[route] = Rule(route, methods, who)


def add_namespace(namespace: str, methods: tuple[str, ...], who: Audience) -> None:
    """Register one row for all routes of a namespace that a library makes up, as `namespace:*`."""
    add(namespace, {"*": (methods, who)})


def rule_for(route: str) -> Rule | None:
    """Return a route's row: its own, else that of its whole namespace."""
    return _rules.get(route) or _rules.get(f"{route.rpartition(':')[0]}:*")


def rules() -> list[Rule]:
    return sorted(_rules.values(), key=lambda rule: rule.route)


def table() -> list[Rule]:
    """Return a row for every route of the URLconf: those of a whole namespace spelt out."""
    found = {route: rule_for(route) for route, _ in routes()}
    return sorted(
        (Rule(route, rule.methods, rule.who) for route, rule in found.items() if rule),
        key=lambda rule: rule.route,
    )


def routes() -> Iterator[tuple[str, str]]:
    """Yield (route, path pattern) of everything in the URLconf."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[Any], namespace: str, path: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, here)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or ''}", here
