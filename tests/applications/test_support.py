import uuid
from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.facts import SUPPORT
from apps.applications.models import Support, SupportAnswer
from apps.candidates.facts import facts_of, facts_of_all
from apps.candidates.models import Candidacy, MentorshipKind
from apps.candidates.timeline import plan_of
from tests.cast import CountStatements, SignIn
from tests.factories.applications import SupportAnswerFactory
from tests.factories.candidates import CandidacyFactory, MentorshipFactory

MANAGER = reverse("applications:manager")
ADD = reverse("applications:support")
FULL = {"state": "not_yet", "answered_on": "2026-11-20", "reason": "Once the second team has adopted it"}


def states(client: Client) -> list[str]:
    return [answer.state for answer in client.get(MANAGER).context["answers"].rows]


def test_answers_are_a_series_whose_newest_leads(client: Client, candidacy: Candidacy) -> None:
    for state, day in (("asked", "2026-10-01"), ("not_yet", "2026-10-08"), ("yes", "2026-11-20")):
        client.post(ADD, FULL | {"state": state, "answered_on": day})

    assert states(client) == ["yes", "not_yet", "asked"]
    assert candidacy.support_answers.count() == 3


def test_an_answer_recorded_late_does_not_lead(client: Client, candidacy: Candidacy) -> None:
    client.post(ADD, FULL | {"state": "yes", "answered_on": "2026-11-20"})
    client.post(ADD, FULL | {"state": "asked", "answered_on": "2026-11-01"})

    assert states(client) == ["yes", "asked"]


def test_of_two_answers_of_one_day_the_later_one_leads(client: Client, candidacy: Candidacy) -> None:
    for state in ("not_yet", "yes"):
        client.post(ADD, FULL | {"state": state})

    assert states(client) == ["yes", "not_yet"]


def test_the_same_form_twice_is_one_answer(client: Client, candidacy: Candidacy, today: date) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}

    for _ in range(2):
        assert client.post(ADD, typed).status_code == HTTPStatus.FOUND

    candidacy.refresh_from_db()
    assert candidacy.support_answers.count() == 1
    assert candidacy.last_active_on == today


def test_going_back_and_changing_the_form_adds_an_answer_and_overwrites_none(
    client: Client, candidacy: Candidacy
) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}
    client.post(ADD, typed)

    client.post(ADD, typed | {"state": "yes", "reason": ""})

    assert states(client) == ["yes", "not_yet"]
    assert {answer.reason for answer in candidacy.support_answers.all()} == {FULL["reason"], ""}


@pytest.mark.parametrize(
    "field, typed, message",
    [
        ("state", "", "This field is required"),
        ("state", "perhaps", "Select a valid choice"),
        ("answered_on", "", "This field is required"),
        ("answered_on", "2026-11-25", "25 November 2026 is still ahead."),
        ("answered_on", "1969-01-01", "Choose a year from 1970 on"),
        ("answered_on", "2026-13-01", "Write a date that exists"),
        ("reason", "x" * 1_000_000, "at most 5000 characters"),
        ("reason", "a\x00b", "Null characters are not allowed"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_typed_is_lost(
    client: Client, field: str, typed: str, message: str
) -> None:
    response = client.post(ADD, FULL | {field: typed})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert message in form.errors[field][0]
    other = "reason" if field != "reason" else "answered_on"
    assert form[other].value() == FULL[other]
    assert not SupportAnswer.objects.exists()


def test_without_a_candidacy_there_is_nothing_to_support(stranger: User, sign_in: SignIn) -> None:
    assert sign_in(stranger).post(ADD, FULL).status_code == HTTPStatus.NOT_FOUND


def test_nobody_else_sees_an_answer_not_even_the_manager(
    candidate: User,
    candidacy: Candidacy,
    other_candidate: User,
    organiser: User,
    sign_in: SignIn,
    now: datetime,
) -> None:
    SupportAnswerFactory.create(candidacy=candidacy, reason="Secret reason")
    grants = {"candidacy": candidacy, "readiness_granted_at": now, "plan_granted_at": now}
    manager = MentorshipFactory.create(kind=MentorshipKind.MANAGER, **grants).mentor
    assert manager is not None

    assert "Secret reason" in sign_in(candidate).get(MANAGER).text
    for person in (manager, other_candidate, organiser):
        assert "Secret reason" not in sign_in(person).get(MANAGER).text


def test_an_earlier_attempt_says_nothing_about_this_one(
    client: Client, candidate: User, candidacy: Candidacy, now: datetime, today: date
) -> None:
    earlier = CandidacyFactory.create(person=candidate, closed_at=now)
    SupportAnswerFactory.create(candidacy=earlier, state=Support.YES)

    assert states(client) == []
    assert facts_of(candidacy, today, SUPPORT)["manager_asked"] == 0


@pytest.mark.parametrize(
    "answers, asked, supports",
    [
        ([], 0, 0),
        (["asked"], 1, 0),
        (["asked", "yes"], 1, 1),
        (["yes", "not_yet"], 1, 0),
        (["yes", "not_asked"], 0, 0),
    ],
)
def test_facts_say_where_it_stands_now(
    candidacy: Candidacy, today: date, answers: list[str], asked: int, supports: int
) -> None:
    for age, state in enumerate(reversed(answers)):
        SupportAnswerFactory.create(candidacy=candidacy, state=state, answered_on=today - timedelta(days=age))

    known = facts_of(candidacy, today, SUPPORT)

    assert {name: known[name] for name in SUPPORT} == {"manager_asked": asked, "manager_supports": supports}


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_facts_of_any_number_of_candidacies_take_one_statement(
    today: date, statements: CountStatements, rows: int
) -> None:
    candidacies = CandidacyFactory.create_batch(rows)
    for candidacy in candidacies:
        SupportAnswerFactory.create_batch(2, candidacy=candidacy)

    with statements() as done:
        known = facts_of_all(candidacies, today, SUPPORT)

    assert done.count == 1, done.sql
    assert {facts["manager_asked"] for facts in known.values()} == {1}


def test_the_timeline_knows_when_the_manager_was_asked_and_leads_to_the_page(
    candidacy: Candidacy, today: date
) -> None:
    def line() -> tuple[bool | None, str]:
        known = facts_of(candidacy, today)
        phases = plan_of(candidacy, known=known, today=today).phases
        [task] = [
            task
            for phase in phases
            if phase.window.phase.key == "assess"
            for task in phase.checklist.tasks
            if "manager" in task.text and "support" in task.text
        ]
        return task.is_done, task.url

    assert line() == (False, MANAGER)
    SupportAnswerFactory.create(candidacy=candidacy)
    assert line() == (True, MANAGER)


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_page_takes_six_statements_for_any_number_of_answers(
    client: Client, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    SupportAnswerFactory.create_batch(rows, candidacy=candidacy)
    client.get(MANAGER)

    with statements() as done:
        response = client.get(MANAGER)

    assert done.count == 6, done.sql
    assert len(response.context["answers"].rows) == min(rows, 25)


def test_on_a_later_page_no_answer_is_said_to_lead(client: Client, candidacy: Candidacy) -> None:
    SupportAnswerFactory.create_batch(28, candidacy=candidacy)
    first = client.get(MANAGER)

    second = client.get(MANAGER, {"answers": first.context["answers"].after})

    assert len(second.context["answers"].rows) == 3
    assert ("where it stands now" in first.text, "where it stands now" in second.text) == (True, False)
