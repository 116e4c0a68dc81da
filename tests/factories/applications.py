from datetime import timedelta

import factory
from django.utils import timezone

from apps.applications.models import Conversation, PerformanceRecord, Support, SupportAnswer
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory


class ConversationFactory(factory.django.DjangoModelFactory[Conversation]):
    """A talk of ten days ago."""

    class Meta:
        model = Conversation

    owner = factory.SubFactory(UserFactory)
    held_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
    talked_about = "What the level asks for"


class SupportAnswerFactory(factory.django.DjangoModelFactory[SupportAnswer]):
    class Meta:
        model = SupportAnswer

    candidacy = factory.SubFactory(CandidacyFactory)
    state = Support.ASKED
    answered_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))


class PerformanceRecordFactory(factory.django.DjangoModelFactory[PerformanceRecord]):
    """A cycle of half a year that ended 30 days ago, with no rating on our scale."""

    class Meta:
        model = PerformanceRecord

    owner = factory.SubFactory(UserFactory)
    cycle = factory.Sequence(lambda n: f"Cycle {n}")
    ends_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    starts_on = factory.LazyAttribute(lambda record: record.ends_on - timedelta(days=180))
