import io
import logging
import threading
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import actions, invitations
from apps.accounts.models import AccessRecord, Invitation, User
from tests.cast import Posted, SignIn
from tests.factories.accounts import PASSWORD, TOKEN, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = f"/account/invitations/{TOKEN}/"
JOIN = f"{PAGE}join/"
ACCEPT = f"{PAGE}accept/"
ANSWERS = {"name": "Noor Haddad", "password": "purple lamp over there"}


def test_invite_keeps_only_the_hash_and_sends_the_link(organiser: User, posted: Posted) -> None:
    invitation, link = actions.invite(
        "candidate", " Noor@Example.com", "Noor", by=organiser, now=timezone.now()
    )

    token = link.rstrip("/").rsplit("/", 1)[1]
    assert link == f"{settings.SITE_ORIGIN}/account/invitations/{token}/"
    assert token not in invitation.token_hash
    assert Invitation.objects.with_token(token).get() == invitation
    [message] = posted()
    assert message.to == ["noor@example.com"]
    assert message.subject == "Ines Sousa invites you to Starboard"
    assert link in message.body


def test_invite_that_is_rolled_back_sends_nothing(organiser: User, posted: Posted) -> None:
    with pytest.raises(KeyError):
        actions.invite("emperor", "noor@example.com", "Noor", by=organiser, now=timezone.now())

    assert not Invitation.objects.exists()
    assert posted() == []


def test_command_prints_a_link_that_opens_the_invitation(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("invite", "first@example.com", "--administrator", "--name", "First Person")

    link = capsys.readouterr().out.strip()
    answer = client.get(link.removeprefix(settings.SITE_ORIGIN))
    assert answer.status_code == 200
    assert "You are invited to run this installation" in answer.text
    assert Invitation.objects.get().invited_by is None


def test_command_refuses_what_is_no_address() -> None:
    with pytest.raises(CommandError, match="is no e-mail address"):
        call_command("invite", "first", "--candidate")


def test_page_says_who_invites_to_what_and_uses_nothing_up(client: Client) -> None:
    invitation = InvitationFactory.create(invited_by__name="Henrik Dahl")

    first, second = client.get(PAGE), client.get(PAGE)

    assert first.status_code == second.status_code == 200
    assert "Henrik Dahl invites you to build your case for the next level" in first.text
    assert invitation.email in first.text
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_page_keeps_its_address_to_itself(client: Client) -> None:
    InvitationFactory.create()

    answer = client.get(PAGE)

    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]


def test_closed_page_leaves_no_token_in_the_log(client: Client) -> None:
    InvitationFactory.create(withdrawn_at=timezone.now())
    [handler] = [
        handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler
    ]
    stream = handler.setStream(capture := io.StringIO())

    client.get(PAGE)

    handler.setStream(stream)
    assert "Gone: /account/invitations/[token]/" in capture.getvalue()
    assert TOKEN not in capture.getvalue()


def test_join_opens_a_verified_account_signed_in(client: Client) -> None:
    invitation = InvitationFactory.create(email="noor@example.com")

    answer = client.post(JOIN, ANSWERS)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("dashboards:home")
    user = User.objects.get(email="noor@example.com")
    assert user.name == "Noor Haddad"
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert AccessRecord.objects.filter(owner=user, verb="accepted", thing_id=invitation.pk).exists()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"name": "", "password": ANSWERS["password"]}, "This field is required."),
        ({"name": "Noor", "password": "short"}, "This password is too short."),
        ({"name": "Noor", "password": "noor@example.com"}, "The password is too similar to the email."),
        ({"name": "N\x00r", "password": ANSWERS["password"]}, "Null characters are not allowed."),
    ],
)
def test_join_says_at_the_field_what_is_wrong(client: Client, answers: dict[str, str], message: str) -> None:
    InvitationFactory.create(email="noor@example.com")

    answer = client.post(JOIN, answers)

    assert answer.status_code == 422
    assert message in answer.text
    assert not User.objects.filter(email="noor@example.com").exists()


def test_join_twice_makes_one_account(client: Client) -> None:
    InvitationFactory.create(email="noor@example.com")
    client.post(JOIN, ANSWERS)

    again = Client().post(JOIN, ANSWERS)

    assert again.status_code == 410
    assert "was accepted already" in again.text
    assert User.objects.filter(email="noor@example.com").count() == 1


def test_join_with_the_address_of_an_account_leads_to_sign_in(client: Client) -> None:
    UserFactory.create(email="noor@example.com")
    invitation = InvitationFactory.create(email="noor@example.com")

    page = client.get(PAGE)
    answer = client.post(JOIN, ANSWERS)

    assert f"{reverse('account_login')}?next={PAGE}" in page.text
    assert "Choose a password" not in page.text
    assert answer.status_code == 302
    assert answer["Location"] == PAGE
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_existing_account_accepts_after_signing_in(client: Client) -> None:
    user = UserFactory.create(email="noor@example.com")
    invitation = InvitationFactory.create(email="noor@example.com", kind="organiser", invited_by=None)
    login = client.post(
        f"{reverse('account_login')}?next={PAGE}",
        {"login": "noor@example.com", "password": PASSWORD, "next": PAGE},
    )
    assert login["Location"] == PAGE
    key_before = client.session.session_key

    page = client.get(PAGE)
    answer = client.post(ACCEPT)

    assert "Accept</button>" in page.text
    assert answer["Location"] == reverse("accounts:invitations")
    user.refresh_from_db()
    assert user.may_create_cohorts
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert client.session.session_key != key_before
    assert client.get(reverse("usersessions_list")).text.count("Signed in <time") == 1


