"""How people come into a cohort, follow its date, and leave it."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts import actions as accounts
from apps.accounts.models import Invitation, User
from apps.candidates.models import Candidacy
from apps.cohorts import actions
from apps.cohorts.models import Cohort, CohortInvitation, Membership
from tests.cast import SignIn
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.cohorts import CohortFactory, CohortInvitationFactory, MembershipFactory

TOKEN = "j" * 43
ACCEPT = reverse("accounts:accept", args=[TOKEN])


def asked(cohort: Cohort, email: str, **fields: object) -> CohortInvitation:
    invitation = InvitationFactory.create(
        kind="cohort", email=email, token=TOKEN, invited_by=cohort.created_by, **fields
    )
    return CohortInvitationFactory.create(cohort=cohort, invitation=invitation)


def is_member(cohort: Cohort, user: User) -> bool:
    return Membership.objects.standing().filter(cohort=cohort, user=user).exists()


def test_somebody_new_lands_in_a_candidacy_with_the_plan_of_the_cohort(
    cohort: Cohort, client: Client, today: date
) -> None:
    asked(cohort, "noor@example.com")

    answer = client.post(
        reverse("accounts:join", args=[TOKEN]), {"name": "Noor Haddad", "password": "lemon otter piano"}
    )

    assert answer["Location"] == reverse("dashboards:home")
    candidacy = Candidacy.objects.get()
    assert (candidacy.person.name, candidacy.cohort) == ("Noor Haddad", cohort)
    assert (candidacy.current_level, candidacy.target_level) == ("L5", "L6")
    assert (candidacy.target_on, candidacy.started_on) == (cohort.target_on, today)
    assert candidacy.framework_version == cohort.framework_version
    assert is_member(cohort, candidacy.person)


def test_somebody_with_an_account_accepts_after_signing_in(
    cohort: Cohort, stranger: User, sign_in: SignIn
) -> None:
    asked(cohort, stranger.email)

    assert sign_in(stranger).post(ACCEPT)["Location"] == reverse("dashboards:home")

    assert stranger.candidacies.get().cohort == cohort


def test_who_has_a_candidacy_keeps_it_unseen_until_asked(
    cohort: Cohort, candidate: User, candidacy: Candidacy, sign_in: SignIn, organiser: User
) -> None:
    asked(cohort, candidate.email)
    client, was = sign_in(candidate), candidacy.target_on

    join = client.post(ACCEPT)["Location"]

    assert join == reverse("candidates:cohort_join", args=[cohort.pk])
    candidacy.refresh_from_db()
    assert (candidacy.cohort, candidacy.target_on) == (None, was)
    board = sign_in(organiser).get(reverse("dashboards:cohort", args=[cohort.pk]), {"view": "people"})
    assert "has not brought a candidacy" in board.content.decode()
    assert "Never a word you wrote" in client.get(join).content.decode()


@pytest.mark.parametrize(("answer", "takes"), [("keep", False), ("take", True)])
def test_a_candidacy_is_brought_with_its_own_date_or_that_of_the_cohort(
    cohort: Cohort, candidate: User, candidacy: Candidacy, sign_in: SignIn, answer: str, takes: bool
) -> None:
    MembershipFactory.create(cohort=cohort, user=candidate)
    own = candidacy.target_on

    sign_in(candidate).post(reverse("candidates:cohort_join", args=[cohort.pk]), {"answer": answer})

    candidacy.refresh_from_db()
    assert candidacy.cohort == cohort
    assert candidacy.target_on == (cohort.target_on if takes else own)


def test_saying_no_leaves_the_cohort_and_nothing_else(
    cohort: Cohort, candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    MembershipFactory.create(cohort=cohort, user=candidate)

    sign_in(candidate).post(reverse("candidates:cohort_join", args=[cohort.pk]), {"answer": "no"})

    assert not Membership.objects.standing().exists()
    assert Candidacy.objects.open().get() == candidacy


@pytest.mark.parametrize("answer", ["", "nonsense", "\x00"])
def test_an_answer_that_is_none_is_asked_again(
    cohort: Cohort, candidate: User, sign_in: SignIn, answer: str
) -> None:
    MembershipFactory.create(cohort=cohort, user=candidate)

    page = sign_in(candidate).post(reverse("candidates:cohort_join", args=[cohort.pk]), {"answer": answer})

    assert page.status_code == 422


def test_coming_into_a_cohort_leaves_the_one_before(
    cohort: Cohort, candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    before = CohortFactory.create()
    MembershipFactory.create(cohort=before, user=candidate)
    Candidacy.objects.update(cohort=before)
    MembershipFactory.create(cohort=cohort, user=candidate)

    sign_in(candidate).post(reverse("candidates:cohort_join", args=[cohort.pk]), {"answer": "keep"})

    candidacy.refresh_from_db()
    assert candidacy.cohort == cohort
    assert [row.cohort for row in Membership.objects.standing().of_user(candidate)] == [cohort]


def test_only_who_was_invited_is_asked(cohort: Cohort, candidate: User, sign_in: SignIn) -> None:
    path = reverse("candidates:cohort_join", args=[cohort.pk])

    assert sign_in(candidate).get(path).status_code == 404
    assert sign_in(candidate).post(path, {"answer": "keep"}).status_code == 404


def test_accepting_twice_is_once(cohort: Cohort, stranger: User, now: datetime) -> None:
    invitation = asked(cohort, stranger.email).invitation
    first, second = (Invitation.objects.get(pk=invitation.pk) for _ in range(2))
    accounts.accept(first, stranger, now=now)

    with pytest.raises(accounts.InvitationNotOpen):
        accounts.accept(second, stranger, now=now)

    assert Membership.objects.count() == Candidacy.objects.count() == 1


def test_a_member_who_accepts_by_another_address_is_a_member_once(
    cohort: Cohort, stranger: User, now: datetime
) -> None:
    MembershipFactory.create(cohort=cohort, user=stranger)

    accounts.accept(asked(cohort, stranger.email).invitation, stranger, now=now)

    assert Membership.objects.count() == 1
    assert stranger.candidacies.get().cohort == cohort


@pytest.mark.parametrize("why", ["date is over", "right was lost", "no longer organises", "deactivated"])
def test_a_link_opens_nothing_any_more(
    cohort: Cohort, organiser: User, stranger: User, sign_in: SignIn, why: str
) -> None:
    asked(cohort, stranger.email)
    sender = User.objects.filter(pk=organiser.pk)
    if why == "date is over":
        Cohort.objects.update(target_on=cohort.created_at.date())
    elif why == "right was lost":
        sender.update(may_create_cohorts=False)
    elif why == "no longer organises":
        cohort.organisers.all().delete()
    else:
        sender.update(is_active=False)

    assert sign_in(stranger).post(ACCEPT).status_code == 410

    assert not Membership.objects.exists()
    assert not Candidacy.objects.exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_that_a_colleague_resent_is_theirs(
    cohort: Cohort, stranger: User, organiser: User, other_organiser: User, now: datetime
) -> None:
    row = asked(cohort, stranger.email)
    actions.add_organiser(cohort, email=other_organiser.email, by=organiser, now=now)
    actions.renew_invitation(row, by=other_organiser, now=now)
    cohort.organisers.filter(user=organiser).delete()

    accounts.accept(Invitation.objects.get(), stranger, now=now)

    assert is_member(cohort, stranger)


def test_members_with_the_date_of_the_cohort_move_with_it(
    cohort: Cohort, organiser_client: Client, today: date
) -> None:
    follows = CandidacyFactory.create(cohort=cohort, target_on=cohort.target_on)
    own = CandidacyFactory.create(cohort=cohort, target_on=cohort.target_on - timedelta(days=5))
    elsewhere = CandidacyFactory.create(target_on=cohort.target_on)
    decided = CandidacyFactory.create(cohort=cohort, target_on=cohort.target_on, decided_on=today)
    later = cohort.target_on + timedelta(days=30)

    organiser_client.post(
        reverse("cohorts:edit", args=[cohort.pk]), {"name": "Summer", "target_on": later, "revision": 1}
    )

    dates = {row.pk: row.target_on for row in Candidacy.objects.all()}
    assert dates[follows.pk] == later
    assert [dates[row.pk] for row in (own, elsewhere, decided)] == [
        own.target_on,
        elsewhere.target_on,
        decided.target_on,
    ]
    # Whoever has the form of their own plan open is told that it moved.
    assert Candidacy.objects.get(pk=follows.pk).revision == follows.revision + 1


def test_a_cohort_changed_in_two_tabs_shows_both(
    cohort: Cohort, organiser_client: Client, organiser: User
) -> None:
    actions.change_cohort(cohort, started_from=1, name="Saved", target_on=cohort.target_on, by=organiser)
    path = reverse("cohorts:edit", args=[cohort.pk])

    answer = organiser_client.post(path, {"name": "Typed", "target_on": cohort.target_on, "revision": 1})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "What is saved: Saved" in html
    assert 'value="Typed"' in html
    fields = {field.html_name: field.value() for field in answer.context["form"]}
    assert organiser_client.post(path, fields).status_code == 302
    assert Cohort.objects.get().name == "Typed"


@pytest.mark.parametrize("who", ["organiser", "candidate"])
def test_a_membership_ends_and_the_candidacy_stays(
    cohort: Cohort,
    candidate: User,
    candidacy: Candidacy,
    sign_in: SignIn,
    who: str,
    request: pytest.FixtureRequest,
) -> None:
    membership = MembershipFactory.create(cohort=cohort, user=candidate)
    Candidacy.objects.update(cohort=cohort)
    client = sign_in(request.getfixturevalue(who))
    path = reverse("cohorts:membership_end", args=[membership.pk])

    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 302  # twice is once

    membership.refresh_from_db()
    candidacy.refresh_from_db()
    assert membership.left_at is not None
    assert (candidacy.cohort, candidacy.closed_at) == (None, None)


def test_a_member_cannot_let_another_one_out(cohort: Cohort, candidate: User, sign_in: SignIn) -> None:
    MembershipFactory.create(cohort=cohort, user=candidate)
    other = MembershipFactory.create(cohort=cohort, user=UserFactory.create())

    answer = sign_in(candidate).post(reverse("cohorts:membership_end", args=[other.pk]))

    assert answer.status_code == 404
    assert Membership.objects.standing().count() == 2


def test_who_left_can_come_back(cohort: Cohort, stranger: User, now: datetime) -> None:
    MembershipFactory.create(cohort=cohort, user=stranger, left_at=now)

    accounts.accept(asked(cohort, stranger.email).invitation, stranger, now=now)

    assert is_member(cohort, stranger)
