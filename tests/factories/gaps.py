from datetime import timedelta

import factory
from django.utils import timezone

from apps.readiness.models import Action, ActionEvidence, Gap
from tests.factories.candidates import CandidacyFactory


class GapFactory(factory.django.DjangoModelFactory[Gap]):
    """Open, written by hand."""

    class Meta:
        model = Gap

    candidacy = factory.SubFactory(CandidacyFactory)
    title = factory.Sequence(lambda n: f"Gap {n}")
    missing = "Nothing shows it"
    evidence_wanted = "A story"


class ActionFactory(factory.django.DjangoModelFactory[Action]):
    """Planned, due in ten days."""

    class Meta:
        model = Action

    gap = factory.SubFactory(GapFactory)
    title = factory.Sequence(lambda n: f"Step {n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=10))
    evidence_wanted = "A note"
    progress = "Begun"


class ActionEvidenceFactory(factory.django.DjangoModelFactory[ActionEvidence]):
    """Names the story, project, decision or snapshot that is given."""

    class Meta:
        model = ActionEvidence

    action = factory.SubFactory(ActionFactory, status="done")
