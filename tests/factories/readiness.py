from datetime import timedelta

import factory
from django.utils import timezone

from apps.candidates.models import Subject
from apps.readiness.models import MentorRating, PrincipleNote, SubjectEvidence, TalkedAbout
from tests.factories.candidates import CandidacyFactory, MentorshipFactory
from tests.factories.scope import DecisionFactory


class MentorRatingFactory(factory.django.DjangoModelFactory[MentorRating]):
    """Sent yesterday, by a mentor who is shown the readiness."""

    class Meta:
        model = MentorRating

    mentorship = factory.SubFactory(
        MentorshipFactory, readiness_granted_at=factory.LazyFunction(timezone.now)
    )
    kind = Subject.PRINCIPLE
    key = "ownership"
    value = 2
    note = "Note"
    rated_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    sent_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


class PrincipleNoteFactory(factory.django.DjangoModelFactory[PrincipleNote]):
    class Meta:
        model = PrincipleNote

    candidacy = factory.SubFactory(CandidacyFactory)
    key = "ownership"
    current_scope = "Today"
    expanded_scope = "Next"
    evidence_needed = "Needed"


class SubjectEvidenceFactory(factory.django.DjangoModelFactory[SubjectEvidence]):
    """A decision of the candidate's beside their ownership."""

    class Meta:
        model = SubjectEvidence

    candidacy = factory.SubFactory(CandidacyFactory)
    kind = Subject.PRINCIPLE
    key = "ownership"
    decision = factory.SubFactory(DecisionFactory, owner=factory.SelfAttribute("..candidacy.person"))


class TalkedAboutFactory(factory.django.DjangoModelFactory[TalkedAbout]):
    class Meta:
        model = TalkedAbout

    candidacy = factory.SubFactory(CandidacyFactory)
    kind = Subject.PRINCIPLE
    key = "ownership"
    talked_on = factory.LazyFunction(timezone.localdate)
