from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.models import User
from apps.candidates import actions as candidates
from apps.candidates.models import Candidacy, Mentorship
from apps.mail.models import Message, Preference
from apps.mail.models import Status as MailStatus
from apps.reminders.models import Occurrence, Plan, Schedule, Status, Timing
from apps.reminders.ticks import tick
from apps.stories.actions import log_win
from tests.cast import NOW
from tests.factories.reviews import ReviewFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory, WinFactory

# The first Friday after the cast's Tuesday, and what is due on it.
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)

type Found = list[tuple[str, date, str]]


def at(moment: datetime) -> Found:
    """Tick at a moment; return what there is, in order of date."""
    tick(moment)
    rows = Occurrence.objects.order_by("local_date", "rule", "pk")
    return [(o.rule, o.local_date, o.status) for o in rows]


@pytest.fixture
def planned(candidacy: Candidacy, now: datetime) -> Plan:
    tick(now)
    return Plan.objects.get()


def test_a_candidacy_is_planned_by_the_tick_that_finds_it(candidacy: Candidacy, now: datetime) -> None:
    tick(now)

    schedules = dict(Schedule.objects.values_list("rule", "next_due_at"))
    assert schedules["log_wins"] == FRIDAY
    assert "scope_snapshot" in schedules
    # Nobody counts sessions of practice yet, and there is no page for them.
    assert "weekly_practice" not in schedules


def test_what_is_due_becomes_an_occurrence_and_the_schedule_moves_on(planned: Plan) -> None:
    found = at(FRIDAY)

    assert ("log_wins", FRIDAY.date(), "digested") in found
    assert planned.schedules.get(rule="log_wins").next_on == date(2026, 12, 4)


def test_nothing_is_due_a_second_before(planned: Plan) -> None:
    before = at(FRIDAY - timedelta(seconds=1))

    assert "log_wins" not in [rule for rule, _, _ in before]


def test_a_win_of_this_week_makes_the_reminder_unneeded(planned: Plan, candidate: User) -> None:
    WinFactory.create(owner=candidate, happened_on=date(2026, 11, 25))

    assert "log_wins" not in [rule for rule, _, _ in at(FRIDAY)]
    assert planned.schedules.get(rule="log_wins").next_on == date(2026, 12, 4)


def test_a_second_tick_changes_nothing(planned: Plan) -> None:
    first = at(FRIDAY)

    assert at(FRIDAY) == first
    assert Message.objects.filter(kind="digest").count() == 1


def test_everything_due_for_one_person_in_one_day_is_one_digest(planned: Plan, candidate: User) -> None:
    StoryFactory.create(owner=candidate, edited_at=FRIDAY - timedelta(days=14))

    at(FRIDAY)

    message = Message.objects.get(kind="digest")
    assert (message.dedupe_key, message.due_at) == (f"digest:{candidate.pk}:2026-11-27", FRIDAY)
    assert set(Occurrence.objects.filter(message=message).values_list("rule", flat=True)) >= {
        "log_wins",
        "stale_draft",
    }


def test_after_thirty_days_down_only_the_newest_missed_one_is_due(planned: Plan) -> None:
    at(FRIDAY)
    found = [row for row in at(FRIDAY + timedelta(days=28, hours=3)) if row[0] == "log_wins"]

    assert found == [
        ("log_wins", date(2026, 11, 27), "passed"),
        ("log_wins", date(2026, 12, 4), "skipped"),
        ("log_wins", date(2026, 12, 11), "skipped"),
        ("log_wins", date(2026, 12, 18), "skipped"),
        ("log_wins", date(2026, 12, 25), "digested"),
    ]


def test_what_was_missed_by_more_than_its_grace_is_recorded_and_not_told(planned: Plan) -> None:
    found = [row for row in at(FRIDAY + timedelta(days=4)) if row[0] == "log_wins"]

    assert found == [("log_wins", FRIDAY.date(), "skipped")]


