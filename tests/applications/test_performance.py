import uuid
from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from apps.accounts import private_texts
from apps.accounts.models import AccessRecord, User
from apps.accounts.tasks import end_deletions
from apps.applications.facts import PERFORMANCE
from apps.applications.models import PerformanceRecord
from apps.candidates.facts import facts_of, facts_of_all
from apps.candidates.models import Candidacy, MentorshipKind
from tests.cast import CountStatements, SignIn
from tests.factories.applications import (
    ConversationFactory,
    PerformanceRecordFactory,
    SupportAnswerFactory,
)
from tests.factories.candidates import CandidacyFactory, MentorshipFactory

INDEX = reverse("applications:performance")
NEW = reverse("applications:performance_new")
FULL = {
    "cycle": "Annual review 2025",
    "starts_on": "2025-01-01",
    "ends_on": "2025-12-31",
    "company_rating": "Exceeds expectations",
    "rating": "4",
    "said": "Led the migration across five teams.",
    "link": "https://hr.example.com/reviews/2025",
    "kept_at": "Folder “Reviews”",
}


def path(verb: str, record: PerformanceRecord) -> str:
    return reverse(f"applications:performance_{verb}", args=[record.pk])


def test_new_keeps_every_field(client: Client, candidate: User) -> None:
    response = client.post(NEW, FULL)

    record = candidate.performance_records.get()
    assert response.headers["Location"] == INDEX
    assert (record.cycle, record.starts_on, record.ends_on) == (
        "Annual review 2025",
        date(2025, 1, 1),
        date(2025, 12, 31),
    )
    assert (record.company_rating, record.rating) == ("Exceeds expectations", 4)
    assert (record.said, record.link, record.kept_at) == (FULL["said"], FULL["link"], FULL["kept_at"])


def test_a_cycle_needs_a_name_and_its_dates_only(client: Client, candidate: User) -> None:
    client.post(NEW, {"cycle": "2025", "starts_on": "2025-01-01", "ends_on": "2025-12-31", "rating": ""})

    assert candidate.performance_records.get().rating is None
    assert "Not on our scale" in client.get(INDEX).text


