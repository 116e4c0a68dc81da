"""A reminder from due to mail, and what is looked at again before it goes."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.cohorts.models import Cohort
from apps.mail.kinds import kind_named
from apps.mail.letters import compose
from apps.mail.models import Message
from apps.reminders import looks
from apps.reminders.models import Occurrence, Plan
from apps.reminders.ticks import tick
from apps.reminders.wording import line_of
from tests.cast import NOW, CountStatements, SignIn
from tests.factories.candidates import CandidacyFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.stories import StoryFactory, WinFactory

FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.fixture
def digest(candidate: User, candidacy: Candidacy) -> Message:
    """Due on Friday: a win to log, and a draft with words of its own."""
    StoryFactory.create(
        owner=candidate,
        title="A secret title",
        situation="Secret words",
        edited_at=datetime(2026, 11, 12, 9, tzinfo=UTC),
    )
    tick(NOW)
    tick(FRIDAY)
    return Message.objects.get(kind="digest")


def test_a_digest_holds_names_of_things_to_do_and_links_and_no_words_of_a_story(digest: Message) -> None:
    mail = compose(digest, kind_named("digest"))

    body = str(mail.body)
    assert "Log a win: Log what you did this week in one line." in body
    assert f"{settings.SITE_ORIGIN}{reverse('stories:win_new')}" in body
    assert "ecret" not in f"{mail.subject}{body}{mail.alternatives}"
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_was_done_meanwhile_is_left_out(digest: Message, candidate: User) -> None:
    WinFactory.create(owner=candidate, happened_on=FRIDAY.date())

    mail = compose(digest, kind_named("digest"))

    assert "Log a win" not in str(mail.body)
    assert kind_named("digest").still_wanted(digest)


def test_a_digest_of_nothing_any_more_is_not_wanted(digest: Message, candidacy: Candidacy) -> None:
    Candidacy.objects.filter(pk=candidacy.pk).update(closed_at=FRIDAY)

    assert not kind_named("digest").still_wanted(digest)


@pytest.fixture
def cohort(organiser: User, candidacy: Candidacy) -> Cohort:
    cohort = CohortFactory.create(created_by=organiser)
    MembershipFactory.create(cohort=cohort, user=candidacy.person)
    Candidacy.objects.filter(pk=candidacy.pk).update(cohort=cohort)
    return cohort


def test_an_organiser_hears_weekly_of_silent_members(cohort: Cohort, organiser: User) -> None:
    tick(NOW)
    tick(MONDAY)

    told = Occurrence.objects.get(person=organiser)
    assert (told.rule, told.local_date) == ("who_is_stuck", MONDAY.date())
    assert told.message is not None
    body = str(compose(told.message, kind_named("digest")).body)
    assert (
        f"See who has been silent for three weeks.\n{settings.SITE_ORIGIN}{reverse('dashboards:overview')}"
        in body
    )


def test_the_link_for_an_organiser_leads_to_who_is_silent(
    cohort: Cohort, organiser: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    tick(NOW)
    tick(MONDAY)
    line = line_of(Occurrence.objects.get(person=organiser))
    assert line is not None

    page = sign_in(organiser).get(line.url)

    assert page.status_code == HTTPStatus.OK
    assert candidacy.person.name in page.text


def test_an_organiser_of_members_who_do_something_hears_nothing(
    cohort: Cohort, organiser: User, candidacy: Candidacy
) -> None:
    Candidacy.objects.filter(pk=candidacy.pk).note_activity(NOW.date())
    tick(NOW)
    tick(MONDAY)

    assert not Occurrence.objects.filter(person=organiser).exists()
    assert Plan.objects.filter(person=organiser).exists()


@pytest.mark.parametrize("others", [0, 2, 30])
def test_a_look_takes_the_same_statements_however_many_candidacies(
    others: int, candidacy: Candidacy, statements: CountStatements
) -> None:
    CandidacyFactory.create_batch(others)
    tick(NOW)
    Plan.objects.update(next_look_at=NOW)

    with statements() as done:
        assert looks.look(NOW) == others + 1

    assert done.count == 17, done.sql