def test_three_ignored_make_it_monthly_and_five_silent(planned: Plan, candidacy: Candidacy) -> None:
    Candidacy.objects.filter(pk=candidacy.pk).update(target_on=date(2027, 11, 25), revision=2)
    moment = FRIDAY
    while moment < FRIDAY + timedelta(days=200):
        at(moment)
        moment += timedelta(days=1)

    told = Occurrence.objects.filter(rule="log_wins").order_by("local_date")
    assert list(told.values_list("local_date", flat=True)) == [
        date(2026, 11, 27),
        date(2026, 12, 4),
        date(2026, 12, 11),
        date(2027, 1, 15),
        date(2027, 2, 19),
    ]
    assert planned.schedules.get(rule="log_wins").next_due_at is None


def test_a_quiet_rule_speaks_again_after_the_person_did_it_all_the_same(
    planned: Plan, candidate: User
) -> None:
    planned.schedules.filter(rule="log_wins").update(next_on=None, next_due_at=None, ignored=5)
    WinFactory.create(owner=candidate, happened_on=date(2026, 11, 25))

    tick(NOW + timedelta(hours=2))
    tick(NOW + timedelta(hours=3))

    assert planned.schedules.get(rule="log_wins").next_due_at == FRIDAY


def test_a_reminder_whose_work_was_done_is_done(planned: Plan, candidate: User, candidacy: Candidacy) -> None:
    at(FRIDAY)
    WinFactory.create(owner=candidate, happened_on=FRIDAY.date())
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()

    assert ("log_wins", FRIDAY.date(), "done") in at(FRIDAY + timedelta(minutes=1))
    candidate.refresh_from_db()
    assert candidate.unread_reminders == Occurrence.objects.unread().filter(person=candidate).count()


def test_what_was_done_from_the_mail_is_done_at_the_next_tick(planned: Plan, candidate: User) -> None:
    at(FRIDAY)
    later = FRIDAY + timedelta(minutes=10)
    log_win(text="Cut the deploys", by=candidate, now=later, happened_on=later.date())

    assert ("log_wins", FRIDAY.date(), "done") in at(later + timedelta(minutes=1))


def test_who_is_active_is_looked_at_more_often_while_something_waits(
    planned: Plan, candidate: User, candidacy: Candidacy
) -> None:
    Candidacy.objects.filter(pk=candidacy.pk).note_activity(FRIDAY.date())
    at(FRIDAY)
    planned.refresh_from_db()
    assert planned.next_look_at == FRIDAY + timedelta(minutes=5)

    at(FRIDAY + timedelta(days=3))
    planned.refresh_from_db()
    assert planned.next_look_at == FRIDAY + timedelta(days=3, hours=1)


def test_unread_ones_are_counted_where_every_page_finds_them(planned: Plan, candidate: User) -> None:
    at(FRIDAY)

    candidate.refresh_from_db()
    assert candidate.unread_reminders == Occurrence.objects.unread().count() > 0


def test_another_zone_moves_what_is_to_come(planned: Plan, candidate: User) -> None:
    User.objects.get_queryset().filter(pk=candidate.pk).update(time_zone="Asia/Tokyo")

    tick(NOW)

    assert planned.schedules.get(rule="log_wins").next_due_at == datetime(
        2026, 11, 27, 8, tzinfo=ZoneInfo("Asia/Tokyo")
    )


def test_a_zone_nobody_knows_is_utc(planned: Plan, candidate: User) -> None:
    User.objects.get_queryset().filter(pk=candidate.pk).update(time_zone="Mars/Olympus")

    tick(NOW)

    assert planned.schedules.get(rule="log_wins").next_due_at == FRIDAY


def test_a_moved_target_date_moves_the_phase_and_is_not_told_twice(
    planned: Plan, candidacy: Candidacy
) -> None:
    entered = planned.schedules.get(rule="rate_on_entry").next_on
    candidates.change_candidacy(
        candidacy,
        started_from=candidacy.revision,
        current_level="L5",
        target_level="L6",
        target_on=candidacy.target_on + timedelta(days=31),
    )

    tick(NOW)

    moved = planned.schedules.get(rule="rate_on_entry").next_on
    assert entered is not None
    assert moved is not None
    assert moved > entered


def test_a_closed_candidacy_is_left_alone(planned: Plan, candidacy: Candidacy) -> None:
    at(FRIDAY)
    Candidacy.objects.filter(pk=candidacy.pk).update(closed_at=FRIDAY)

    found = at(FRIDAY + timedelta(days=7))

    assert {status for _, _, status in found} == {"done"}
    assert not planned.schedules.exclude(next_due_at=None).exists()


