"""Where the places a framework names lead: each app registers the pages it brings in `ready()`."""

from collections.abc import Mapping

from django.urls import reverse

from apps.frameworks.vocabulary import PLACES

_routes: dict[str, str] = {}


def add(routes: Mapping[str, str]) -> None:
    """Register route names, without arguments, by place."""
    for place, route in routes.items():
        if place not in PLACES:
            raise ValueError(f"no framework can name the place {place!r}")
        if place in _routes:
            raise ValueError(f"two pages are {place!r}")
        _routes[place] = route


def url_of(place: str) -> str:
    """Return the page's path, or nothing for a page that is not built yet."""
    return reverse(_routes[place]) if place in _routes else ""