def test_administrator_invitation_makes_a_site_administrator(sign_in: SignIn, stranger: User) -> None:
    InvitationFactory.create(email=stranger.email, kind="administrator", invited_by__is_staff=True)

    sign_in(stranger).post(ACCEPT)

    stranger.refresh_from_db()
    assert stranger.is_staff


def test_signed_in_as_somebody_else_can_only_sign_out(sign_in: SignIn, stranger: User) -> None:
    invitation = InvitationFactory.create(email="noor@example.com")
    browser = sign_in(stranger)

    page = browser.get(PAGE)
    answer = browser.post(ACCEPT)

    assert "you are signed in as sam@example.com" in page.text
    assert "Accept</button>" not in page.text
    assert "Create the account" not in page.text
    assert answer.status_code == 409
    invitation.refresh_from_db()
    assert invitation.accepted_at is None

    out = browser.post(reverse("account_logout"), {"next": PAGE})
    assert out["Location"] == PAGE
    assert "Create the account" in browser.get(PAGE).text


def test_unverified_address_accepts_nothing(sign_in: SignIn, stranger: User) -> None:
    EmailAddress.objects.create(user=stranger, email="noor@example.com", verified=False)
    invitation = InvitationFactory.create(email="noor@example.com")

    answer = sign_in(stranger).post(ACCEPT)

    assert answer.status_code == 409
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"expires_at": datetime.fromisoformat("2026-01-01T00:00Z")}, "This invitation has expired"),
        ({"withdrawn_at": datetime.fromisoformat("2026-01-01T00:00Z")}, "This invitation was withdrawn"),
        ({"accepted_at": datetime.fromisoformat("2026-01-01T00:00Z")}, "was accepted already"),
    ],
)
def test_closed_invitation_says_what_to_do(client: Client, state: dict[str, datetime], words: str) -> None:
    InvitationFactory.create(email="noor@example.com", **state)

    page, join = client.get(PAGE), client.post(JOIN, ANSWERS)

    assert page.status_code == join.status_code == 410
    assert words in page.text
    assert not User.objects.filter(email="noor@example.com").exists()


def test_closed_invitation_cannot_be_accepted(sign_in: SignIn, stranger: User) -> None:
    InvitationFactory.create(email=stranger.email, expires_at=timezone.now() - timedelta(minutes=1))

    assert sign_in(stranger).post(ACCEPT).status_code == 410


@pytest.mark.parametrize("action", ["", "join/", "accept/"])
def test_foreign_token_is_a_404_that_explains(client: Client, action: str) -> None:
    path = f"/account/invitations/{'x' * 43}/{action}"

    answer = client.post(path) if action else client.get(path)

    assert answer.status_code == 404
    assert "This link opens no invitation" in answer.text


def test_renewing_ends_the_old_link(client: Client, organiser: User) -> None:
    invitation = InvitationFactory.create(invited_by=organiser, expires_at=timezone.now() - timedelta(days=3))

    link = actions.renew(invitation, by=organiser, now=timezone.now())

    assert client.get(PAGE).status_code == 404
    assert client.get(link.removeprefix(settings.SITE_ORIGIN)).status_code == 200


def test_a_link_renewed_meanwhile_accepts_nothing(stranger: User) -> None:
    read_before = InvitationFactory.create(email=stranger.email)
    actions.renew(Invitation.objects.get(), by=None, now=timezone.now())

    with pytest.raises(actions.InvitationNotOpen):
        actions.accept(read_before, stranger, now=timezone.now())


def test_sender_who_lost_the_right_has_not_kept_it_in_a_link(stranger: User, administrator: User) -> None:
    invitation = InvitationFactory.create(
        email=stranger.email, kind="administrator", invited_by=administrator
    )
    administrator.is_staff = False
    administrator.save()

    with pytest.raises(actions.InvitationNotOpen):
        actions.accept(invitation, stranger, now=timezone.now())

    stranger.refresh_from_db()
    assert not stranger.is_staff


def test_withdrawing_an_accepted_invitation_is_refused(organiser: User) -> None:
    invitation = InvitationFactory.create(invited_by=organiser, accepted_at=timezone.now())

    with pytest.raises(actions.InvitationNotOpen):
        actions.withdraw(invitation, by=organiser, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_accepting_at_once_one_wins() -> None:
    user = UserFactory.create(email="noor@example.com")
    invitation = InvitationFactory.create(email="noor@example.com")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def accept() -> None:
        mine = Invitation.objects.select_related("invited_by").get(pk=invitation.pk)
        start.wait(timeout=10)
        try:
            outcomes.append(actions.accept(mine, user, now=timezone.now()))
        except actions.InvitationNotOpen:
            outcomes.append("not open")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [reverse("dashboards:home"), "not open"]


def test_each_kind_is_registered_once() -> None:
    kind = invitations.kind_named("candidate")

    with pytest.raises(ValueError, match="candidate is a kind of invitation already"):
        invitations.add(kind)
