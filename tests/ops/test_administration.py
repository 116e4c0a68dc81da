import re
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.accounts.models import AccessRecord, User
from apps.frameworks.documents import SHIPPED
from apps.frameworks.models import FrameworkVersion
from apps.mail.models import Message, Status
from apps.web import policy
from tests.cast import CountStatements
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.mail import MessageFactory
from tests.factories.reviews import ReviewFactory
from tests.factories.stories import StoryFactory, WinFactory

type SignIn = Callable[[User], Client]

LISTS = [
    "accounts_user",
    "accounts_invitation",
    "accounts_accessrecord",
    "frameworks_frameworkversion",
    "mail_message",
    "cohorts_cohort",
]
# A field of a registered model that the admin must never show, with why.
NEVER_SHOWN = {"password", "token_hash", "document", "ref", "lease_token"}


def _change(model: str, pk: int) -> str:
    return reverse(f"admin:{model}_change", args=[pk])


@pytest.fixture
def office(sign_in: SignIn, administrator: User) -> Client:
    """The administrator's browser."""
    return sign_in(administrator)


# Who gets in


def test_admin_is_not_there_for_others(
    client: Client, sign_in: SignIn, candidate: User, mentor: User, organiser: User
) -> None:
    for person in (candidate, mentor, organiser):
        browser = sign_in(person)
        for name in LISTS:
            assert browser.get(reverse(f"admin:{name}_changelist")).status_code == 404
        assert browser.get("/admin/").status_code == 404


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/"])
def test_signed_out_administrator_comes_through_our_own_sign_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


def test_admin_has_no_sign_in_of_its_own(office: Client) -> None:
    for path in ("/admin/login/", "/admin/logout/", "/admin/password_change/"):
        assert office.get(path).status_code == 404
        assert office.post(path).status_code == 404


