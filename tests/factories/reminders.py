import factory
from django.utils import timezone

from apps.reminders.models import Occurrence, Plan, Schedule, Status
from tests.factories.candidates import CandidacyFactory


class PlanFactory(factory.django.DjangoModelFactory[Plan]):
    """Made today for a candidacy, and not due for a look; `made_from` is nothing the tick would agree with."""

    class Meta:
        model = Plan

    candidacy = factory.SubFactory(CandidacyFactory)
    person = factory.SelfAttribute("candidacy.person")
    framework_version_id = factory.SelfAttribute("candidacy.framework_version_id")
    made_at = factory.LazyFunction(timezone.now)


class ScheduleFactory(factory.django.DjangoModelFactory[Schedule]):
    class Meta:
        model = Schedule

    plan = factory.SubFactory(PlanFactory)
    rule = "log_wins"
    last_on = factory.LazyFunction(timezone.localdate)


class OccurrenceFactory(factory.django.DjangoModelFactory[Occurrence]):
    """Due now and shown in the app, in no mail."""

    class Meta:
        model = Occurrence

    plan = factory.SubFactory(PlanFactory)
    person = factory.SelfAttribute("plan.person")
    rule = "log_wins"
    local_date = factory.LazyFunction(timezone.localdate)
    due_at = factory.LazyFunction(timezone.now)
    dedupe_key = factory.Sequence(lambda n: f"rule:{n}:2026-11-24")
    status = Status.DUE
    in_app = True
