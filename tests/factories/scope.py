from datetime import date

import factory

from apps.scope.models import Decision, Snapshot
from tests.factories.accounts import UserFactory


class SnapshotFactory(factory.django.DjangoModelFactory[Snapshot]):
    """Two reports, three people influenced, two teams, one organisation, two systems."""

    class Meta:
        model = Snapshot

    owner = factory.SubFactory(UserFactory)
    taken_on = date(2027, 3, 1)
    direct_reports = ["Ana", "Bo"]
    people_influenced = ["Cy", "Di", "Eva"]
    teams = ["Payments", "Ledger"]
    organisations = ["Commerce"]
    systems_owned = ["Ledger, 40 services"]
    systems_influenced = ["Gateway"]
    note = "Note"


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
