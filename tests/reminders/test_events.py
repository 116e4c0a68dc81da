"""What follows an event, by the simulated clock: told at once, said again when nothing came of it, over once it did."""

from datetime import date, datetime, timedelta

import pytest

from apps.accounts import actions as accounts
from apps.accounts.models import User
from apps.candidates import actions as candidates
from apps.candidates.models import Candidacy, Mentorship
from apps.mail.kinds import kind_named
from apps.mail.letters import compose
from apps.mail.models import Message
from apps.readiness import gap_actions
from apps.readiness.models import Action, GapStatus
from apps.reminders.models import Occurrence
from apps.reminders.ticks import tick
from apps.reviews import actions as reviews
from apps.reviews.models import Review, Verdict
from apps.stories.actions import save_version
from apps.stories.models import VersionReason
from tests.cast import NOW, Posted
from tests.factories.frameworks import shipped_framework
from tests.factories.gaps import ActionFactory
from tests.factories.reviews import RatingFactory, ReviewFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory

type Told = list[tuple[date, str]]


def days_later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def play(days: int) -> None:
    """Tick once a day from the event on."""
    for day in range(days + 1):
        tick(days_later(day))


def told(person: User, rule: str) -> Told:
    found = Occurrence.objects.filter(person=person, rule=rule).order_by("local_date", "pk")
    return list(found.values_list("local_date", "status"))


def digest_of(person: User) -> str:
    """Return what the person's digest says now, if there is one to come."""
    mails = [
        compose(mail, kind_named("digest")) for mail in Message.objects.filter(kind="digest", user=person)
    ]
    return "\n".join(str(mail.body) for mail in mails)


@pytest.fixture
def review(candidate: User, mentorship: Mentorship) -> Review:
    """Asked just now."""
    tick(NOW)
    version = StoryVersionFactory.create(story=StoryFactory.create(owner=candidate))
    version.story.current_version, version.story.matches_version = version, True
    version.story.save()
    return ReviewFactory.create(version=version, mentorship=mentorship, asked_at=NOW)


def send(review: Review, verdict: Verdict, mentor: User) -> None:
    review.verdict, review.rationale = verdict, "Say which part was yours."
    review.save()
    if verdict == Verdict.ENDORSE:
        RatingFactory.create(review=review)
    reviews.send_review(review, by=mentor, now=NOW)


def test_changes_asked_are_said_again_after_five_days(review: Review, candidate: User, mentor: User) -> None:
    send(review, Verdict.CHANGES, mentor)

    play(4)
    assert told(candidate, "changes_asked") == [(date(2026, 11, 24), "due")]
    assert "Make the changes" not in digest_of(candidate)

    play(6)
    assert told(candidate, "changes_asked") == [
        (date(2026, 11, 24), "passed"),
        (date(2026, 11, 29), "digested"),
    ]
    assert "Changes were asked for: Make the changes, or say why you will not." in digest_of(candidate)


def test_changes_that_were_made_are_not_asked_again(review: Review, candidate: User, mentor: User) -> None:
    send(review, Verdict.CHANGES, mentor)
    tick(NOW)

    story = review.version.story
    story.situation = f"{story.situation} I wrote the scheduler."
    story.save()
    save_version(story, shipped_framework(), reason=VersionReason.SAVED, by=candidate, now=days_later(1))
    play(8)

    assert told(candidate, "changes_asked") == [(date(2026, 11, 24), "done")]


def test_a_review_that_came_is_told_once_by_its_own_mail_and_stands_until_it_is_read(
    review: Review, candidate: User, mentor: User, posted: Posted
) -> None:
    send(review, Verdict.ENDORSE, mentor)
    play(2)

    subjects = [mail.subject for mail in posted() if mail.to == [candidate.email]]
    assert subjects.count("Henrik Dahl reviewed one of your stories") == 1
    assert told(candidate, "review_sent") == [(date(2026, 11, 24), "due")]
    assert "Read the review" not in digest_of(candidate)

    Review.objects.filter(pk=review.pk).update(seen_at=days_later(2))
    tick(days_later(3))
    assert told(candidate, "review_sent") == [(date(2026, 11, 24), "done")]


