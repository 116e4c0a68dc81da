import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Invitation, User
from tests.cast import CountStatements, SignIn
from tests.factories.accounts import InvitationFactory

pytestmark = pytest.mark.django_db

PAGE = "/account/invitations/"


def test_page_is_for_organisers_and_administrators(
    sign_in: SignIn, organiser: User, administrator: User, stranger: User, client: Client
) -> None:
    assert sign_in(organiser).get(PAGE).status_code == 200
    assert sign_in(administrator).get(PAGE).status_code == 200
    assert sign_in(stranger).get(PAGE).status_code == 404
    assert client.get(PAGE)["Location"] == f"{reverse('account_login')}?next={PAGE}"


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_page_takes_five_statements(
    sign_in: SignIn, organiser: User, statements: CountStatements, rows: int
) -> None:
    for n in range(rows):
        InvitationFactory.create(invited_by=organiser, token=f"{n}")
    browser = sign_in(organiser)

    with statements() as done:
        answer = browser.get(PAGE)

    assert answer.text.count("Withdraw the invitation of") == min(rows, 50)
    # Session, person, the rows; and two for the navigation: is this a candidate, is this a mentor?
    assert done.count == 5, done.sql


def test_older_invitations_are_on_further_pages(sign_in: SignIn, organiser: User) -> None:
    made = [InvitationFactory.create(invited_by=organiser, token=f"{n}") for n in range(51)]
    browser = sign_in(organiser)

    first = browser.get(PAGE)
    second = browser.get(f"{PAGE}?before={made[1].pk}")

    assert f'href="?before={made[1].pk}"' in first.text
    assert made[0].email in second.text
    assert made[1].email not in second.text
    assert browser.get(f"{PAGE}?before=%00'x").status_code == 200


def test_organiser_invites_and_sees_the_link_once(sign_in: SignIn, organiser: User) -> None:
    browser = sign_in(organiser)

    answer = browser.post(f"{PAGE}new/", {"name": "Noor", "email": "noor@example.com", "kind": "candidate"})

    link = answer.context["link"]
    assert answer.status_code == 200
    assert link in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert link not in browser.get(PAGE).text
    assert Invitation.objects.get().invited_by == organiser


def test_organiser_cannot_invite_administrators_or_organisers(sign_in: SignIn, organiser: User) -> None:
    browser = sign_in(organiser)

    for kind in ("administrator", "organiser", "mentorship", ""):
        answer = browser.post(f"{PAGE}new/", {"name": "Noor", "email": "noor@example.com", "kind": kind})
        assert answer.status_code == 422

    assert not Invitation.objects.exists()


def test_administrator_invites_any_role(sign_in: SignIn, administrator: User) -> None:
    browser = sign_in(administrator)

    for kind in ("administrator", "organiser", "candidate", "mentor"):
        browser.post(f"{PAGE}new/", {"name": "Noor", "email": "noor@example.com", "kind": kind})

    assert set(Invitation.objects.values_list("kind", flat=True)) == {
        "administrator",
        "organiser",
        "candidate",
        "mentor",
    }


def test_wrong_address_keeps_what_was_typed(sign_in: SignIn, organiser: User) -> None:
    answer = sign_in(organiser).post(f"{PAGE}new/", {"name": "Noor", "email": "noor", "kind": "mentor"})

    assert answer.status_code == 422
    assert "Enter a valid email address." in answer.text
    assert 'value="Noor"' in answer.text


def test_waiting_invitation_is_not_sent_twice(sign_in: SignIn, organiser: User) -> None:
    InvitationFactory.create(invited_by=organiser, email="noor@example.com")

    answer = sign_in(organiser).post(
        f"{PAGE}new/", {"name": "Noor", "email": "NOOR@example.com", "kind": "candidate"}
    )

    assert answer.status_code == 422
    assert "An invitation to this address is waiting" in answer.text


def test_new_link_replaces_the_old_one(sign_in: SignIn, organiser: User) -> None:
    invitation = InvitationFactory.create(invited_by=organiser)

    answer = sign_in(organiser).post(f"{PAGE}{invitation.pk}/renew/")

    assert answer.context["link"] in answer.text
    token_hash = invitation.token_hash
    invitation.refresh_from_db()
    assert invitation.token_hash != token_hash


def test_withdrawn_invitation_is_shown_as_such(sign_in: SignIn, organiser: User) -> None:
    invitation = InvitationFactory.create(invited_by=organiser)
    browser = sign_in(organiser)

    answer = browser.post(f"{PAGE}{invitation.pk}/withdraw/")

    assert answer["Location"] == PAGE
    assert '<span class="badge">Withdrawn</span>' in browser.get(PAGE).text


@pytest.mark.parametrize("verb", ["renew", "withdraw"])
def test_accepted_invitation_is_left_alone(sign_in: SignIn, organiser: User, verb: str) -> None:
    invitation = InvitationFactory.create(invited_by=organiser, accepted_at=timezone.now())

    answer = sign_in(organiser).post(f"{PAGE}{invitation.pk}/{verb}/")

    assert answer.status_code == 409
    assert "was accepted meanwhile" in answer.text


@pytest.mark.parametrize("verb", ["renew", "withdraw"])
def test_invitation_of_somebody_else_does_not_exist(sign_in: SignIn, organiser: User, verb: str) -> None:
    invitation = InvitationFactory.create()

    answer = sign_in(organiser).post(f"{PAGE}{invitation.pk}/{verb}/")

    assert answer.status_code == 404
    assert invitation.email not in sign_in(organiser).get(PAGE).text


def test_organiser_who_was_administrator_cannot_renew_an_administrators_invitation(
    sign_in: SignIn, organiser: User
) -> None:
    invitation = InvitationFactory.create(invited_by=organiser, kind="administrator")

    assert sign_in(organiser).post(f"{PAGE}{invitation.pk}/renew/").status_code == 404
