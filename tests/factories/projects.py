from decimal import Decimal

import factory

from apps.projects.models import Metric, MetricKind, Project
from tests.factories.accounts import UserFactory


class ProjectFactory(factory.django.DjangoModelFactory[Project]):
    class Meta:
        model = Project

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Project {n}")


class MetricFactory(factory.django.DjangoModelFactory[Metric]):
    """A row of the ledger with before and after, so it counts as measured."""

    class Meta:
        model = Metric

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Deploy time {n}")
    unit = "min"
    kind = MetricKind.OPERATIONAL
    before = Decimal(42)
    after = Decimal(9)
