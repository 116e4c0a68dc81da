"""Every route, by every viewpoint, with every method, with and without htmx."""

import pytest

from apps.web import policy
from tests.access.cells import Theatre
from tests.access.table import TABLE
from tests.access.viewpoints import VIEWPOINTS

ROUTES = sorted({route for route, _ in policy.routes()})


def test_every_route_has_a_sample() -> None:
    assert sorted(TABLE) == ROUTES


@pytest.mark.parametrize("route", ROUTES)
def test_route_lets_in_and_shows_what_the_table_says(theatre: Theatre, route: str) -> None:
    wrong = [
        what
        for sample in TABLE[route]
        for viewpoint in VIEWPOINTS
        for method, htmx in theatre.ways(route, sample, viewpoint)
        for what in theatre.wrong(viewpoint, route, sample, method, htmx=htmx)
    ]

    assert wrong == []
