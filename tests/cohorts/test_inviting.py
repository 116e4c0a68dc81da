"""From pasted lines to a cohort: what is understood, what is marked, what is sent."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Invitation, User
from apps.cohorts import actions
from apps.cohorts.models import Cohort, CohortInvitation, Membership, Organiser
from apps.cohorts.preview import MOST_AT_ONCE, preview_of
from apps.mail.models import Message
from tests.cast import CountStatements, SignIn
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.cohorts import CohortFactory, CohortInvitationFactory, MembershipFactory
from tests.factories.frameworks import shipped_version

NEW = reverse("cohorts:new")
BAD = ["Name\tE-mail", "Bo Lind <bo@>", "person3@example.org, Again"]


def thirty() -> str:
    """Thirty lines: 27 good ones in several forms, and three bad ones."""
    forms = (
        "Person {0} <person{0}@example.org>",
        "person{0}@example.org, Person {0}",
        "Person {0}\tperson{0}@example.org",
    )
    good = [forms[n % 3].format(n) for n in range(27)]
    return "\n".join([BAD[0], *good[:10], BAD[1], *good[10:], BAD[2]])


def plan(today: date, **changes: object) -> dict[str, object]:
    return {
        "name": "Spring 2027 to L6",
        "current_level": "L5",
        "target_level": "L6",
        "target_on": today + timedelta(days=200),
        "addresses": "",
        "save_id": uuid.uuid4(),
        **changes,
    }


@pytest.fixture(autouse=True)
def _framework(db: None) -> None:
    shipped_version()


def test_thirty_with_three_bad_ones_are_shown_before_anything_is_made(
    organiser_client: Client, today: date
) -> None:
    answer = organiser_client.post(NEW, plan(today, addresses=thirty()))

    preview = answer.context["preview"]
    assert [(entry.number, entry.problem) for entry in preview.bad] == [
        (1, "There is no e-mail address in this line."),
        (12, "“bo@” is not an e-mail address."),
        (30, "The same address as in line 5."),
    ]
    html = answer.content.decode()
    assert "27 to invite, 3 to look at" in html
    assert "Create and invite 27" in html
    assert "Line 12: “bo@” is not an e-mail address." in html
    # What was typed is there to go on with, the bad lines as well.
    assert "Bo Lind &lt;bo@&gt;" in html
    assert answer.context["form"]["addresses"].value() == thirty()
    assert not Cohort.objects.exists()
    assert not Invitation.objects.exists()


def test_agreeing_makes_the_cohort_and_sends_27(
    organiser_client: Client, organiser: User, today: date
) -> None:
    fields = plan(today, addresses=thirty())
    shown = organiser_client.post(NEW, fields).context["preview"].fingerprint

    answer = organiser_client.post(NEW, {**fields, "shown": shown})

    cohort = Cohort.objects.get()
    assert answer["Location"] == reverse("dashboards:cohort", args=[cohort.pk])
    assert (cohort.name, cohort.target_level, cohort.created_by) == ("Spring 2027 to L6", "L6", organiser)
    assert Organiser.objects.get().user == organiser
    sent = Invitation.objects.filter(cohort_invitation__cohort=cohort)
    assert sent.count() == Message.objects.filter(kind="invitation").count() == 27
    assert set(sent.values_list("kind", "invited_by")) == {("cohort", organiser.pk)}
    assert sent.get(email="person4@example.org").name == "Person 4"


def test_a_list_that_was_changed_since_is_shown_again(organiser_client: Client, today: date) -> None:
    fields = plan(today, addresses="ada@example.org")
    shown = organiser_client.post(NEW, fields).context["preview"].fingerprint

    answer = organiser_client.post(NEW, {**fields, "addresses": "bo@example.org", "shown": shown})

    assert "The list is not what you saw before" in answer.content.decode()
    assert not Cohort.objects.exists()


def test_the_same_form_twice_is_one_cohort(organiser_client: Client, today: date) -> None:
    fields = plan(today, addresses="ada@example.org")
    fields["shown"] = organiser_client.post(NEW, fields).context["preview"].fingerprint

    first, second = organiser_client.post(NEW, fields), organiser_client.post(NEW, fields)

    assert first["Location"] == second["Location"]
    assert Cohort.objects.count() == Invitation.objects.count() == 1


def test_a_cohort_can_be_made_without_inviting_anybody(organiser_client: Client, today: date) -> None:
    fields = plan(today)
    answer = organiser_client.post(NEW, fields)
    assert "Create without inviting" in answer.content.decode()

    organiser_client.post(NEW, {**fields, "shown": answer.context["preview"].fingerprint})

    assert Cohort.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("target_on", "2026-11-24", "24 November 2026 is not ahead. Choose 25 November 2026 or later."),
        ("target_on", "2040-01-01", "Choose a day until 23 November 2031, five years from now."),
        ("target_on", "soon", "Write a date that exists, such as 2027-03-31."),
        ("current_level", "L6", "Engineering"),
        ("addresses", "x" * 100_001, "Ensure this value has at most 100000 characters (it has 100001)."),
    ],
)
def test_a_bad_field_keeps_what_was_typed(
    organiser_client: Client, today: date, field: str, value: str, error: str
) -> None:
    fields = plan(today, addresses="ada@example.org") | {field: value}

    answer = organiser_client.post(NEW, fields)

    assert answer.status_code == 422
    errors = answer.context["form"].errors
    if field == "current_level":
        assert errors.keys() == {"target_level"}
    else:
        assert errors == {field: [error]}
    assert answer.context["form"]["addresses"].value() == fields["addresses"]


def test_every_problem_is_marked_at_its_line(cohort: Cohort, organiser: User, now: datetime) -> None:
    member = MembershipFactory.create(cohort=cohort, user__email="member@example.com")
    left = MembershipFactory.create(cohort=cohort, user__email="left@example.com", left_at=now)
    UserFactory.create(email="account@example.com")
    for email, gone in (
        ("waiting@example.com", {}),
        ("late@example.com", {"expires_at": now}),
        ("called-off@example.com", {"withdrawn_at": now}),
    ):
        CohortInvitationFactory.create(
            cohort=cohort,
            invitation=InvitationFactory.create(email=email, token=email, kind="cohort", **gone),
        )
    CohortInvitationFactory.create(invitation__email="elsewhere@example.com", invitation__token="e")
    lines = [
        "INES@example.com",
        "member@example.com",
        "left@example.com",
        "account@example.com",
        "waiting@example.com",
        "late@example.com",
        "called-off@example.com",
        "elsewhere@example.com",
        "new@example.com",
        "New Again <NEW@example.com>",
    ]

    preview = preview_of("\n".join(lines), by=organiser, cohort=cohort, now=now)

    assert [line.entry.problem for line in preview.lines] == [
        "This is your own address. You see this cohort as its organiser.",
        "Is in this cohort already.",
        "",
        "",
        "An invitation to this address is waiting. Send a new link from the list of invitations.",
        "",
        "",
        "",
        "",
        "The same address as in line 9.",
    ]
    account = "Has an account already, and accepts after signing in."
    assert [line.remark for line in preview.lines] == ["", "", account, account, "", "", "", "", "", ""]
    assert (len(preview.good), len(preview.bad), preview.with_account) == (6, 4, 2)
    assert {member.user.name, left.user.name} & {line.entry.name for line in preview.lines} == set()


def test_more_than_two_hundred_are_left_for_later(organiser: User, now: datetime) -> None:
    text = "\n".join(f"p{n}@example.com" for n in range(MOST_AT_ONCE + 2))

    preview = preview_of(text, by=organiser, cohort=None, now=now)

    assert len(preview.good) == MOST_AT_ONCE
    assert preview.bad[0].problem == "This is beyond 200 people. Invite the rest afterwards."


@pytest.mark.parametrize("lines", [1, 3, 100])
def test_a_preview_takes_three_statements(
    cohort: Cohort, organiser: User, now: datetime, statements: CountStatements, lines: int
) -> None:
    for n in range(lines):
        UserFactory.create(email=f"p{n}@example.com")
    text = "\n".join(f"p{n}@example.com" for n in range(lines))

    with statements() as done:
        preview_of(text, by=organiser, cohort=cohort, now=now)

    assert done.count == 3, done.sql


def test_more_people_are_invited_later(organiser_client: Client, cohort: Cohort) -> None:
    path = reverse("cohorts:invite", args=[cohort.pk])
    shown = organiser_client.post(path, {"addresses": "ada@example.org, Ada\nnonsense"}).context["preview"]

    answer = organiser_client.post(
        path, {"addresses": "ada@example.org, Ada\nnonsense", "shown": shown.fingerprint}
    )

    assert answer["Location"] == reverse("dashboards:cohort", args=[cohort.pk])
    assert Invitation.objects.get().email == "ada@example.org"


def test_of_two_that_invite_the_same_address_one_does(cohort: Cohort, organiser: User, now: datetime) -> None:
    shown = preview_of("ada@example.org", by=organiser, cohort=cohort, now=now).fingerprint
    actions.invite_people(cohort, "ada@example.org", shown=shown, by=organiser, now=now)

    with pytest.raises(actions.ListChanged), transaction.atomic():
        actions.invite_people(cohort, "ada@example.org", shown=shown, by=organiser, now=now)

    assert CohortInvitation.objects.count() == 1


def test_nobody_is_invited_to_a_date_that_has_passed(
    organiser_client: Client, cohort: Cohort, organiser: User, now: datetime
) -> None:
    Cohort.objects.update(target_on=now.date())
    asked = CohortInvitationFactory.create(cohort=cohort)

    assert (
        "The target date has passed"
        in organiser_client.get(reverse("cohorts:invite", args=[cohort.pk])).content.decode()
    )
    for path in (
        reverse("cohorts:invite", args=[cohort.pk]),
        reverse("cohorts:invitation_renew", args=[asked.pk]),
    ):
        answer = organiser_client.post(path, {"addresses": "ada@example.org", "shown": "x"})
        assert answer["Location"] == reverse("cohorts:edit", args=[cohort.pk])
    assert Invitation.objects.count() == 1


def test_a_resent_invitation_has_a_new_link_and_a_withdrawn_one_none(
    organiser_client: Client, cohort: Cohort, organiser: User
) -> None:
    asked = CohortInvitationFactory.create(cohort=cohort)
    before = asked.invitation.token_hash

    page = organiser_client.post(reverse("cohorts:invitation_renew", args=[asked.pk]))
    asked.invitation.refresh_from_db()
    assert asked.invitation.token_hash != before
    assert page.context["link"] in page.content.decode()

    organiser_client.post(reverse("cohorts:invitation_withdraw", args=[asked.pk]))
    asked.invitation.refresh_from_db()
    assert asked.invitation.withdrawn_at is not None


def test_an_accepted_invitation_can_be_neither_resent_nor_withdrawn(
    organiser_client: Client, cohort: Cohort, now: datetime
) -> None:
    asked = CohortInvitationFactory.create(cohort=cohort, invitation__accepted_at=now)

    for route in ("invitation_renew", "invitation_withdraw"):
        assert organiser_client.post(reverse(f"cohorts:{route}", args=[asked.pk])).status_code == 409


def test_an_address_with_a_newer_invitation_is_not_resent_the_old_one(
    cohort: Cohort, organiser: User, now: datetime
) -> None:
    old = CohortInvitationFactory.create(
        cohort=cohort, invitation__email="ada@example.org", invitation__expires_at=now
    )
    CohortInvitationFactory.create(
        cohort=cohort, invitation__email="ada@example.org", invitation__token="newer"
    )

    with pytest.raises(actions.NotInThatState):
        actions.renew_invitation(old, by=organiser, now=now)


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_list_of_invitations_takes_seven_statements(
    organiser_client: Client, cohort: Cohort, statements: CountStatements, rows: int
) -> None:
    for n in range(rows):
        CohortInvitationFactory.create(cohort=cohort, invitation__token=f"token {n}")

    with statements() as done:
        organiser_client.get(reverse("cohorts:invitations", args=[cohort.pk]))

    assert done.count == 7, done.sql


@pytest.mark.parametrize("who", ["other_organiser", "candidate", "mentor", "stranger", "administrator"])
def test_a_cohort_does_not_exist_for_anybody_else(
    who: str, cohort: Cohort, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    asked = CohortInvitationFactory.create(cohort=cohort)
    membership = MembershipFactory.create(cohort=cohort)
    client = sign_in(request.getfixturevalue(who))
    gets = [reverse(f"cohorts:{name}", args=[cohort.pk]) for name in ("invite", "edit", "invitations")]
    gets.append(reverse("dashboards:cohort", args=[cohort.pk]))
    posts = [
        reverse("cohorts:invite", args=[cohort.pk]),
        reverse("cohorts:edit", args=[cohort.pk]),
        reverse("cohorts:organiser_new", args=[cohort.pk]),
        reverse("cohorts:invitation_renew", args=[asked.pk]),
        reverse("cohorts:invitation_withdraw", args=[asked.pk]),
        reverse("cohorts:membership_end", args=[membership.pk]),
    ]

    assert {client.get(path).status_code for path in gets} == {404}
    assert {client.post(path).status_code for path in posts} == {404}
    assert Membership.objects.standing().count() == 1


def test_who_may_no_longer_organise_sees_no_cohort(
    organiser_client: Client, cohort: Cohort, organiser: User
) -> None:
    User.objects.filter(pk=organiser.pk).update(may_create_cohorts=False)

    assert organiser_client.get(reverse("dashboards:cohort", args=[cohort.pk])).status_code == 404
    assert not Cohort.objects.visible_to(User.objects.get(pk=organiser.pk)).exists()


def test_another_organiser_can_be_added_by_address(
    organiser_client: Client, cohort: Cohort, other_organiser: User, stranger: User
) -> None:
    path = reverse("cohorts:organiser_new", args=[cohort.pk])

    assert organiser_client.post(path, {"email": stranger.email}).status_code == 422
    assert organiser_client.post(path, {"email": "nobody@example.com"}).status_code == 422
    assert organiser_client.post(path, {"email": other_organiser.email.upper()}).status_code == 302
    assert organiser_client.post(path, {"email": other_organiser.email}).status_code == 302

    assert set(cohort.organisers.values_list("user__name", flat=True)) == {"Ines Sousa", "Olu Other"}


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_the_list_of_cohorts_takes_five_statements(
    organiser: User, organiser_client: Client, statements: CountStatements, rows: int
) -> None:
    CohortFactory.create_batch(rows, created_by=organiser)

    with statements() as done:
        organiser_client.get(reverse("cohorts:index"))

    assert done.count == 5, done.sql
