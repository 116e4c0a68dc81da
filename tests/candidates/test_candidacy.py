from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates import actions
from apps.candidates.models import Candidacy
from apps.frameworks.actions import load_framework
from apps.frameworks.models import FrameworkVersion
from tests.cast import CountStatements, SignIn
from tests.factories.accounts import UserFactory
from tests.factories.frameworks import shipped_framework, shipped_version

START = reverse("candidates:start")
EDIT = reverse("candidates:edit")
TIMELINE = reverse("candidates:timeline")


@pytest.fixture
def plan(today: date) -> dict[str, str]:
    shipped_version()
    return {"current_level": "L5", "target_level": "L6", "target_on": "2027-11-30"}


def test_start_begins_today_on_the_newest_framework_and_leads_to_the_briefing(
    stranger: User, plan: dict[str, str], today: date, sign_in: SignIn
) -> None:
    newest, _ = load_framework(shipped_framework().model_copy(update={"name": "A newer text"}))

    response = sign_in(stranger).post(START, plan)

    candidacy = stranger.candidacies.get()
    assert response.headers["Location"] == reverse("candidates:briefing")
    assert (candidacy.current_level, candidacy.target_level) == ("L5", "L6")
    assert (candidacy.started_on, candidacy.target_on) == (today, date(2027, 11, 30))
    assert candidacy.framework_version == newest


def test_start_offers_the_next_level_and_a_date_in_a_year_and_says_what_levels_expect(
    stranger: User, plan: dict[str, str], sign_in: SignIn
) -> None:
    response = sign_in(stranger).get(START)

    assert response.status_code == HTTPStatus.OK
    form = response.context["form"]
    assert form["target_level"].value() == "L6"
    assert form["target_on"].value() == date(2027, 11, 24)
    assert [key for key, _ in form.fields["target_level"].choices] == ["L6", "L7"]
    for level in shipped_framework().target_levels:
        assert level.expects in response.text


@pytest.mark.parametrize(
    "field, typed, message",
    [
        ("target_on", "2026-11-23", "23 November 2026 is not ahead of you. Choose 25 November 2026 or later"),
        ("target_on", "2026-11-24", "24 November 2026 is not ahead of you. Choose 25 November 2026 or later"),
        ("target_on", "2026-02-31", "Write a date that exists"),
        ("target_on", "9999-12-31", "Choose a day until 24 November 2031"),
        ("target_on", "10000-01-01", "Write a date that exists"),
        ("target_on", "", "This field is required"),
        ("target_level", "L5", "Select a valid choice"),
        ("target_level", "L6\x00", "Select a valid choice"),
        ("current_level", "L6", "is not above"),
        ("current_level", "L7", "Select a valid choice"),
    ],
)
def test_start_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    stranger: User, plan: dict[str, str], sign_in: SignIn, field: str, typed: str, message: str
) -> None:
    posted = plan | {field: typed}

    response = sign_in(stranger).post(START, posted)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = response.context["form"]
    at = "target_level" if message == "is not above" else field
    assert message in form.errors[at][0]
    assert {name: form[name].value() for name in plan} == posted
    assert not Candidacy.objects.exists()


def test_start_takes_tomorrow(stranger: User, plan: dict[str, str], sign_in: SignIn) -> None:
    response = sign_in(stranger).post(START, plan | {"target_on": "2026-11-25"})

    assert response.status_code == HTTPStatus.FOUND


def test_start_with_an_open_candidacy_is_a_conflict_that_leads_to_it(
    candidate: User, plan: dict[str, str], sign_in: SignIn
) -> None:
    for response in (sign_in(candidate).get(START), sign_in(candidate).post(START, plan)):
        assert response.status_code == HTTPStatus.CONFLICT
        assert f'href="{TIMELINE}"' in response.text
    assert candidate.candidacies.count() == 1


def test_of_two_starts_at_once_the_database_lets_one_win(
    stranger: User, plan: dict[str, str], today: date
) -> None:
    def start() -> None:
        actions.start_candidacy(
            by=stranger, current_level="L5", target_level="L6", target_on=date(2027, 11, 30), today=today
        )

    start()

    with pytest.raises(actions.CandidacyIsOpen):
        start()

    assert stranger.candidacies.count() == 1


def test_start_without_a_framework_says_whom_to_ask(stranger: User, sign_in: SignIn) -> None:
    assert not FrameworkVersion.objects.exists()

    response = sign_in(stranger).get(START)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "There is no framework yet" in response.text


