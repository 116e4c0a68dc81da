from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.owned import OwnedQuerySet
from apps.candidates.models import Mentorship
from apps.scope.growth import LISTS, Measures

MOST_NAMES = 500
LONGEST_NAME = 120


def _names() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=LONGEST_NAME), default=list, blank=True)


class ReachQuerySet[Row: models.Model](OwnedQuerySet[Row]):
    def shown_to(self, mentor: User) -> Self:
        """Those of people who show this mentor their readiness; `shared.py` says what of them is read."""
        showing = Mentorship.objects.showing_readiness().of_mentor(mentor)
        return self.alive().filter(owner__in=showing.values("candidacy__person"))


class SnapshotQuerySet(ReachQuerySet["Snapshot"]):
    def newest_first(self) -> Self:
        return self.order_by("-taken_on", "-pk")

    def measures_by_owner(self, people: Iterable[int]) -> dict[int, list[Measures]]:
        """Return the figures of each person's snapshots, oldest first and without a name; one statement."""
        found: dict[int, list[Measures]] = {pk: [] for pk in people}
        rows = self.alive().filter(owner__in=list(found)).order_by("taken_on", "pk")
        lengths = [Func(name, function="cardinality", output_field=models.IntegerField()) for name in LISTS]
        for owner, *figures in rows.values_list("owner_id", "taken_on", *lengths, "budget", "currency", "pk"):
            found[owner].append(Measures(*figures))
        return found


class Snapshot(models.Model):
    """How far a person's work reached on one day. Figures follow from the names; the series shows growth."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="scope_snapshots")
    taken_on = models.DateField("date")
    direct_reports = _names()
    # Beyond the direct reports.
    people_influenced = _names()
    # Both count the own one: two or more is beyond it.
    teams = _names()
    organisations = _names()
    # "Ledger, 40 services": the name, and after a comma how large it is.
    systems_owned = _names()
    systems_influenced = _names()
    # A year's, in whole units of a currency that the person names; None: none, or not said.
    budget = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)
    # The id of the form that made it, so that the same form sent twice makes one.
    save_id = models.UUIDField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "save_id"], name="snapshot_save_id_once")]
        indexes = [
            models.Index(
                fields=["owner", "-taken_on", "-id"],
                condition=Q(deleted_at=None),
                name="snapshot_of_owner_by_date",
            )
        ]

    def __str__(self) -> str:
        return f"scope on {self.taken_on}"

    def is_of_month(self, day: date) -> bool:
        return (self.taken_on.year, self.taken_on.month) == (day.year, day.month)


class DecisionQuerySet(ReachQuerySet["Decision"]):
    def newest_first(self) -> Self:
        return self.order_by("-decided_on", "-pk")

    def dates_by_owner(self, people: Iterable[int]) -> dict[int, list[date]]:
        """Return the days of each person's decisions, oldest first; one statement."""
        found: dict[int, list[date]] = {pk: [] for pk in people}
        rows = self.alive().filter(owner__in=list(found)).order_by("decided_on")
        for owner, day in rows.values_list("owner_id", "decided_on"):
            found[owner].append(day)
        return found

    def titles_of(self, person_id: int, *, most: int) -> tuple[str, ...]:
        rows = self.alive().filter(owner=person_id).newest_first()
        return tuple(rows.values_list("title", flat=True)[:most])


class Decision(models.Model):
    """A technical decision somebody took or shaped; evidence beside the ladder, which reads stories."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="decisions")
    title = models.CharField(max_length=200)
    decided_on = models.DateField("date")
    # How long it is meant to hold.
    horizon_months = models.PositiveSmallIntegerField(null=True, blank=True)
    teams = _names()
    reasoning = models.TextField(blank=True, max_length=4000)
    link = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)
    save_id = models.UUIDField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "save_id"], name="decision_save_id_once")]
        indexes = [
            models.Index(
                fields=["owner", "-decided_on", "-id"],
                condition=Q(deleted_at=None),
                name="decision_of_owner_by_date",
            )
        ]

    def __str__(self) -> str:
        return self.title
