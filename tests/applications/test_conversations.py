import uuid
from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import AccessRecord, User
from apps.accounts.tasks import end_deletions
from apps.applications.models import Conversation
from apps.candidates.models import Candidacy, MentorshipKind
from tests.cast import CountStatements, SignIn
from tests.factories.applications import ConversationFactory
from tests.factories.candidates import MentorshipFactory

MANAGER = reverse("applications:manager")
NEW = reverse("applications:conversation_new")
# Today is 24 November 2026.
FULL = {
    "held_on": "2026-11-20",
    "talked_about": "What the level asks for",
    "agreed": "A project beyond the team",
    "next_on": "2026-12-18",
}


def path(verb: str, noted: Conversation) -> str:
    return reverse(f"applications:conversation_{verb}", args=[noted.pk])


def test_new_keeps_what_was_said_and_notes_the_day(
    client: Client, candidate: User, candidacy: Candidacy, today: date
) -> None:
    response = client.post(NEW, FULL)

    noted = candidate.conversations.get()
    candidacy.refresh_from_db()
    assert response.headers["Location"] == MANAGER
    assert (noted.held_on, noted.next_on) == (date(2026, 11, 20), date(2026, 12, 18))
    assert (noted.talked_about, noted.agreed) == ("What the level asks for", "A project beyond the team")
    assert candidacy.last_active_on == today


def test_new_offers_today(client: Client, today: date) -> None:
    assert client.get(NEW).context["form"]["held_on"].value() == today


@pytest.mark.parametrize(
    "field, typed, message",
    [
        ("held_on", "", "This field is required"),
        ("held_on", "2026-11-25", "25 November 2026 is still ahead. Note a talk once it was held"),
        ("held_on", "1969-12-31", "Choose a year from 1970 on"),
        ("held_on", "2026-02-30", "Write a date that exists"),
        ("held_on", "10000-01-01", "Write a date that exists"),
        ("next_on", "2026-11-19", "This is before the talk itself, 20 November 2026."),
        ("next_on", "soon", "Write a date that exists"),
        ("talked_about", "", "This field is required"),
        ("talked_about", "x" * 1_000_000, "at most 5000 characters"),
        ("agreed", "x" * 1_000_000, "at most 5000 characters"),
        ("agreed", "a\x00b", "Null characters are not allowed"),
        ("save_id", "no such thing", "Enter a valid UUID"),
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
    other = "agreed" if field != "agreed" else "talked_about"
    assert form[other].value() == FULL[other]
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("held_on, next_on", [("2026-11-24", ""), ("2026-11-20", "2026-11-20")])
def test_a_talk_of_today_and_one_on_the_same_day_are_taken(
    client: Client, held_on: str, next_on: str
) -> None:
    response = client.post(NEW, FULL | {"held_on": held_on, "next_on": next_on})

    assert response.status_code == HTTPStatus.FOUND


def test_new_sent_twice_makes_one(client: Client, candidate: User) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}

    answers = [client.post(NEW, typed).status_code for _ in range(2)]

    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert candidate.conversations.count() == 1


def test_going_back_to_new_changes_what_it_made_and_brings_it_back(client: Client, candidate: User) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}
    client.post(NEW, typed)
    client.post(path("delete", candidate.conversations.get()))

    client.post(NEW, typed | {"agreed": "Something else"})

    [noted] = Conversation.objects.visible_to(candidate)
    assert noted.agreed == "Something else"


def test_going_back_to_new_after_a_change_elsewhere_shows_both_texts(client: Client, candidate: User) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}
    client.post(NEW, typed)
    noted = candidate.conversations.get()
    client.post(path("edit", noted), FULL | {"revision": "1", "agreed": "Changed elsewhere"})

    stale = client.post(NEW, typed | {"agreed": "Typed after going back"})

    assert stale.status_code == HTTPStatus.CONFLICT
    assert [(d.saved, d.typed) for d in stale.context["differences"]] == [
        ("Changed elsewhere", "Typed after going back")
    ]


def test_edit_from_a_stale_page_shows_both_texts_and_saves_from_there(
    client: Client, candidate: User
) -> None:
    noted = ConversationFactory.create(owner=candidate)
    client.post(path("edit", noted), FULL | {"revision": "1"})

    stale = client.post(path("edit", noted), FULL | {"revision": "1", "agreed": "Nothing", "next_on": ""})

    noted.refresh_from_db()
    assert stale.status_code == HTTPStatus.CONFLICT
    assert noted.agreed == "A project beyond the team"
    assert [(d.label, d.saved, d.typed) for d in stale.context["differences"]] == [
        ("What you agreed", "A project beyond the team", "Nothing"),
        ("When you talk next", "18 December 2026", "nothing"),
    ]
    again = client.post(path("edit", noted), FULL | {"agreed": "Nothing", "revision": "2"})
    noted.refresh_from_db()
    assert again.status_code == HTTPStatus.FOUND
    assert (noted.agreed, noted.revision) == ("Nothing", 3)