@pytest.fixture
def asked(candidate: User, candidacy: Candidacy, stranger: User) -> Mentorship:
    """Sam, who has an account, is asked to be a mentor."""
    tick(NOW)
    mentorship, _ = candidates.invite_mentor(
        candidacy, name="Sam", email=stranger.email, kind="mentor", by=candidate, now=NOW
    )
    return mentorship


def test_a_mentor_who_was_asked_is_asked_again_after_five_days(asked: Mentorship, stranger: User) -> None:
    play(4)
    assert told(stranger, "mentorship_asked") == [(date(2026, 11, 24), "due")]

    play(6)
    assert told(stranger, "mentorship_asked") == [
        (date(2026, 11, 24), "passed"),
        (date(2026, 11, 29), "digested"),
    ]
    assert "Maya Okonkwo" in digest_of(stranger)


def test_a_mentorship_that_was_accepted_is_told_at_once_and_asks_nobody_again(
    asked: Mentorship, candidate: User, stranger: User, posted: Posted
) -> None:
    play(1)
    assert asked.invitation is not None
    accounts.accept(asked.invitation, stranger, now=NOW + timedelta(hours=1))
    play(8)

    assert told(stranger, "mentorship_asked") == [(date(2026, 11, 24), "done")]
    assert told(candidate, "mentorship_answered") == [(date(2026, 11, 24), "due")]
    subjects = [mail.subject for mail in posted() if mail.to == [candidate.email]]
    assert subjects.count("Sam Stranger joins you as your mentor") == 1
    assert "See the answer" not in digest_of(candidate)


def test_a_mentorship_that_was_declined_is_told_at_once(
    asked: Mentorship, candidate: User, stranger: User, posted: Posted
) -> None:
    candidates.decline_mentorship(asked, by=stranger, now=NOW + timedelta(hours=1))
    play(8)

    assert told(stranger, "mentorship_asked") == []
    assert told(candidate, "mentorship_answered") == [(date(2026, 11, 24), "due")]
    subjects = [mail.subject for mail in posted() if mail.to == [candidate.email]]
    assert subjects.count("Sam cannot join you as your mentor") == 1


@pytest.fixture
def action(candidacy: Candidacy) -> Action:
    """Due in six days, a Monday."""
    tick(NOW)
    return ActionFactory.create(gap__candidacy=candidacy, due_on=(NOW + timedelta(days=6)).date())


def days_told(person: User) -> list[date]:
    return [day for day, _ in told(person, "action_due")]


def test_an_action_is_told_three_days_before_it_is_due_and_a_day_after(
    action: Action, candidate: User
) -> None:
    play(8)

    assert days_told(candidate) == [date(2026, 11, 27), date(2026, 12, 1)]


def test_an_action_that_is_done_is_not_told_again(action: Action, candidate: User) -> None:
    play(4)
    gap_actions.finish_action(action, None, word="Done", now=days_later(4))

    for day in range(5, 9):
        tick(days_later(day))

    assert told(candidate, "action_due") == [(date(2026, 11, 27), "done")]


def test_an_action_whose_gap_is_closed_is_not_told(action: Action, candidate: User) -> None:
    gap_actions.settle_gap(action.gap, GapStatus.CLOSED, word="Shown", now=NOW)

    play(8)

    assert days_told(candidate) == []


def test_an_action_that_moves_is_told_before_its_new_day(action: Action, candidate: User) -> None:
    play(4)
    later = {"due_on": action.due_on + timedelta(days=7)}
    gap_actions.change_action(action, later, started_from=1, now=days_later(4))

    for day in range(5, 16):
        tick(days_later(day))

    assert days_told(candidate) == [date(2026, 11, 27), date(2026, 12, 4), date(2026, 12, 8)]