def test_second_factor_comes_before_the_admin(
    office: Client, administrator: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED_OF_STAFF = True

    assert office.get("/admin/")["Location"] == reverse("mfa_index")

    totp.TOTP.activate(administrator, totp.generate_totp_secret())

    assert office.get("/admin/").status_code == 200


def test_administrator_who_is_none_any_more_is_out_at_once(office: Client, administrator: User) -> None:
    assert office.get("/admin/").status_code == 200

    User.objects.filter(pk=administrator.pk).update(is_staff=False)

    assert office.get("/admin/").status_code == 404


def test_every_route_of_the_admin_is_for_administrators() -> None:
    rows = [rule for rule in policy.table() if rule.route.startswith("admin:")]

    assert len(rows) > 20
    assert {rule.who.name for rule in rows} == {"administrator"}


# What it shows


def test_models_with_private_words_are_not_in_the_admin() -> None:
    registered = {model._meta.app_label for model in admin.site._registry}

    assert registered & {"stories", "reviews", "projects", "readiness", "candidates"} == set()


def test_only_our_own_pages_are_in_the_admin() -> None:
    """A library's would show secrets: those of second factors, tokens of providers."""
    labels = {model._meta.label for model in admin.site._registry}

    assert {
        f"{model_admin.__class__.__module__}".partition(".")[0]
        for model_admin in admin.site._registry.values()
    } == {"apps"}
    assert (
        labels & {"mfa.Authenticator", "socialaccount.SocialToken", "auth.Group", "usersessions.UserSession"}
        == set()
    )


def test_fields_that_nobody_needs_to_see_are_shown_nowhere() -> None:
    for model, model_admin in admin.site._registry.items():
        assert model_admin.fields, f"{model.__name__}: name the fields, or a new one is shown unasked"
        shown = {*map(str, model_admin.fields), *map(str, model_admin.list_display)}
        assert shown & NEVER_SHOWN == set(), model.__name__


def test_nothing_is_deleted_in_the_admin(office: Client, candidate: User) -> None:
    assert (
        office.post(reverse("admin:accounts_user_delete", args=[candidate.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert User.objects.filter(pk=candidate.pk).exists()


@pytest.mark.parametrize("name", LISTS)
def test_list_and_page_open_under_the_strict_policy(office: Client, name: str, candidate: User) -> None:
    InvitationFactory.create()
    MessageFactory.create()
    CohortFactory.create()
    AccessRecord.write("read", candidate, by=candidate, owner_id=candidate.pk)
    model = apps.get_model(name.replace("_", ".", 1))
    row = model._default_manager.all()[:1].get()

    for path in (reverse(f"admin:{name}_changelist"), _change(name, row.pk), reverse("admin:index")):
        answer = office.get(path)
        html = answer.content.decode()
        assert answer.status_code == 200, path
        assert "'unsafe" not in answer["Content-Security-Policy"]
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", html) == [], path


def test_user_page_holds_no_password(office: Client, candidate: User) -> None:
    html = office.get(_change("accounts_user", candidate.pk)).content.decode()

    assert candidate.password not in html
    assert "pbkdf2" not in html
    assert "argon2" not in html


def test_admin_pages_hold_no_private_word(office: Client, candidate: User) -> None:
    words = ["quokka", "numbat", "bilby"]
    story = StoryFactory.create(owner=candidate, title=words[0], situation=words[1])
    WinFactory.create(owner=candidate, text=words[2])
    AccessRecord.write("read", story, by=candidate, owner_id=candidate.pk)

    for path in ["/admin/", *(reverse(f"admin:{name}_changelist") for name in LISTS)]:
        html = office.get(path).content.decode()
        assert [word for word in words if word in html] == []
    for path in (
        _change("accounts_user", candidate.pk),
        reverse("accounts:private_reading", args=[candidate.pk]),
    ):
        html = office.get(path).content.decode()
        assert [word for word in words if word in html] == []


def _make_invitations(rows: int) -> None:
    for number in range(rows):
        InvitationFactory.create(token=f"token {number}")


@pytest.mark.parametrize("rows", [1, 3, 100])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("accounts_user", UserFactory.create_batch),
        ("accounts_invitation", _make_invitations),
        ("mail_message", MessageFactory.create_batch),
    ],
)
def test_list_takes_as_many_statements_however_long(
    office: Client, name: str, make: Callable[[int], object], rows: int, statements: CountStatements
) -> None:
    make(rows)
    path = reverse(f"admin:{name}_changelist")
    office.get(path)

    with statements() as done:
        assert office.get(path).status_code == 200

    # Session, person, the number of rows, the rows.
    assert done.count == 4, done.sql


# What can be changed there


def test_administrator_closes_an_account_and_ends_its_sessions(
    office: Client, sign_in: SignIn, candidate: User, administrator: User
) -> None:
    theirs = sign_in(candidate)
    assert theirs.get("/account/").status_code == 200

    answer = office.post(_change("accounts_user", candidate.pk), {"may_create_cohorts": "on"})

    assert answer.status_code == 302
    candidate.refresh_from_db()
    assert (candidate.is_active, candidate.may_create_cohorts) == (False, True)
    assert theirs.get("/account/").status_code == 302
    assert UserSession.objects.filter(user=candidate).count() == 0
    [record] = AccessRecord.objects.filter(owner=candidate)
    assert (record.verb, record.by) == ("changed rights", administrator)


def test_saving_without_a_change_ends_no_session(office: Client, sign_in: SignIn, candidate: User) -> None:
    theirs = sign_in(candidate)

    office.post(_change("accounts_user", candidate.pk), {"is_active": "on"})

    assert theirs.get("/account/").status_code == 200
    assert not AccessRecord.objects.filter(owner=candidate).exists()


@pytest.mark.parametrize(
    "more", [{"is_staff": "on"}, {"is_superuser": "on"}, {"password": "x"}, {"email": "x@example.com"}]
)
def test_other_fields_of_a_person_cannot_be_posted(
    office: Client, candidate: User, more: dict[str, str]
) -> None:
    before = (
        User.objects.filter(pk=candidate.pk).values("is_staff", "is_superuser", "password", "email").get()
    )

    office.post(_change("accounts_user", candidate.pk), {"is_active": "on", **more})

    after = User.objects.filter(pk=candidate.pk).values("is_staff", "is_superuser", "password", "email").get()
    assert after == before


def test_administrator_cannot_lock_themselves_out(office: Client, administrator: User) -> None:
    answer = office.post(_change("accounts_user", administrator.pk), {})

    assert answer.status_code == 200
    assert "you would lock yourself out" in answer.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_active


def test_given_up_mail_is_tried_again(office: Client) -> None:
    dead = MessageFactory.create(status=Status.DEAD, attempts=8)
    sent = MessageFactory.create(status=Status.SENT)

    office.post(
        reverse("admin:mail_message_changelist"),
        {"action": "try_again", "_selected_action": [dead.pk, sent.pk]},
    )

    assert Message.objects.get(pk=dead.pk).status == Status.PENDING
    assert Message.objects.get(pk=sent.pk).status == Status.SENT


def _upload(office: Client, contents: bytes, name: str = "ours.toml") -> tuple[int, str]:
    answer = office.post(
        reverse("admin:frameworks_frameworkversion_add"), {"file": SimpleUploadedFile(name, contents)}
    )
    return answer.status_code, answer.content.decode()


def test_uploaded_framework_becomes_the_newest_version(office: Client) -> None:
    text = SHIPPED.read_text().replace('name = "', 'name = "Our ', 1)
    before = FrameworkVersion.objects.count()

    status, _ = _upload(office, text.encode())

    assert status == 302
    assert FrameworkVersion.objects.count() == before + 1


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"levels = [", "ours.toml: "),
        (b"\xff\xfe", "ours.toml: is not UTF-8 text"),
        (b'surprise = "yes"', "surprise"),
    ],
)
def test_bad_framework_is_refused_with_its_reason(office: Client, contents: bytes, said: str) -> None:
    before = FrameworkVersion.objects.count()

    status, html = _upload(office, contents)

    assert status == 200
    assert said in html
    assert FrameworkVersion.objects.count() == before