@pytest.mark.parametrize(
    "field, typed, message",
    [
        ("cycle", "", "This field is required"),
        ("cycle", "x" * 121, "at most 120 characters"),
        ("starts_on", "2026-11-25", "25 November 2026 is still ahead."),
        ("starts_on", "1969-01-01", "Choose a year from 1970 on"),
        ("ends_on", "2024-12-31", "The end is before the start, 1 January 2025."),
        ("ends_on", "2025-02-30", "Write a date that exists"),
        ("rating", "5", "Select a valid choice"),
        ("rating", "0", "Select a valid choice"),
        ("rating", str(2**63), "Select a valid choice"),
        ("company_rating", "x" * 201, "at most 200 characters"),
        ("said", "x" * 1_000_000, "at most 5000 characters"),
        ("said", "a\x00b", "Null characters are not allowed"),
        ("link", "javascript:alert(1)", "Enter a valid URL"),
        ("link", f"https://example.com/{'x' * 500}", "at most 500 characters"),
        ("kept_at", "x" * 301, "at most 300 characters"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_typed_is_lost(
    client: Client, field: str, typed: str, message: str
) -> None:
    response = client.post(NEW, FULL | {field: typed})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert message in form.errors[field][0]
    other = "said" if field != "said" else "cycle"
    assert form[other].value() == FULL[other]
    assert not PerformanceRecord.objects.exists()


def test_new_sent_twice_makes_one(client: Client, candidate: User) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}

    for _ in range(2):
        assert client.post(NEW, typed).status_code == HTTPStatus.FOUND

    assert candidate.performance_records.count() == 1


def test_edit_from_a_stale_page_shows_both_texts_in_words(client: Client, candidate: User) -> None:
    record = PerformanceRecordFactory.create(owner=candidate)
    client.post(path("edit", record), FULL | {"revision": "1"})

    stale = client.post(path("edit", record), FULL | {"revision": "1", "rating": "", "kept_at": "Shelf"})

    record.refresh_from_db()
    assert stale.status_code == HTTPStatus.CONFLICT
    assert record.rating == 4
    assert [(d.label, d.saved, d.typed) for d in stale.context["differences"]] == [
        ("Where that falls on our scale", "Above", "nothing"),
        ("Where the document is", "Folder “Reviews”", "Shelf"),
    ]
    client.post(path("edit", record), FULL | {"revision": "2", "rating": ""})
    assert PerformanceRecord.objects.values_list("rating", "revision").get() == (None, 3)


def test_edit_sent_twice_is_one_change(client: Client, candidate: User) -> None:
    record = PerformanceRecordFactory.create(owner=candidate)

    for _ in range(2):
        assert client.post(path("edit", record), FULL | {"revision": "1"}).status_code == HTTPStatus.FOUND

    record.refresh_from_db()
    assert record.revision == 2


def test_a_deleted_record_comes_back_by_undo_until_thirty_days_are_over(
    client: Client, candidate: User, now: datetime
) -> None:
    record = PerformanceRecordFactory.create(owner=candidate)
    client.post(path("delete", record))
    assert not PerformanceRecord.objects.visible_to(candidate).exists()
    client.post(path("undo", record))
    assert PerformanceRecord.objects.visible_to(candidate).get() == record

    old = now - timedelta(days=30, seconds=1)
    PerformanceRecord.objects.filter(pk=record.pk).update(deleted_at=old)

    assert client.post(path("undo", record)).status_code == HTTPStatus.NOT_FOUND
    end_deletions()
    assert not PerformanceRecord.objects.exists()


def test_nobody_else_reaches_a_record_not_even_a_manager_or_a_mentor_with_every_grant(
    candidate: User,
    candidacy: Candidacy,
    other_candidate: User,
    organiser: User,
    administrator: User,
    sign_in: SignIn,
    now: datetime,
) -> None:
    record = PerformanceRecordFactory.create(owner=candidate, said="Secret words")
    grants = {"candidacy": candidacy, "readiness_granted_at": now, "plan_granted_at": now}
    manager = MentorshipFactory.create(kind=MentorshipKind.MANAGER, **grants).mentor
    mentor = MentorshipFactory.create(**grants).mentor

    for person in (manager, mentor, other_candidate, organiser, administrator):
        assert person is not None
        browser = sign_in(person)
        assert browser.get(path("edit", record)).status_code == HTTPStatus.NOT_FOUND
        assert browser.post(path("edit", record), FULL | {"revision": 1}).status_code == HTTPStatus.NOT_FOUND
        assert "Secret words" not in browser.get(INDEX).text


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_list_takes_four_statements_for_any_number_of_records(
    client: Client, candidate: User, statements: CountStatements, rows: int
) -> None:
    PerformanceRecordFactory.create_batch(rows, owner=candidate, rating=3)
    client.get(INDEX)

    with statements() as done:
        response = client.get(INDEX)

    assert done.count == 4, done.sql
    assert len(response.context["page"].rows) == min(rows, 50)


@pytest.mark.parametrize(
    "ratings, number, at_the_bar",
    [([], 0, None), ([None], 1, None), ([3], 1, 1), ([4], 1, 1), ([2, 4], 2, 0), ([None, 4], 2, None)],
)
def test_facts_count_records_and_know_the_newest_one(
    candidate: User,
    candidacy: Candidacy,
    today: date,
    now: datetime,
    ratings: list[int | None],
    number: int,
    at_the_bar: int | None,
) -> None:
    for age, rating in enumerate(ratings):
        PerformanceRecordFactory.create(
            owner=candidate, rating=rating, ends_on=today - timedelta(days=30 + 365 * age)
        )
    PerformanceRecordFactory.create(owner=candidate, rating=1, ends_on=today, deleted_at=now)

    known = facts_of(candidacy, today, PERFORMANCE)

    assert {name: known[name] for name in PERFORMANCE} == {
        "performance_records": number,
        "last_performance_at_the_bar": at_the_bar,
    }


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_facts_of_any_number_of_people_take_one_statement(
    today: date, statements: CountStatements, rows: int
) -> None:
    candidacies = CandidacyFactory.create_batch(rows)
    for candidacy in candidacies:
        PerformanceRecordFactory.create_batch(2, owner=candidacy.person, rating=3)

    with statements() as done:
        known = facts_of_all(candidacies, today, PERFORMANCE)

    assert done.count == 1, done.sql
    assert {facts["performance_records"] for facts in known.values()} == {2}


@pytest.mark.parametrize("wrong", [{"rating": 5}, {"rating": 0}, {"ends_on": date(2020, 1, 1)}])
def test_the_database_refuses_what_cannot_be(candidate: User, today: date, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=r"performance_(rating_from_1_to_4|ends_after_its_start)"):
        PerformanceRecordFactory.create(owner=candidate, **({"starts_on": today} | wrong))


def test_an_administrator_reads_each_kind_for_a_reason_only_and_its_owner_sees_that(
    candidate: User, candidacy: Candidacy, administrator: User, now: datetime
) -> None:
    things = {
        "conversation": ConversationFactory.create(owner=candidate, agreed="Agreed words"),
        "support": SupportAnswerFactory.create(candidacy=candidacy, reason="Reason words"),
        "performance": PerformanceRecordFactory.create(owner=candidate, said="Said words"),
    }

    read = {
        kind: private_texts.read_private_text(
            candidate, kind, thing.pk, reason="A request of theirs", by=administrator, now=now
        )
        for kind, thing in things.items()
    }

    assert [parts[-1] for parts in read.values()] == [
        ("Agreed", "Agreed words"),
        ("Reason", "Reason words"),
        ("What was said", "Said words"),
    ]
    records = AccessRecord.objects.filter(owner=candidate, verb=private_texts.VERB)
    assert [record.reason for record in records] == ["A request of theirs"] * 3
