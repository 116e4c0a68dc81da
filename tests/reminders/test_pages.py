from datetime import date, datetime, time, timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.mail.models import Preference
from apps.reminders.models import Occurrence, Plan, Status, Timing
from apps.reminders.people import recount
from tests.cast import CountStatements, SignIn
from tests.factories.reminders import OccurrenceFactory, PlanFactory, ScheduleFactory

INDEX = reverse("reminders:index")
SETTINGS = reverse("reminders:settings")


@pytest.fixture
def plan(candidacy: Candidacy) -> Plan:
    return PlanFactory.create(candidacy=candidacy)


@pytest.fixture
def occurrence(plan: Plan) -> Occurrence:
    occurrence = OccurrenceFactory.create(plan=plan)
    recount([plan.person_id])
    return occurrence


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_list_takes_five_statements_however_long(
    rows: int, plan: Plan, candidate: User, sign_in: SignIn, statements: CountStatements
) -> None:
    OccurrenceFactory.create_batch(rows, plan=plan)
    browser = sign_in(candidate)
    browser.get(INDEX)  # which keeps the framework

    with statements() as done:
        response = browser.get(INDEX)

    assert response.text.count("Why am I getting this") == min(rows, 50)
    # Session, person, place, list, how many are snoozed.
    assert done.count == 5, done.sql


def test_an_empty_list_says_what_will_be_there(stranger: User, sign_in: SignIn) -> None:
    assert "Nothing is due" in sign_in(stranger).get(INDEX).text


def test_the_frame_shows_how_many_are_unread(
    occurrence: Occurrence, candidate: User, sign_in: SignIn
) -> None:
    page = sign_in(candidate).get(reverse("stories:wins")).text

    assert 'href="/reminders/"' in page
    assert candidate.__class__.objects.get(pk=candidate.pk).unread_reminders == 1


def test_each_says_why_it_came(occurrence: Occurrence, candidate: User, sign_in: SignIn) -> None:
    page = sign_in(candidate).get(INDEX).text

    assert "It comes every Friday while you are in Build evidence." in page
    assert "“days since the newest win” is below 7" in page


def test_the_button_leads_to_the_form_and_marks_it_read(
    occurrence: Occurrence, candidate: User, sign_in: SignIn
) -> None:
    response = sign_in(candidate).post(reverse("reminders:follow", args=[occurrence.pk]))

    assert response.headers["Location"] == reverse("stories:win_new")
    occurrence.refresh_from_db()
    candidate.refresh_from_db()
    assert occurrence.read_at is not None
    assert candidate.unread_reminders == 0


def test_read_can_be_taken_back(occurrence: Occurrence, candidate: User, sign_in: SignIn) -> None:
    browser = sign_in(candidate)
    for _ in range(2):
        browser.post(reverse("reminders:read", args=[occurrence.pk]))

    candidate.refresh_from_db()
    assert candidate.unread_reminders == 1


def test_all_are_read_at_once(occurrence: Occurrence, candidate: User, sign_in: SignIn) -> None:
    sign_in(candidate).post(reverse("reminders:read_all"))

    candidate.refresh_from_db()
    assert candidate.unread_reminders == 0


def test_what_is_dismissed_is_gone_and_counts_as_an_answer(
    plan: Plan, candidate: User, sign_in: SignIn
) -> None:
    schedule = ScheduleFactory.create(plan=plan, ignored=2)
    occurrence = OccurrenceFactory.create(plan=plan, schedule=schedule)

    sign_in(candidate).post(reverse("reminders:dismiss", args=[occurrence.pk]))

    occurrence.refresh_from_db()
    schedule.refresh_from_db()
    assert (occurrence.status, schedule.ignored) == (Status.DISMISSED, 0)


def test_a_snooze_lasts_to_the_morning_of_the_persons_zone(
    occurrence: Occurrence, candidate: User, sign_in: SignIn
) -> None:
    User.objects.get_queryset().filter(pk=candidate.pk).update(time_zone="Asia/Tokyo")

    response = sign_in(candidate).post(
        reverse("reminders:snooze", args=[occurrence.pk]), {"days": "7"}, follow=True
    )

    occurrence.refresh_from_db()
    assert occurrence.snoozed_until == datetime.fromisoformat("2026-12-01T08:00:00+09:00")
    assert "It comes back on Tuesday 1 December." in response.text
    assert "1 snoozed" in response.text
    assert "Why am I getting this" not in response.text