def test_switched_off_is_recorded_and_shown_to_nobody(planned: Plan, candidate: User) -> None:
    Preference.objects.create(user=candidate, kind="rule:log_wins", channel="none")

    assert ("log_wins", FRIDAY.date(), "skipped") in at(FRIDAY)


def test_in_the_app_only_makes_no_mail(planned: Plan, candidate: User) -> None:
    Preference.objects.create(user=candidate, kind="digest", channel="in_app")

    assert ("log_wins", FRIDAY.date(), "due") in at(FRIDAY)
    assert not Message.objects.filter(kind="digest").exists()


def test_what_is_due_on_saturday_is_told_on_monday_unless_weekends_are_wanted(
    planned: Plan, candidate: User
) -> None:
    saturday = FRIDAY + timedelta(days=1)
    StoryFactory.create(owner=candidate, edited_at=saturday - timedelta(days=14))
    Preference.objects.create(user=candidate, kind="rule:log_wins", channel="none")

    at(saturday)
    assert Occurrence.objects.get(rule="stale_draft").message.ref == {"on": "2026-11-30"}  # type: ignore[union-attr]

    Timing.objects.create(user=candidate, weekdays_only=False)
    StoryFactory.create(owner=candidate, edited_at=saturday + timedelta(days=1) - timedelta(days=14))
    at(saturday + timedelta(days=1))
    # One mail waits already; it takes what comes.
    assert Message.objects.filter(kind="digest").count() == 1


def test_what_comes_after_the_digest_went_out_is_for_the_next_one(planned: Plan, candidate: User) -> None:
    at(FRIDAY)
    Message.objects.update(status=MailStatus.SENT, sent_at=FRIDAY)
    StoryFactory.create(owner=candidate, edited_at=FRIDAY - timedelta(days=14))

    at(FRIDAY + timedelta(hours=2))

    assert Occurrence.objects.get(rule="stale_draft").message.ref == {"on": "2026-11-30"}  # type: ignore[union-attr]


def test_a_digest_that_went_out_weeks_late_is_the_only_one_of_its_day(planned: Plan) -> None:
    at(FRIDAY)
    late = datetime(2026, 12, 11, 6, 0, tzinfo=UTC)
    Message.objects.update(status=MailStatus.SENT, sent_at=late)

    found = at(late + timedelta(hours=3))

    assert ("log_wins", date(2026, 12, 11), "digested") in found
    days = [ref["on"] for ref in Message.objects.order_by("due_at").values_list("ref", flat=True)]
    assert days == ["2026-11-27", "2026-12-14"]


@pytest.fixture
def asked(planned: Plan, candidate: User, mentorship: Mentorship) -> Callable[..., object]:
    def ask(**fields: object) -> object:
        version = StoryVersionFactory.create(story=StoryFactory.create(owner=candidate))
        return ReviewFactory.create(version=version, mentorship=mentorship, asked_at=NOW, **fields)

    return ask


def test_a_review_that_waits_is_told_to_the_mentor_after_three_and_seven_days(
    asked: Callable[..., object], mentor: User
) -> None:
    asked()
    for days in range(9):
        tick(FRIDAY + timedelta(days=days))

    told = Occurrence.objects.filter(person=mentor, rule="review_waiting").order_by("local_date")
    assert list(told.values_list("local_date", "status")) == [
        (date(2026, 11, 27), "passed"),
        (date(2026, 12, 1), "digested"),
    ]


def test_a_review_that_was_withdrawn_does_not_wait(
    asked: Callable[..., object], mentor: User, candidacy: Candidacy
) -> None:
    review = asked()
    tick(FRIDAY)
    type(review).objects.update(withdrawn_at=FRIDAY)  # type: ignore[attr-defined]
    tick(FRIDAY + timedelta(hours=2))

    assert Occurrence.objects.get(person=mentor, rule="review_waiting").status == Status.DONE


def test_two_planners_at_once_make_one(planned: Plan) -> None:
    """The second finds the rows of the first locked; see the campaign for processes of their own."""
    at(FRIDAY)
    Schedule.objects.filter(rule="log_wins").update(next_on=FRIDAY.date(), next_due_at=FRIDAY)

    at(FRIDAY)

    assert Occurrence.objects.filter(rule="log_wins").count() == 1
