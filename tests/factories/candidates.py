from datetime import timedelta

import factory
from django.utils import timezone

from apps.candidates.models import (
    AdvantageChoice,
    Candidacy,
    ChosenChallenge,
    Mentorship,
    SelfRating,
    Subject,
    Tick,
)
from apps.candidates.phases import add_months
from tests.factories.accounts import UserFactory
from tests.factories.frameworks import shipped_version


class CandidacyFactory(factory.django.DjangoModelFactory[Candidacy]):
    """An open candidacy from L5 to L6, begun 60 days ago, ten months before its target date."""

    class Meta:
        model = Candidacy

    person = factory.SubFactory(UserFactory)
    framework_version = factory.LazyFunction(shipped_version)
    current_level = "L5"
    target_level = "L6"
    started_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=60))
    target_on = factory.LazyAttribute(lambda candidacy: add_months(candidacy.started_on, 10))


class MentorshipFactory(factory.django.DjangoModelFactory[Mentorship]):
    """Accepted; pass `mentor=None, accepted_at=None` for one that is only asked."""

    class Meta:
        model = Mentorship

    candidacy = factory.SubFactory(CandidacyFactory)
    mentor = factory.SubFactory(UserFactory)
    invited_name = factory.Maybe("mentor", factory.SelfAttribute("mentor.name"), "Somebody Asked")
    invited_email = factory.Maybe(
        "mentor",
        factory.SelfAttribute("mentor.email"),
        factory.Sequence(lambda n: f"asked{n}@example.com"),
    )
    asked_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=50))
    accepted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=49))


class SelfRatingFactory(factory.django.DjangoModelFactory[SelfRating]):
    class Meta:
        model = SelfRating

    candidacy = factory.SubFactory(CandidacyFactory)
    kind = Subject.PRINCIPLE
    key = "ownership"
    value = 3
    rated_at = factory.LazyFunction(timezone.now)


class AdvantageChoiceFactory(factory.django.DjangoModelFactory[AdvantageChoice]):
    class Meta:
        model = AdvantageChoice

    candidacy = factory.SubFactory(CandidacyFactory)
    group = "access"
    key = "documents"
    is_mine = True
    chosen_at = factory.LazyFunction(timezone.now)


class ChosenChallengeFactory(factory.django.DjangoModelFactory[ChosenChallenge]):
    class Meta:
        model = ChosenChallenge

    candidacy = factory.SubFactory(CandidacyFactory)
    key = "scope_perception"
    applies = True
    chosen_at = factory.LazyFunction(timezone.now)


class TickFactory(factory.django.DjangoModelFactory[Tick]):
    class Meta:
        model = Tick

    candidacy = factory.SubFactory(CandidacyFactory)
    phase = "assess"
    item = "talk"
    ticked_at = factory.LazyFunction(timezone.now)
