from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from tests.factories.candidates import CandidacyFactory, MentorshipFactory


def test_visible_to_shows_a_candidacy_to_its_person_and_the_active_mentor_only(
    candidate: User,
    candidacy: Candidacy,
    mentor: User,
    revoked_mentor: User,
    other_candidate: User,
    organiser: User,
    administrator: User,
    stranger: User,
) -> None:
    people = [candidate, mentor, revoked_mentor, other_candidate, organiser, administrator, stranger]

    sees = [person for person in people if candidacy in Candidacy.objects.visible_to(person)]

    assert sees == [candidate, mentor]


@pytest.mark.parametrize("field", ["revoked_at", "paused_at"])
def test_a_mentorship_that_was_ended_or_paused_opens_nothing(
    mentor: User, mentorship: Mentorship, candidacy: Candidacy, field: str
) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(**{field: timezone.now()})

    assert list(Candidacy.objects.visible_to(mentor)) == []


def test_the_mentor_of_somebody_who_left_sees_nothing(candidate: User, mentor: User) -> None:
    candidate.is_active = False
    candidate.save()

    assert list(Candidacy.objects.visible_to(mentor)) == []


def test_a_second_open_candidacy_is_refused_by_the_database(candidate: User) -> None:
    with pytest.raises(IntegrityError, match="one_open_candidacy_a_person"), transaction.atomic():
        CandidacyFactory.create(person=candidate)


def test_a_closed_candidacy_does_not_stand_in_the_way_of_a_new_one(candidacy: Candidacy) -> None:
    candidacy.closed_at = timezone.now()
    candidacy.save()

    CandidacyFactory.create(person=candidacy.person)

    assert Candidacy.objects.open().filter(person=candidacy.person).count() == 1


def test_a_target_date_on_the_first_day_is_refused_by_the_database(candidacy: Candidacy) -> None:
    candidacy.target_on = candidacy.started_on

    with pytest.raises(IntegrityError, match="target_after_start"), transaction.atomic():
        candidacy.save()


def test_one_person_can_mentor_a_candidacy_again_after_the_first_mentorship_ended(
    candidacy: Candidacy, mentor: User, mentorship: Mentorship
) -> None:
    with pytest.raises(IntegrityError, match="one_standing_mentorship_a_mentor"), transaction.atomic():
        MentorshipFactory.create(candidacy=candidacy, mentor=mentor)
    mentorship.revoked_at = timezone.now() - timedelta(minutes=1)
    mentorship.save()

    again = MentorshipFactory.create(candidacy=candidacy, mentor=mentor)

    assert list(Mentorship.objects.of_mentor(mentor).active()) == [again]