def test_framework_version_itself_cannot_be_changed(office: Client, candidacy: models.Model) -> None:
    version = FrameworkVersion.objects.all()[:1].get()

    assert (
        office.post(_change("frameworks_frameworkversion", version.pk), {"name": "Other"}).status_code == 403
    )


# Reading private text


def _ask(office: Client, person: User, **given: object) -> tuple[int, str]:
    answer = office.post(
        reverse("accounts:private_reading", args=[person.pk]),
        {"kind": "story", "reason": "Reported by its mentor on Monday", **given},
    )
    return answer.status_code, answer.content.decode()


def test_private_text_is_read_with_a_reason_that_its_owner_sees(
    office: Client, sign_in: SignIn, candidate: User, administrator: User
) -> None:
    story = StoryFactory.create(owner=candidate, situation="A quokka in the data centre")

    status, html = _ask(office, candidate, number=story.pk)

    assert status == 200
    assert "A quokka in the data centre" in html
    page = sign_in(candidate).get(reverse("accounts:access")).content.decode()
    assert administrator.name in page
    assert "administrator read" in page
    assert f"story {story.pk}" in page
    assert "Reason: Reported by its mentor on Monday" in page


def test_review_is_recorded_for_both_whose_it_is(office: Client) -> None:
    review = ReviewFactory.create(rationale="A bilby of a review")
    mentor, owner = review.mentorship.mentor, review.version.story.owner
    assert mentor is not None

    status, html = _ask(office, mentor, kind="review", number=review.pk)

    assert status == 200
    assert "A bilby of a review" in html
    readings = AccessRecord.objects.filter(verb="administrator read")
    assert {record.owner for record in readings} == {mentor, owner}


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_without_a_proper_reason_nothing_is_shown_or_recorded(
    office: Client, candidate: User, reason: str
) -> None:
    story = StoryFactory.create(owner=candidate, situation="A quokka in the data centre")

    status, html = _ask(office, candidate, number=story.pk, reason=reason)

    assert status == 422
    assert "quokka" not in html
    assert not AccessRecord.objects.filter(verb="administrator read").exists()


def test_text_of_another_person_is_not_found_under_this_one(
    office: Client, candidate: User, other_candidate: User
) -> None:
    story = StoryFactory.create(owner=other_candidate, situation="A quokka in the data centre")

    status, html = _ask(office, candidate, number=story.pk)

    assert status == 422
    assert "has written nothing of that kind with this number" in html
    assert "quokka" not in html
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("given", [{"kind": "moon"}, {"number": "x"}, {"number": 2**70}, {"number": -1}])
def test_nonsense_is_refused_at_the_field(office: Client, candidate: User, given: dict[str, object]) -> None:
    status, _ = _ask(office, candidate, **{"number": 1, **given})

    assert status == 422


def test_others_cannot_read_private_text_with_any_reason(
    sign_in: SignIn, candidate: User, organiser: User, mentor: User
) -> None:
    story = StoryFactory.create(owner=candidate)

    for person in (organiser, mentor, candidate):
        assert _ask(sign_in(person), candidate, number=story.pk)[0] == 404
    assert not AccessRecord.objects.filter(verb="administrator read").exists()


def test_person_sees_only_the_records_of_their_own(
    sign_in: SignIn, candidate: User, other_candidate: User, mentor: User
) -> None:
    AccessRecord.write("read", candidate, by=mentor, owner_id=candidate.pk)

    assert mentor.name in sign_in(candidate).get(reverse("accounts:access")).content.decode()
    assert mentor.name not in sign_in(other_candidate).get(reverse("accounts:access")).content.decode()


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_access_page_takes_as_many_statements_however_long(
    sign_in: SignIn, stranger: User, rows: int, statements: CountStatements, now: datetime
) -> None:
    for reader in UserFactory.create_batch(rows):
        AccessRecord.write("read", stranger, by=reader, owner_id=stranger.pk, now=now)
    browser = sign_in(stranger)

    with statements() as done:
        answer = browser.get(reverse("accounts:access"))

    assert answer.content.decode().count("<time") == min(rows, 50)
    assert done.count == 5, done.sql
