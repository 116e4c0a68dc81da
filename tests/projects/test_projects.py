import uuid
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.facts import facts_of
from apps.candidates.models import Candidacy
from apps.projects.models import Project, ProjectStatus
from tests.cast import CountStatements, SignIn
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory

INDEX = reverse("projects:index")
NEW = reverse("projects:new")
FULL: dict[str, str | list[str]] = {
    "name": "Checkout reliability",
    "summary": "Five teams ship daily.",
    "status": "active",
    "started_on": "2026-03-01",
    "ended_on": "2026-10-31",
    "teams_affected": "5",
    "organisations_affected": "2",
    "principles": ["ownership", "dive_deep"],
    "indicators": ["l6_leads_three_teams"],
}


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def edit_of(project: Project) -> str:
    return reverse("projects:edit", args=[project.pk])


def test_new_needs_a_name_only(client: Client, candidate: User) -> None:
    response = client.post(NEW, {"name": "Ledger", "status": "idea"})

    assert response.headers["Location"] == INDEX
    assert candidate.projects.get().name == "Ledger"


def test_new_sent_twice_makes_one(client: Client, candidate: User, candidacy: Candidacy) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}

    answers = [client.post(NEW, typed).status_code for _ in range(2)]

    candidacy.refresh_from_db()
    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert (candidate.projects.count(), candidacy.evidence_rev) == (1, 2)


def test_each_page_of_new_makes_its_own(client: Client, candidate: User) -> None:
    ids = {str(client.get(NEW).context["form"]["save_id"].value()) for _ in range(2)}

    for save_id in ids:
        client.post(NEW, FULL | {"save_id": save_id})

    assert candidate.projects.count() == 2


def test_going_back_to_new_and_changing_it_changes_what_it_made(client: Client, candidate: User) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}
    client.post(NEW, typed)

    client.post(NEW, typed | {"name": "A better name"})

    assert [project.name for project in candidate.projects.all()] == ["A better name"]


def test_going_back_to_new_after_a_change_elsewhere_shows_both_texts(client: Client, candidate: User) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}
    client.post(NEW, typed)
    project = candidate.projects.get()
    client.post(edit_of(project), FULL | {"revision": "1", "name": "Changed elsewhere"})

    stale = client.post(NEW, typed | {"name": "Typed after going back"})

    assert stale.status_code == HTTPStatus.CONFLICT
    assert [(d.saved, d.typed) for d in stale.context["differences"]] == [
        ("Changed elsewhere", "Typed after going back")
    ]
    assert f'action="{edit_of(project)}"' in stale.text
    project.refresh_from_db()
    assert project.name == "Changed elsewhere"


def test_the_id_of_somebody_elses_form_makes_ones_own(
    client: Client, candidate: User, other_candidate: User, sign_in: SignIn
) -> None:
    typed = FULL | {"save_id": str(uuid.uuid4())}
    sign_in(other_candidate).post(NEW, typed)

    client.post(NEW, typed)

    assert (candidate.projects.count(), other_candidate.projects.count()) == (1, 1)


def test_new_keeps_every_field_and_is_evidence(client: Client, candidate: User, candidacy: Candidacy) -> None:
    client.post(NEW, FULL)

    project = candidate.projects.get()
    candidacy.refresh_from_db()
    assert (project.teams_affected, project.organisations_affected) == (5, 2)
    assert (project.started_on, project.ended_on) == (date(2026, 3, 1), date(2026, 10, 31))
    assert (project.principles, project.indicators) == (["ownership", "dive_deep"], ["l6_leads_three_teams"])
    assert candidacy.evidence_rev == 2


