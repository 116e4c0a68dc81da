import uuid
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.facts import facts_of, facts_of_all
from apps.candidates.models import Candidacy
from apps.scope import facts
from apps.scope.models import MOST_NAMES, Decision, Snapshot
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import CandidacyFactory
from tests.factories.scope import DecisionFactory, SnapshotFactory

INDEX = reverse("scope:index")
NEW = reverse("scope:new")
DECISION_NEW = reverse("scope:decision_new")


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def _day(days_ago: int) -> date:
    return timezone.localdate() - timedelta(days=days_ago)


def test_new_begins_as_a_copy_of_the_last(client: Client, candidate: User) -> None:
    SnapshotFactory.create(owner=candidate, taken_on=_day(60), teams=["Old"])
    SnapshotFactory.create(owner=candidate, taken_on=_day(30), teams=["Ledger", "Basket"], note="Then")

    form = client.get(NEW).context["form"]

    assert (form["teams"].value(), form["note"].value()) == ("Ledger\nBasket", "")
    assert form["taken_on"].value() == timezone.localdate()


def test_names_are_counted_once_whatever_their_case(client: Client, candidate: User) -> None:
    names = "Ledger\n\nBasket  API\nBasket API\n ledger "

    client.post(NEW, {"taken_on": _day(1).isoformat(), "teams": names})

    assert Snapshot.objects.get(owner=candidate).teams == ["Ledger", "Basket API"]


@pytest.mark.parametrize("htmx", [True, False])
def test_names_are_counted_while_they_are_typed_and_nothing_is_saved(
    client: Client, candidate: User, *, htmx: bool
) -> None:
    typed = {"taken_on": "", "teams": "Ledger\nledger\nBasket", "organisations": "x" * 200}
    headers = {"HX-Request": "true"} if htmx else {}

    response = client.post(reverse("scope:count"), typed, headers=headers)

    counted = dict(response.context["form"].counts())
    assert (counted["Teams affected"], counted["Direct reports"]) == (2, 0)
    assert "Organisations affected" not in counted
    assert ("<html" in response.text) is not htmx
    assert response.status_code == (HTTPStatus.OK if htmx else HTTPStatus.UNPROCESSABLE_ENTITY)
    assert not Snapshot.objects.exists()


def test_the_form_begins_with_the_counts_of_its_names(client: Client, candidate: User) -> None:
    SnapshotFactory.create(owner=candidate, taken_on=_day(30))

    counted = dict(client.get(NEW).context["form"].counts())

    assert (counted["People influenced"], counted["Systems you own"]) == (3, 1)


def test_a_figure_that_fell_is_not_said_to_be_as_at_first(client: Client, candidate: User) -> None:
    SnapshotFactory.create(owner=candidate, taken_on=_day(30), direct_reports=["Ana", "Bo", "Cy"])
    SnapshotFactory.create(owner=candidate, taken_on=_day(1), direct_reports=["Ana"])

    page = client.get(INDEX).text

    assert page.count(">from 3<") == 1
    assert "No figure is higher than at first" in page


def test_what_the_level_asks_for_is_drawn_before_there_is_any(
    client: Client, candidate: User, candidacy: Candidacy
) -> None:
    SnapshotFactory.create(owner=candidate, taken_on=_day(1), teams=[])

    lines = {drawn.line.figure.name: drawn for drawn in client.get(INDEX).context["picture"].lines}

    assert (lines["teams"].line.latest, lines["teams"].is_reached) == (0, False)