@pytest.mark.parametrize("days", ["2", "", "-1", "many"])
def test_a_snooze_of_another_length_is_refused(
    days: str, occurrence: Occurrence, candidate: User, sign_in: SignIn
) -> None:
    sign_in(candidate).post(reverse("reminders:snooze", args=[occurrence.pk]), {"days": days})

    occurrence.refresh_from_db()
    assert occurrence.snoozed_until is None


@pytest.mark.parametrize("verb", ["follow", "read", "dismiss", "snooze"])
def test_somebody_elses_is_not_there(
    verb: str, occurrence: Occurrence, other_candidate: User, sign_in: SignIn
) -> None:
    response = sign_in(other_candidate).post(
        reverse(f"reminders:{verb}", args=[occurrence.pk]), {"days": "1"}
    )

    assert response.status_code == HTTPStatus.NOT_FOUND


def saved(**fields: str) -> dict[str, str]:
    return {"time_zone": "Europe/Berlin", "digest": "both"} | fields


def test_settings_keep_time_zone_and_channel(candidate: User, candidacy: Candidacy, sign_in: SignIn) -> None:
    browser = sign_in(candidate)
    shown = browser.get(SETTINGS).context["form"]
    fields = saved(local_time="06:30", quiet_until="2026-12-20", **dict.fromkeys(shown.rules, "both"))

    response = browser.post(SETTINGS, fields | {"log_wins": "in_app", "weekdays_only": "on"})

    assert response.status_code == HTTPStatus.FOUND
    timing = Timing.objects.get(user=candidate)
    assert (timing.local_time, timing.weekdays_only, timing.quiet_until) == (
        time(6, 30),
        True,
        date(2026, 12, 20),
    )
    candidate.refresh_from_db()
    assert (candidate.time_zone, candidate.knows_time_zone) == ("Europe/Berlin", True)
    assert list(Preference.objects.values_list("kind", "channel")) == [("rule:log_wins", "in_app")]


def test_settings_offer_only_what_can_come(
    candidate: User, candidacy: Candidacy, mentor: User, stranger: User, sign_in: SignIn
) -> None:
    offered = {who: sign_in(who).get(SETTINGS).context["form"].rules for who in (candidate, mentor, stranger)}

    assert {"log_wins", "stale_draft", "changes_asked"} <= set(offered[candidate])
    assert not {"mock_tomorrow", "review_waiting"} & set(offered[candidate])
    assert "review_waiting" in offered[mentor]
    assert offered[stranger] == {}


@pytest.mark.parametrize(
    "field, value",
    [
        ("time_zone", "Mars/Olympus"),
        ("local_time", "25:00"),
        ("quiet_until", "2030-01-01"),
        ("digest", "pigeon"),
    ],
)
def test_settings_refuse_what_is_none_and_keep_what_was_typed(
    field: str, value: str, stranger: User, sign_in: SignIn
) -> None:
    response = sign_in(stranger).post(SETTINGS, saved(**{field: value}))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(response.context["form"].errors) == [field]
    assert not Timing.objects.exists()


def test_the_first_visit_takes_the_browsers_zone(stranger: User, sign_in: SignIn) -> None:
    browser = sign_in(stranger)
    assert 'data-zone="/reminders/zone/"' in browser.get(INDEX).text

    browser.post(reverse("reminders:zone"), {"zone": "Asia/Kolkata"})
    browser.post(reverse("reminders:zone"), {"zone": "Europe/Paris"})

    stranger.refresh_from_db()
    assert stranger.time_zone == "Asia/Kolkata"
    assert "data-zone" not in browser.get(INDEX).text


def test_a_zone_that_is_none_is_not_taken(stranger: User, sign_in: SignIn) -> None:
    response = sign_in(stranger).post(reverse("reminders:zone"), {"zone": "../../etc"})

    stranger.refresh_from_db()
    assert (response.status_code, stranger.time_zone) == (HTTPStatus.UNPROCESSABLE_ENTITY, "UTC")


def test_what_was_snoozed_comes_back_unread(plan: Plan, candidate: User, now: datetime) -> None:
    from apps.reminders.ticks import tick

    occurrence = OccurrenceFactory.create(
        plan=plan, read_at=now, snoozed_until=now + timedelta(hours=1), row="kept", rule="review_sent"
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.reminders.ticks.look", lambda *_, **__: 0)
        tick(now + timedelta(hours=2))

    occurrence.refresh_from_db()
    assert (occurrence.snoozed_until, occurrence.read_at, occurrence.status) == (None, None, Status.DIGESTED)
