"""Whatever comes in: no answer of 5xx, nobody else's words, no flood of statements."""

from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser

from tests.access.cells import Theatre
from tests.access.table import TABLE, Sample
from tests.fuzz.hostile import Attacker

MOST_STATEMENTS = 50

# Routes that only take a POST, and the page on which their form stands.
FORM_STANDS_ON = {
    "accounts:invite": "accounts:invitations",
    "candidates:mentorship_new": "candidates:mentors",
    "reviews:comment_new": "reviews:edit",
    "reviews:send": "reviews:edit",
}


class Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in {"button", "input", "select", "textarea"} and (name := found.get("name")):
            self.values.setdefault(name, found.get("value") or "")


def test_hostile_requests_break_nothing(theatre: Theatre, seed: int, count: int) -> None:
    @cache
    def page(viewpoint: str, route: str, sample_number: int) -> dict[str, str]:
        reader = Fields()
        reader.feed(theatre.ask(viewpoint, route, TABLE[route][sample_number]).text)
        return reader.values

    def fields(viewpoint: str, route: str, sample: Sample) -> Mapping[str, str]:
        form_route = FORM_STANDS_ON.get(route, route)
        number = TABLE[route].index(sample) if form_route == route else 0
        return page(viewpoint, form_route, number)

    attacker = Attacker(theatre.stage, fields, seed)
    wrong = []
    for _ in range(count):
        hostile = attacker.next()
        # Seen only if the next line raises.
        print(hostile)
        answer = theatre.send(hostile)
        if answer.status >= 500:
            wrong.append(f"{answer.status} {answer.error} {hostile}")
        if answer.statements > MOST_STATEMENTS:
            wrong.append(f"{answer.statements} statements {hostile}")
        wrong += [f"{leak} {hostile}" for leak in theatre.leaks(answer, hostile.viewpoint, hostile.route)]

    assert wrong == []