def test_the_same_form_sent_twice_takes_one_snapshot(client: Client, candidate: User) -> None:
    typed = {"taken_on": _day(1).isoformat(), "teams": "Ledger", "save_id": str(uuid.uuid4())}

    answers = [client.post(NEW, typed).status_code for _ in range(2)]

    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert Snapshot.objects.filter(owner=candidate).count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("taken_on", "2999-01-01", "choose today or a day before"),
        ("taken_on", "1200-01-01", "from 1970 on"),
        ("taken_on", "soon", "Write a date that exists"),
        ("budget", "-1", "nought or more"),
        ("currency", "Euro", "three letters"),
        ("teams", "\n".join(f"Team {n}" for n in range(MOST_NAMES + 1)), "at most 500"),
        ("teams", "x" * 1_000_000, "a name holds at most 120"),
        ("systems_owned", "Ledger, 4 services\nledger, 5 services", "are one system"),
        ("systems_influenced", "Gateway, 2 regions", "already among systems you own"),
        ("people_influenced", "ana", "already among direct reports"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    client: Client, candidate: User, field: str, typed: str, message: str
) -> None:
    values = {
        "taken_on": _day(1).isoformat(),
        "direct_reports": "Ana",
        "systems_owned": "Gateway",
        "organisations": "Kept as typed",
    } | {field: typed}

    response = client.post(NEW, values)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert message in " ".join(response.context["form"].errors[field])
    assert "Kept as typed" in response.content.decode()
    assert not Snapshot.objects.filter(owner=candidate).exists()


def test_a_stale_save_shows_both_texts_and_writes_nothing(client: Client, candidate: User) -> None:
    snapshot = SnapshotFactory.create(owner=candidate, taken_on=_day(3), revision=4, teams=["Saved"])
    edit = reverse("scope:edit", args=[snapshot.pk])

    response = client.post(edit, {"taken_on": _day(3).isoformat(), "teams": "Typed", "revision": 3})

    snapshot.refresh_from_db()
    assert response.status_code == HTTPStatus.CONFLICT
    assert snapshot.teams == ["Saved"]
    assert all(text in response.content.decode() for text in ("Saved", "Typed"))
    again = response.context["form"]["revision"].value()
    client.post(edit, {"taken_on": _day(3).isoformat(), "teams": "Typed", "revision": again})
    snapshot.refresh_from_db()
    assert snapshot.teams == ["Typed"]


@pytest.mark.parametrize("kind", ["", "decision_"])
def test_a_deletion_can_be_undone(client: Client, candidate: User, kind: str) -> None:
    factory = DecisionFactory if kind else SnapshotFactory
    row = factory.create(owner=candidate)

    client.post(reverse(f"scope:{kind}delete", args=[row.pk]))
    row.refresh_from_db()
    deleted_at = row.deleted_at
    client.post(reverse(f"scope:{kind}undo", args=[row.pk]))
    row.refresh_from_db()

    assert deleted_at is not None
    assert row.deleted_at is None


def test_a_decision_is_noted_and_changed(client: Client, candidate: User) -> None:
    client.post(DECISION_NEW, {"title": "One train", "decided_on": _day(9).isoformat(), "teams": "A\nB"})
    decision = Decision.objects.get(owner=candidate)
    values = {"title": "One train", "decided_on": _day(9).isoformat(), "horizon_months": 12, "revision": 1}

    client.post(reverse("scope:decision_edit", args=[decision.pk]), values)

    decision.refresh_from_db()
    assert (decision.horizon_months, decision.teams, decision.revision) == (12, [], 2)


def test_the_level_says_what_it_expects(client: Client, candidate: User, candidacy: Candidacy) -> None:
    SnapshotFactory.create(owner=candidate, taken_on=_day(40), teams=["A"])
    SnapshotFactory.create(owner=candidate, taken_on=_day(1), teams=["A", "B", "C", "D"])

    lines = {drawn.line.figure.name: drawn for drawn in client.get(INDEX).context["picture"].lines}

    assert (lines["teams"].expected, lines["teams"].is_reached) == (3, True)
    assert lines["direct_reports"].expected is None
    assert "Teams affected: 1 on" in lines["teams"].chart
    assert "the level asks for 3" in lines["teams"].chart