def test_edit_moves_the_date_and_leaves_evidence_alone(
    candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    response = sign_in(candidate).post(
        EDIT, {"current_level": "L5", "target_level": "L6", "target_on": "2027-12-01", "revision": 1}
    )

    candidacy.refresh_from_db()
    assert response.headers["Location"] == TIMELINE
    assert candidacy.target_on == date(2027, 12, 1)
    assert (candidacy.revision, candidacy.evidence_rev) == (2, 1)


def test_edit_of_the_target_level_asks_for_the_evidence_anew(
    candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    sign_in(candidate).post(
        EDIT,
        {
            "current_level": "L5",
            "target_level": "L7",
            "target_on": candidacy.target_on.isoformat(),
            "revision": 1,
        },
    )

    candidacy.refresh_from_db()
    assert (candidacy.target_level, candidacy.evidence_rev) == ("L7", 2)


def test_edit_from_a_stale_page_shows_both_and_saves_from_there(
    candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    client = sign_in(candidate)
    posted = {"current_level": "L5", "target_level": "L6", "target_on": "2027-12-01", "revision": 1}
    client.post(EDIT, posted)

    stale = client.post(EDIT, posted | {"target_on": "2028-02-29"})

    candidacy.refresh_from_db()
    assert stale.status_code == HTTPStatus.CONFLICT
    assert candidacy.target_on == date(2027, 12, 1)
    assert "Wed 1 December 2027" in stale.text
    assert "Tue 29 February 2028" in stale.text
    form = stale.context["form"]
    again = {name: form[name].value() for name in posted}
    assert again == posted | {"target_on": "2028-02-29", "revision": 2}

    assert client.post(EDIT, again).status_code == HTTPStatus.FOUND
    candidacy.refresh_from_db()
    assert (candidacy.target_on, candidacy.revision) == (date(2028, 2, 29), 3)


def test_edit_sent_twice_is_one_change(candidate: User, candidacy: Candidacy, sign_in: SignIn) -> None:
    client = sign_in(candidate)
    posted = {"current_level": "L5", "target_level": "L6", "target_on": "2027-12-01", "revision": 1}

    answers = [client.post(EDIT, posted).status_code for _ in range(2)]

    candidacy.refresh_from_db()
    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert candidacy.revision == 2


def test_edit_keeps_a_target_date_that_is_over_when_only_levels_change(
    candidate: User, candidacy: Candidacy, today: date, sign_in: SignIn
) -> None:
    candidacy.target_on = today - timedelta(days=3)
    candidacy.save()

    response = sign_in(candidate).post(
        EDIT,
        {
            "current_level": "L6",
            "target_level": "L7",
            "target_on": candidacy.target_on.isoformat(),
            "revision": 1,
        },
    )

    assert response.status_code == HTTPStatus.FOUND


def test_edit_to_a_past_date_is_refused_at_the_field(candidate: User, sign_in: SignIn) -> None:
    response = sign_in(candidate).post(
        EDIT, {"current_level": "L5", "target_level": "L6", "target_on": "2026-11-01", "revision": 1}
    )

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "1 November 2026 is not ahead of you" in response.context["form"].errors["target_on"][0]


def test_timeline_shows_whole_days_and_the_state_of_each_phase(candidate: User, sign_in: SignIn) -> None:
    response = sign_in(candidate).get(TIMELINE)

    assert response.status_code == HTTPStatus.OK
    # The target date is 25 July 2027; 60 days ago the first phase had two months of its six to go.
    assert (
        "You are in phase 1 of 5, Build evidence, with 243 days until you hand your packet in"
        in response.text
    )
    assert "Fri 25 September 2026 to Sun 24 January 2027" in response.text
    assert "Mon 25 January 2027 to Sat 24 April 2027" in response.text
    assert "From Sat 25 September 2027" in response.text


def test_timeline_tells_a_late_starter_what_is_over_and_where_it_went(
    candidate: User, candidacy: Candidacy, today: date, sign_in: SignIn
) -> None:
    candidacy.target_on = today + timedelta(days=120)
    candidacy.save()

    response = sign_in(candidate).get(TIMELINE)

    assert (
        "You began on Fri 25 September 2026, so Build evidence is over; "
        "what it asks for is in Assess readiness until done." in response.text
    )
    current = response.context["plan"].current
    assert current.window.phase.key == "assess"
    assert [checklist.phase.key for checklist in current.catch_up] == ["build"]
    assert "To catch up, from Build evidence" in response.text


def test_timeline_after_the_target_date_counts_no_days(
    candidate: User, candidacy: Candidacy, today: date, sign_in: SignIn
) -> None:
    candidacy.target_on = today - timedelta(days=1)
    candidacy.save()

    response = sign_in(candidate).get(TIMELINE)

    assert "Apply.</p>" in response.text


@pytest.mark.parametrize("name", ["timeline", "rate", "mentors", "edit"])
def test_pages_of_a_candidacy_lead_somebody_without_one_to_where_it_begins(
    stranger: User, sign_in: SignIn, name: str
) -> None:
    response = sign_in(stranger).get(reverse(f"candidates:{name}"))

    assert response.headers["Location"] == START


@pytest.mark.parametrize("name", ["rate", "edit", "mentorship_new"])
def test_writes_without_a_candidacy_find_nothing(stranger: User, sign_in: SignIn, name: str) -> None:
    response = sign_in(stranger).post(reverse(f"candidates:{name}"), {})

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_closed_candidacy_is_not_the_current_one(
    candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    candidacy.closed_at = timezone.now()
    candidacy.save()

    assert sign_in(candidate).get(TIMELINE).headers["Location"] == START


@pytest.mark.parametrize("path", [TIMELINE, EDIT, START])
def test_pages_of_a_plan_take_few_statements(
    candidate: User, sign_in: SignIn, statements: CountStatements, path: str
) -> None:
    client = sign_in(candidate)
    client.get(path)

    with statements() as done:
        client.get(path)

    # The timeline asks a statement of each room that counts something for it.
    assert done.count == {TIMELINE: 14, EDIT: 3, START: 3}[path], done.sql


def test_long_names_do_not_break_the_page(candidacy: Candidacy, sign_in: SignIn) -> None:
    person = UserFactory.create(name="x" * 200)
    candidacy.person = person
    candidacy.save()

    assert sign_in(person).get(TIMELINE).status_code == HTTPStatus.OK
