from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.candidates.places import place_of
from tests.cast import CountStatements
from tests.factories.candidates import MentorshipFactory


def test_a_place_is_a_candidates_a_mentors_or_both(
    candidate: User, candidacy: Candidacy, mentor: User
) -> None:
    assert (place_of(candidate).candidacy, place_of(candidate).is_mentor) == (candidacy, False)
    assert (place_of(mentor).candidacy, place_of(mentor).is_mentor) == (None, True)

    MentorshipFactory.create(mentor=candidate)

    both = place_of(User.objects.get(pk=candidate.pk))
    assert (both.candidacy, both.is_mentor) == (candidacy, True)


def test_whoever_has_no_role_yet_has_come_to_be_a_candidate(
    candidate: User, mentor: User, organiser: User, administrator: User, stranger: User
) -> None:
    people = (candidate, mentor, organiser, administrator, stranger)

    assert [place_of(person).is_candidate for person in people] == [True, False, False, False, True]


def test_a_paused_mentor_has_no_place_among_mentors(mentor: User, mentorship: Mentorship) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(paused_at=timezone.now())

    assert not place_of(mentor).is_mentor


def test_a_place_is_asked_for_once(candidate: User, stranger: User, statements: CountStatements) -> None:
    for person, expected in ((User.objects.get(pk=candidate.pk), 1), (User.objects.get(pk=stranger.pk), 2)):
        with statements() as done:
            place_of(person)
            place_of(person)

        assert done.count == expected, done.sql