@pytest.mark.parametrize(
    "field, typed, message",
    [
        ("name", "", "This field is required"),
        ("name", "x" * 121, "at most 120 characters"),
        ("name", "a\x00b", "Null characters are not allowed"),
        ("summary", "x" * 1_000_000, "at most 2000 characters"),
        ("status", "sleeping", "Select a valid choice"),
        ("ended_on", "2026-02-28", "The end is before the start, 1 March 2026."),
        ("ended_on", "2026-02-30", "Write a date that exists"),
        ("started_on", "yesterday", "Write a date that exists"),
        ("teams_affected", "many", "Enter a whole number"),
        ("teams_affected", "0", "greater than or equal to 1"),
        ("teams_affected", str(2**63), "less than or equal to 10000"),
        ("principles", "charisma", "Select a valid choice"),
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
    assert (
        form["summary" if field != "summary" else "name"].value()
        == FULL["summary" if field != "summary" else "name"]
    )
    assert not Project.objects.exists()


def test_a_project_may_end_on_the_day_it_began(client: Client) -> None:
    response = client.post(NEW, FULL | {"ended_on": "2026-03-01"})

    assert response.status_code == HTTPStatus.FOUND


def test_edit_saves_and_raises_the_revision(client: Client, candidate: User, candidacy: Candidacy) -> None:
    project = ProjectFactory.create(owner=candidate)

    response = client.post(edit_of(project), FULL | {"revision": "1"})

    project.refresh_from_db()
    candidacy.refresh_from_db()
    assert response.headers["Location"] == INDEX
    assert (project.name, project.revision, candidacy.evidence_rev) == ("Checkout reliability", 2, 2)


def test_edit_from_a_stale_page_shows_both_texts_and_saves_from_there(
    client: Client, candidate: User
) -> None:
    project = ProjectFactory.create(owner=candidate)
    client.post(edit_of(project), FULL | {"revision": "1"})

    stale = client.post(
        edit_of(project),
        FULL | {"revision": "1", "name": "Checkout speed", "status": "done", "principles": ["frugality"]},
    )

    project.refresh_from_db()
    assert stale.status_code == HTTPStatus.CONFLICT
    assert project.name == "Checkout reliability"
    assert [(d.label, d.saved, d.typed) for d in stale.context["differences"]] == [
        ("Name", "Checkout reliability", "Checkout speed"),
        ("Status", "Under way", "Finished"),
        ("Principles it could show", "Ownership, Dive Deep", "Frugality"),
    ]
    form = stale.context["form"]
    assert (form["name"].value(), form["revision"].value()) == ("Checkout speed", "2")

    again = client.post(edit_of(project), FULL | {"name": "Checkout speed", "revision": "2"})
    project.refresh_from_db()
    assert again.status_code == HTTPStatus.FOUND
    assert (project.name, project.revision) == ("Checkout speed", 3)


def test_edit_sent_twice_is_one_change(client: Client, candidate: User) -> None:
    project = ProjectFactory.create(owner=candidate)

    answers = [client.post(edit_of(project), FULL | {"revision": "1"}).status_code for _ in range(2)]

    project.refresh_from_db()
    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert project.revision == 2


@pytest.mark.parametrize("revision", ["", "none", "-1", str(2**63)])
def test_edit_without_its_revision_overwrites_nothing(client: Client, candidate: User, revision: str) -> None:
    project = ProjectFactory.create(owner=candidate, name="As it was")

    response = client.post(edit_of(project), FULL | {"revision": revision})

    project.refresh_from_db()
    assert response.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert project.name == "As it was"


def test_edit_keeps_keys_of_an_earlier_framework(client: Client, candidate: User) -> None:
    project = ProjectFactory.create(owner=candidate, principles=["old_virtue"])

    client.post(edit_of(project), FULL | {"revision": "1", "principles": ["old_virtue", "ownership"]})

    project.refresh_from_db()
    assert project.principles == ["old_virtue", "ownership"]


def test_projects_of_somebody_else_are_not_there(
    candidate: User,
    other_candidate: User,
    mentor: User,
    organiser: User,
    administrator: User,
    stranger: User,
    sign_in: SignIn,
) -> None:
    project = ProjectFactory.create(owner=candidate, name="Secret name")

    for person in (other_candidate, mentor, organiser, administrator, stranger):
        browser = sign_in(person)
        assert browser.get(edit_of(project)).status_code == HTTPStatus.NOT_FOUND
        assert browser.post(edit_of(project), FULL | {"revision": "1"}).status_code == HTTPStatus.NOT_FOUND
        assert "Secret name" not in browser.get(INDEX).text


@pytest.mark.parametrize("pk", [0, 2**31, 2**63, 10**30])
def test_keys_that_no_project_has_find_nothing(client: Client, pk: int) -> None:
    assert client.get(reverse("projects:edit", args=[pk])).status_code == HTTPStatus.NOT_FOUND


def test_index_counts_the_stories_in_use(client: Client, candidate: User) -> None:
    project = ProjectFactory.create(owner=candidate)
    StoryFactory.create_batch(2, owner=candidate, project=project)
    StoryFactory.create(owner=candidate, project=project, archived_at=timezone.now())
    StoryFactory.create(owner=candidate, project=project, deleted_at=timezone.now())

    response = client.get(INDEX)

    assert [row.story_count for row in response.context["page"].rows] == [2]
    assert "<span>2 stories</span>" in response.text


def test_index_without_projects_says_what_will_be_here(client: Client) -> None:
    assert "A project gathers the stories told about it" in client.get(INDEX).text


def test_index_shows_fifty_a_page(client: Client, candidate: User) -> None:
    for age in range(53):
        ProjectFactory.create(owner=candidate, created_at=timezone.now() - timedelta(days=age))
    first = client.get(INDEX).context["page"]

    second = client.get(INDEX, {"after": first.after}).context["page"]

    assert (len(first.rows), len(second.rows)) == (50, 3)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_index_takes_the_same_statements_for_any_number_of_projects(
    client: Client, candidate: User, statements: CountStatements, rows: int
) -> None:
    for project in ProjectFactory.create_batch(rows, owner=candidate):
        StoryFactory.create(owner=candidate, project=project)
    client.get(INDEX)

    with statements() as done:
        client.get(INDEX)

    assert done.count == 4, done.sql


def test_edit_takes_few_statements(client: Client, candidate: User, statements: CountStatements) -> None:
    project = ProjectFactory.create(owner=candidate)
    client.get(edit_of(project))

    with statements() as done:
        client.get(edit_of(project))

    assert done.count == 4, done.sql


def test_somebody_without_a_candidacy_can_keep_projects(stranger: User, sign_in: SignIn) -> None:
    response = sign_in(stranger).post(NEW, {"name": "Ledger", "status": "idea"})

    assert response.status_code == HTTPStatus.FOUND


def test_facts_count_projects_that_were_not_dropped(
    candidate: User, candidacy: Candidacy, today: date
) -> None:
    ProjectFactory.create(owner=candidate, teams_affected=3, organisations_affected=2)
    ProjectFactory.create(owner=candidate, teams_affected=2, status=ProjectStatus.DONE)
    ProjectFactory.create(owner=candidate, teams_affected=9, status=ProjectStatus.DROPPED)

    known = facts_of(candidacy, today)

    assert {name: known[name] for name in known if name.startswith("projects")} == {
        "projects": 2,
        "projects_across_three_teams": 1,
        "projects_across_organisations": 1,
        "projects_delivered": 1,
    }
