from datetime import date

import factory

from apps.scope.models import Decision, Snapshot, System
from tests.factories.accounts import UserFactory


class SnapshotFactory(factory.django.DjangoModelFactory[Snapshot]):
    """Two reports, three people influenced, two teams, one organisation, no system."""

    class Meta:
        model = Snapshot

    owner = factory.SubFactory(UserFactory)
    taken_on = date(2027, 3, 1)
    direct_reports = ["Ana", "Bo"]
    people_influenced = ["Cy", "Di", "Eva"]
    teams = ["Payments", "Ledger"]
    organisations = ["Commerce"]
    note = "Note"


class SystemFactory(factory.django.DjangoModelFactory[System]):
    class Meta:
        model = System

    snapshot = factory.SubFactory(SnapshotFactory)
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"System {n}")
    size = "3 services"


class DecisionFactory(factory.django.DjangoModelFactory[Decision]):
    class Meta:
        model = Decision

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Decision {n}")
    decided_on = date(2027, 2, 1)
    horizon_months = 12
    teams = ["Payments"]
    reasoning = "Because"
    link = "https://example.com/decision"