def test_facts_follow_from_the_newest_snapshot(candidate: User, candidacy: Candidacy) -> None:
    today = timezone.localdate()
    assert facts_of(candidacy, today, facts.COUNTED)["direct_reports"] is None

    SnapshotFactory.create(owner=candidate, taken_on=_day(40), teams=["A"], direct_reports=[])
    SnapshotFactory.create(owner=candidate, taken_on=_day(4), teams=["A", "B"], direct_reports=[])
    DecisionFactory.create_batch(2, owner=candidate)
    DecisionFactory.create(owner=candidate, deleted_at=timezone.now())

    asked = (*facts.COUNTED, "decisions_made")
    known = facts_of(candidacy, today, asked)
    assert {name: known[name] for name in asked} == {
        "direct_reports": 0,
        "people_influenced": 3,
        "systems_owned": 1,
        "teams_affected": 2,
        "organisations_affected": 1,
        "decisions_made": 2,
        "scope_snapshots": 2,
        "has_scope_snapshot": 1.0,
        "days_since_scope_snapshot": 4,
        "scope_measures_grown": 1,
    }


def test_a_second_one_in_a_month_is_led_to_the_first(client: Client, candidate: User) -> None:
    taken = SnapshotFactory.create(owner=candidate, taken_on=_day(40))
    assert "You recorded this month already" not in client.get(NEW).text

    taken.taken_on = timezone.localdate().replace(day=1)
    taken.save()

    page = client.get(NEW).text
    assert "You recorded this month already" in page
    assert f'href="{reverse("scope:edit", args=[taken.pk])}"' in page


def test_two_years_of_snapshots_are_listed_and_the_rest_when_asked_for(
    client: Client, candidate: User
) -> None:
    for age in range(30):
        SnapshotFactory.create(owner=candidate, taken_on=_day(age))

    assert len(client.get(INDEX).context["rows"]) == 24
    assert "Show all 30 snapshots" in client.get(INDEX).text
    assert len(client.get(INDEX, {"all": ""}).context["rows"]) == 30


def test_of_a_line_with_many_changes_the_first_and_the_last_are_said(client: Client, candidate: User) -> None:
    for age in range(20):
        SnapshotFactory.create(owner=candidate, taken_on=_day(age), teams=["A"] * (20 - age))

    lines = {drawn.line.figure.name: drawn for drawn in client.get(INDEX).context["picture"].lines}

    first, last = _day(19), _day(0)
    assert (
        f'"Teams affected: 1 on {first.day} {first:%B %Y}, 20 on {last.day} {last:%B %Y}, '
        '18 changes between; the level asks for 3"' in lines["teams"].chart
    )


@pytest.mark.parametrize("number", [1, 3, 100])
def test_index_takes_the_same_statements_however_many_rows(
    client: Client, candidate: User, candidacy: Candidacy, number: int, statements: CountStatements
) -> None:
    for age in range(number):
        SnapshotFactory.create(owner=candidate, taken_on=_day(age))
    DecisionFactory.create_batch(number, owner=candidate)

    with statements() as done:
        response = client.get(INDEX)

    assert response.status_code == HTTPStatus.OK
    assert done.count == 7, done.sql


@pytest.mark.parametrize("number", [1, 3, 100])
def test_facts_of_many_take_a_statement_for_each_kind(number: int, statements: CountStatements) -> None:
    candidacies = CandidacyFactory.create_batch(number)
    for candidacy in candidacies:
        SnapshotFactory.create(owner=candidacy.person)

    with statements() as done:
        facts_of_all(candidacies, timezone.localdate(), ["teams_affected", "decisions_made"])

    assert done.count == 2, done.sql


def test_a_form_sent_again_brings_back_what_was_deleted_meanwhile(client: Client, candidate: User) -> None:
    typed = {"taken_on": _day(1).isoformat(), "teams": "Ledger", "save_id": str(uuid.uuid4())}
    client.post(NEW, typed)
    snapshot = Snapshot.objects.get(owner=candidate)
    client.post(reverse("scope:delete", args=[snapshot.pk]))

    client.post(NEW, typed | {"teams": "Ledger\nBasket"})

    snapshot.refresh_from_db()
    assert (snapshot.deleted_at, snapshot.teams) == (None, ["Ledger", "Basket"])
