from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from apps.accounts import actions as accounts
from apps.accounts.models import AccessRecord, User
from apps.candidates import actions
from apps.candidates.models import Candidacy, Mentorship, MentorshipKind, MentorshipQuerySet
from tests.cast import CountStatements, Posted, SignIn
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory, MentorshipFactory

MENTORS = reverse("candidates:mentors")
NEW = reverse("candidates:mentorship_new")
DECLINE = reverse("candidates:mentorship_decline")
MY_CANDIDATES = reverse("candidates:my_candidates")

VERBS = ["pause", "resume", "revoke", "renew_link", "readiness"]


def path(verb: str, mentorship: Mentorship) -> str:
    return reverse(f"candidates:mentorship_{verb}", args=[mentorship.pk])


def token_in(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


@pytest.fixture
def ask(candidate: User, candidacy: Candidacy, now: datetime) -> Callable[..., tuple[Mentorship, str]]:
    def asking(
        email: str = "henrik@example.com", kind: str = MentorshipKind.MENTOR
    ) -> tuple[Mentorship, str]:
        return actions.invite_mentor(
            candidacy, name="Henrik Dahl", email=email, kind=kind, by=candidate, now=now
        )

    return asking


def test_inviting_shows_the_link_once_and_mails_it(
    client: Client,
    candidacy: Candidacy,
    posted: Posted,
) -> None:
    response = client.post(NEW, {"name": "Henrik Dahl", "email": "Henrik@Example.com", "kind": "manager"})

    mentorship = candidacy.mentorships.get()
    assert response.status_code == HTTPStatus.OK
    assert (mentorship.state, mentorship.kind, mentorship.invited_email) == (
        "asked",
        "manager",
        "henrik@example.com",
    )
    link = response.context["link"]
    assert link in response.text
    [message] = posted()
    assert link in message.body
    assert message.to == ["henrik@example.com"]
    assert link not in client.get(MENTORS).text


@pytest.mark.parametrize(
    "email, message",
    [
        ("maya@example.com", "This is your own address"),
        ("MAYA@example.com", "This is your own address"),
        ("maya.second@example.com", "This is your own address"),
        ("henrik@example.com", "This person is in your list already"),
        ("HENRIK@example.com", "This person is in your list already"),
        ("henrik.second@example.com", "This person is in your list already"),
        ("asked@example.com", "This person is in your list already"),
        ("no address", "Enter a valid email address"),
        ("a\x00b@example.com", "Enter a valid email address"),
    ],
)
def test_addresses_that_cannot_be_asked_get_their_reason_at_the_field(
    client: Client, candidate: User, mentor: User, candidacy: Candidacy, email: str, message: str
) -> None:
    EmailAddress.objects.create(user=candidate, email="maya.second@example.com", verified=True)
    EmailAddress.objects.create(user=mentor, email="henrik.second@example.com", verified=True)
    MentorshipFactory.create(
        candidacy=candidacy, mentor=None, accepted_at=None, invited_email="asked@example.com"
    )

    response = client.post(NEW, {"name": "Somebody", "email": email, "kind": "mentor"})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = response.context["form"]
    assert message in form.errors["email"][0]
    assert form["name"].value() == "Somebody"
    assert candidacy.mentorships.count() == 2


def test_somebody_whose_mentorship_ended_can_be_asked_again(
    client: Client, candidacy: Candidacy, revoked_mentor: User
) -> None:
    response = client.post(NEW, {"name": "Amara", "email": revoked_mentor.email, "kind": "mentor"})

    assert response.status_code == HTTPStatus.OK
    assert sorted(m.state for m in candidacy.mentorships.all()) == ["asked", "ended"]


def test_access_lasts_from_acceptance_to_revocation_and_not_a_request_longer(
    client: Client,
    candidacy: Candidacy,
    ask: Callable[..., tuple[Mentorship, str]],
    sign_in: SignIn,
) -> None:
    henrik = UserFactory.create(name="Henrik Dahl", email="henrik@example.com")
    mentor_client = sign_in(henrik)
    mentorship, link = ask()

    def sees() -> bool:
        assert (candidacy in Candidacy.objects.visible_to(henrik)) == (
            "Maya Okonkwo" in mentor_client.get(MY_CANDIDATES).text
        )
        return candidacy in Candidacy.objects.visible_to(henrik)

    assert not sees()

    accepted = mentor_client.post(reverse("accounts:accept", args=[token_in(link)]))
    assert accepted.headers["Location"] == MY_CANDIDATES
    assert sees()

    client.post(path("pause", mentorship))
    assert not sees()

    client.post(path("resume", mentorship))
    assert sees()

    client.post(path("revoke", mentorship))
    assert not sees()

    for verb in ("pause", "resume", "readiness", "renew_link"):
        assert client.post(path(verb, mentorship)).status_code == HTTPStatus.CONFLICT
    assert not sees()


def test_every_change_of_who_may_read_is_on_record(
    client: Client,
    candidate: User,
    ask: Callable[..., tuple[Mentorship, str]],
    sign_in: SignIn,
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    mentorship, link = ask()
    sign_in(henrik).post(reverse("accounts:accept", args=[token_in(link)]))
    client.post(path("readiness", mentorship), {"granted": "yes"})
    client.post(path("pause", mentorship))
    client.post(path("pause", mentorship))
    client.post(path("resume", mentorship))
    client.post(path("revoke", mentorship))

    records = AccessRecord.objects.filter(thing="candidates.mentorship").order_by("pk")

    assert [(record.verb, record.by) for record in records] == [
        ("asked", candidate),
        ("accepted", henrik),
        ("granted readiness", candidate),
        ("paused", candidate),
        ("resumed", candidate),
        ("revoked", candidate),
    ]
    assert {record.owner for record in records} == {candidate}


def test_pausing_offers_to_take_it_back(client: Client, mentorship: Mentorship) -> None:
    response = client.post(path("pause", mentorship), follow=True)

    assert "Paused. Henrik Dahl sees nothing of yours for now." in response.text
    assert f'action="{path("resume", mentorship)}"' in response.text


def test_a_request_that_was_taken_back_cannot_be_accepted(
    client: Client, ask: Callable[..., tuple[Mentorship, str]], sign_in: SignIn
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    mentorship, link = ask()
    client.post(path("revoke", mentorship))

    response = sign_in(henrik).post(reverse("accounts:accept", args=[token_in(link)]))

    mentorship.refresh_from_db()
    assert response.status_code == HTTPStatus.GONE
    assert (mentorship.state, mentorship.mentor) == ("ended", None)


def test_a_new_link_ends_the_old_one(
    client: Client, ask: Callable[..., tuple[Mentorship, str]], sign_in: SignIn
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    mentorship, old = ask()

    new = client.post(path("renew_link", mentorship)).context["link"]

    assert sign_in(henrik).get(reverse("accounts:invitation", args=[token_in(old)])).status_code == 404
    accepted = sign_in(henrik).post(reverse("accounts:accept", args=[token_in(new)]))
    assert accepted.headers["Location"] == MY_CANDIDATES


def test_a_new_link_for_somebody_who_accepted_is_a_conflict(client: Client, mentorship: Mentorship) -> None:
    assert client.post(path("renew_link", mentorship)).status_code == HTTPStatus.CONFLICT


def test_an_account_made_by_the_link_becomes_the_mentor(
    candidacy: Candidacy, ask: Callable[..., tuple[Mentorship, str]], now: datetime
) -> None:
    mentorship, _ = ask()
    assert mentorship.invitation is not None

    henrik, next_url = accounts.join(mentorship.invitation, "Henrik", "a long password", now=now)

    mentorship.refresh_from_db()
    assert (mentorship.mentor, mentorship.state, next_url) == (henrik, "active", MY_CANDIDATES)
    assert candidacy in Candidacy.objects.visible_to(henrik)


def test_nobody_accepts_their_own_request_by_an_address_added_later(
    client: Client, candidate: User, candidacy: Candidacy, ask: Callable[..., tuple[Mentorship, str]]
) -> None:
    mentorship, link = ask("alias@example.com")
    EmailAddress.objects.create(user=candidate, email="alias@example.com", verified=True)

    response = client.post(reverse("accounts:accept", args=[token_in(link)]))

    mentorship.refresh_from_db()
    assert response.status_code == HTTPStatus.CONFLICT
    assert mentorship.state == "asked"


def test_a_mentor_does_not_become_one_twice_by_a_second_address(
    mentor: User, candidacy: Candidacy, ask: Callable[..., tuple[Mentorship, str]], sign_in: SignIn
) -> None:
    second, link = ask("henrik.second@example.com")
    EmailAddress.objects.create(user=mentor, email="henrik.second@example.com", verified=True)

    response = sign_in(mentor).post(reverse("accounts:accept", args=[token_in(link)]))

    second.refresh_from_db()
    assert response.status_code == HTTPStatus.GONE
    assert second.state == "asked"


def test_a_request_of_a_closed_candidacy_is_not_open(
    candidacy: Candidacy, ask: Callable[..., tuple[Mentorship, str]], now: datetime, sign_in: SignIn
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    _, link = ask()
    candidacy.closed_at = now
    candidacy.save()

    response = sign_in(henrik).post(reverse("accounts:accept", args=[token_in(link)]))

    assert response.status_code == HTTPStatus.GONE


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_declining_by_the_link_ends_the_request(
    ask: Callable[..., tuple[Mentorship, str]], sign_in: SignIn, is_signed_in: bool
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    browser = sign_in(henrik) if is_signed_in else Client()
    mentorship, link = ask()
    page = browser.get(reverse("accounts:invitation", args=[token_in(link)]))
    assert f'action="{DECLINE}"' in page.text

    response = browser.post(DECLINE, {"token": token_in(link)})

    mentorship.refresh_from_db()
    assert response.status_code == HTTPStatus.OK
    assert mentorship.state == "declined"
    again = sign_in(henrik).post(reverse("accounts:accept", args=[token_in(link)]))
    assert again.status_code == HTTPStatus.GONE
    assert browser.post(DECLINE, {"token": token_in(link)}).status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize("token", ["", "x" * 43, "\x00", "x" * 1_000_000])
def test_declining_with_another_token_finds_nothing(
    ask: Callable[..., tuple[Mentorship, str]], token: str
) -> None:
    ask()

    assert Client().post(DECLINE, {"token": token}).status_code == HTTPStatus.NOT_FOUND


def test_declining_an_invitation_of_another_kind_finds_nothing(organiser: User, now: datetime) -> None:
    _, link = accounts.invite("candidate", "new@example.com", "New", by=organiser, now=now)

    assert Client().post(DECLINE, {"token": token_in(link)}).status_code == HTTPStatus.NOT_FOUND


def test_after_acceptance_there_is_nothing_to_decline(
    ask: Callable[..., tuple[Mentorship, str]], sign_in: SignIn
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    mentorship, link = ask()
    sign_in(henrik).post(reverse("accounts:accept", args=[token_in(link)]))

    response = sign_in(henrik).post(DECLINE, {"token": token_in(link)})

    mentorship.refresh_from_db()
    assert response.status_code == HTTPStatus.CONFLICT
    assert mentorship.state == "active"


def test_readiness_is_granted_and_taken_back(client: Client, mentorship: Mentorship) -> None:
    client.post(path("readiness", mentorship), {"granted": "yes"})
    mentorship.refresh_from_db()
    assert mentorship.may_rate_indicators()

    client.post(path("readiness", mentorship), {"granted": "no"})
    mentorship.refresh_from_db()
    assert not mentorship.may_rate_indicators()


@pytest.mark.parametrize("verb", VERBS)
def test_a_mentorship_is_not_there_for_anybody_but_its_candidate(
    mentor: User,
    mentorship: Mentorship,
    other_candidate: User,
    organiser: User,
    administrator: User,
    stranger: User,
    sign_in: SignIn,
    verb: str,
) -> None:
    before = Mentorship.objects.values().get(pk=mentorship.pk)

    for person in (mentor, other_candidate, organiser, administrator, stranger):
        assert sign_in(person).post(path(verb, mentorship)).status_code == HTTPStatus.NOT_FOUND

    assert Mentorship.objects.values().get(pk=mentorship.pk) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_get_changes_nothing(client: Client, mentorship: Mentorship, verb: str) -> None:
    assert client.get(path(verb, mentorship)).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_page_says_of_each_mentor_what_they_see(
    client: Client, candidacy: Candidacy, mentor: User, revoked_mentor: User, now: datetime
) -> None:
    MentorshipFactory.create(candidacy=candidacy, mentor__name="Paused Person", paused_at=now)
    MentorshipFactory.create(candidacy=candidacy, mentor=None, accepted_at=None)

    response = client.get(MENTORS)

    assert [row.state for row in response.context["standing"]] == ["asked", "paused", "active"]
    assert [row.mentor_name for row in response.context["over"]] == ["Amara Bello"]
    assert "Sees nothing of yours until you resume." in response.text
    assert "Sees nothing yet. Once they accept:" in response.text
    assert "none of your stories. Rates principles only." in response.text


def test_the_page_without_mentors_says_what_will_be_there(client: Client) -> None:
    assert "One mentor who holds the level you aim for is enough to begin" in client.get(MENTORS).text


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_page_of_mentors_takes_four_statements(
    client: Client, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    MentorshipFactory.create_batch(rows, candidacy=candidacy)

    with statements() as done:
        response = client.get(MENTORS)

    assert done.count == 4, done.sql
    assert len(response.context["page"].rows) == min(rows, 50)


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_page_of_candidates_takes_the_same_statements_for_any_number(
    stranger: User, sign_in: SignIn, statements: CountStatements, rows: int
) -> None:
    MentorshipFactory.create_batch(rows, mentor=stranger)
    client = sign_in(stranger)
    client.get(MY_CANDIDATES)

    with statements() as done:
        response = client.get(MY_CANDIDATES)

    assert done.count == 5, done.sql
    assert len(response.context["people"]) == min(rows, 50)


def test_my_candidates_shows_whom_i_mentor_now_with_their_plan(
    mentor: User, mentorship: Mentorship, now: datetime, sign_in: SignIn
) -> None:
    MentorshipFactory.create(mentor=mentor, candidacy__person__name="Paused One", paused_at=now)
    MentorshipFactory.create(mentor=mentor, candidacy__person__name="Ended One", revoked_at=now)
    CandidacyFactory.create(person__name="Not Mine")

    response = sign_in(mentor).get(MY_CANDIDATES)

    assert [entry["mentorship"] for entry in response.context["people"]] == [mentorship]
    assert "Maya Okonkwo" in response.text
    assert "Target date Sun 25 July 2027" in response.text
    assert "Build evidence until 24 Jan 2027" in response.text
    for hidden in ("Paused One", "Ended One", "Not Mine"):
        assert hidden not in response.text


def test_my_candidates_of_somebody_who_mentors_nobody_says_how_it_begins(
    stranger: User, sign_in: SignIn
) -> None:
    assert "When somebody asks you to be their mentor" in sign_in(stranger).get(MY_CANDIDATES).text


def test_older_mentorships_stand_on_the_next_page(
    client: Client, candidacy: Candidacy, now: datetime
) -> None:
    for age in range(53):
        MentorshipFactory.create(candidacy=candidacy, asked_at=now - timedelta(days=age + 60))
    first = client.get(MENTORS).context["page"]

    second = client.get(MENTORS, {"after": first.after}).context["page"]

    assert (len(first.rows), len(second.rows)) == (50, 3)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


def test_a_request_is_accepted_or_declined_and_never_both(mentorship: Mentorship, now: datetime) -> None:
    with pytest.raises(IntegrityError, match="mentorship_accepted_or_declined"):
        Mentorship.objects.filter(pk=mentorship.pk).update(declined_at=now)


def test_what_was_declined_while_accepting_is_not_accepted(
    ask: Callable[..., tuple[Mentorship, str]],
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    henrik = UserFactory.create(email="henrik@example.com")
    mentorship, link = ask()
    first = MentorshipQuerySet.first

    def decline_after_reading(self: MentorshipQuerySet) -> Mentorship | None:
        read = first(self)
        Mentorship.objects.filter(pk=mentorship.pk).update(declined_at=now)
        return read

    monkeypatch.setattr(MentorshipQuerySet, "first", decline_after_reading)

    response = sign_in(henrik).post(reverse("accounts:accept", args=[token_in(link)]))

    mentorship.refresh_from_db()
    assert response.status_code == HTTPStatus.GONE
    assert (mentorship.mentor, mentorship.accepted_at) == (None, None)