def test_edit_sent_twice_is_one_change(client: Client, candidate: User) -> None:
    noted = ConversationFactory.create(owner=candidate)

    answers = [client.post(path("edit", noted), FULL | {"revision": "1"}).status_code for _ in range(2)]

    noted.refresh_from_db()
    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert noted.revision == 2


@pytest.mark.parametrize("revision", ["", "0", "-1", "none", str(2**63)])
def test_edit_without_its_revision_overwrites_nothing(client: Client, candidate: User, revision: str) -> None:
    noted = ConversationFactory.create(owner=candidate, agreed="As it was")

    response = client.post(path("edit", noted), FULL | {"revision": revision})

    noted.refresh_from_db()
    assert response.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert noted.agreed == "As it was"


def test_a_deleted_talk_comes_back_by_undo_and_the_deletion_is_on_record(
    client: Client, candidate: User
) -> None:
    noted = ConversationFactory.create(owner=candidate)

    gone = client.post(path("delete", noted), follow=True)
    assert f'action="{path("undo", noted)}"' in gone.text
    assert noted.talked_about not in gone.text
    client.post(path("undo", noted))

    assert Conversation.objects.visible_to(candidate).get() == noted
    record = AccessRecord.objects.get(thing="applications.conversation")
    assert (record.verb, record.owner) == ("deleted", candidate)


def test_undo_ends_after_thirty_days_and_then_it_is_really_gone(
    client: Client, candidate: User, now: datetime
) -> None:
    kept = ConversationFactory.create(owner=candidate, deleted_at=now - timedelta(days=29))
    gone = ConversationFactory.create(owner=candidate, deleted_at=now - timedelta(days=30, seconds=1))

    assert client.post(path("undo", gone)).status_code == HTTPStatus.NOT_FOUND
    end_deletions()

    assert Conversation.objects.get() == kept


def test_nobody_else_reaches_a_talk_not_even_a_manager_or_a_mentor_with_every_grant(
    candidate: User,
    candidacy: Candidacy,
    other_candidate: User,
    organiser: User,
    administrator: User,
    stranger: User,
    sign_in: SignIn,
    now: datetime,
) -> None:
    noted = ConversationFactory.create(owner=candidate, talked_about="Secret words")
    grants = {"candidacy": candidacy, "readiness_granted_at": now, "plan_granted_at": now}
    manager = MentorshipFactory.create(kind=MentorshipKind.MANAGER, **grants).mentor
    mentor = MentorshipFactory.create(**grants).mentor

    for person in (manager, mentor, other_candidate, organiser, administrator, stranger):
        assert person is not None
        browser = sign_in(person)
        for verb in ("edit", "delete"):
            assert browser.post(path(verb, noted), FULL | {"revision": 1}).status_code == HTTPStatus.NOT_FOUND
        assert "Secret words" not in browser.get(MANAGER).text
    noted.refresh_from_db()
    assert (noted.talked_about, noted.deleted_at) == ("Secret words", None)


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_page_takes_six_statements_for_any_number_of_talks(
    client: Client, candidate: User, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    ConversationFactory.create_batch(rows, owner=candidate)
    MentorshipFactory.create_batch(3, candidacy=candidacy, kind=MentorshipKind.MANAGER)
    client.get(MANAGER)

    with statements() as done:
        response = client.get(MANAGER)

    assert done.count == 6, done.sql
    assert len(response.context["conversations"].rows) == min(rows, 25)


def test_earlier_talks_stand_on_the_next_page(client: Client, candidate: User) -> None:
    for age in range(28):
        ConversationFactory.create(owner=candidate, held_on=timezone.localdate() - timedelta(days=age))
    first = client.get(MANAGER).context["conversations"]

    second = client.get(MANAGER, {"after": first.after}).context["conversations"]

    assert (len(first.rows), len(second.rows)) == (25, 3)
    assert first.rows[-1].held_on > second.rows[0].held_on


def test_the_empty_page_says_who_sees_it_and_what_will_be_here(client: Client) -> None:
    page = client.get(MANAGER).text

    assert "Only you see this page: not your manager, not your mentors" in page
    assert "Note what was said and agreed while you remember it" in page
    assert "What your manager says stands here with its date and reason" in page
    assert "they see nothing until you share it" in page


def test_somebody_without_a_candidacy_can_note_talks(stranger: User, sign_in: SignIn) -> None:
    browser = sign_in(stranger)

    assert browser.post(NEW, FULL).status_code == HTTPStatus.FOUND
    assert "Support is asked for a level and a date." in browser.get(MANAGER).text
