from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from apps.accounts.models import User

MOST_TEAMS = 10_000


class ProjectStatus(models.TextChoices):
    IDEA = "idea", "Idea"
    ACTIVE = "active", "Under way"
    DONE = "done", "Finished"
    DROPPED = "dropped", "Dropped"


# What `counted_for` answers, by the names of the frameworks' vocabulary.
COUNTED = (
    "projects",
    "projects_across_three_teams",
    "projects_across_organisations",
    "projects_delivered",
)


class ProjectQuerySet(models.QuerySet["Project"]):
    def editable_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def visible_to(self, user: User) -> Self:
        return self.editable_by(user)

    def counted_for(self, people: Iterable[int]) -> dict[int, dict[str, int]]:
        """Count what a framework asks about, by owner; dropped projects show nothing. One statement."""
        counts = {
            "projects": Count("pk"),
            "projects_across_three_teams": Count("pk", filter=Q(teams_affected__gte=3)),
            "projects_across_organisations": Count("pk", filter=Q(organisations_affected__gte=2)),
            "projects_delivered": Count("pk", filter=Q(status=ProjectStatus.DONE)),
        }
        owned = {pk: dict.fromkeys(counts, 0) for pk in people}
        rows = self.exclude(status=ProjectStatus.DROPPED).filter(owner__in=list(owned)).order_by()
        for pk, *figures in rows.values("owner_id").annotate(**counts).values_list("owner_id", *counts):
            owned[pk] = dict(zip(counts, figures, strict=True))
        return owned

    def beyond_own_team(self, people: Iterable[int]) -> Self:
        """These people's projects, dropped ones apart, that affect two or more teams."""
        going = self.exclude(status=ProjectStatus.DROPPED)
        return going.filter(owner__in=list(people), teams_affected__gte=2)

    def with_story_counts(self) -> Self:
        """With `story_count`: the stories told of the project, without archived and deleted ones."""
        told = Q(stories__deleted_at=None, stories__archived_at=None)
        return self.annotate(story_count=Count("stories", filter=told))


class Project(models.Model):
    """A strategic project of one person."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=120)
    summary = models.TextField(blank=True, max_length=2000)
    status = models.CharField(max_length=10, choices=ProjectStatus, default=ProjectStatus.ACTIVE)
    # Both count the own team and organisation: two or more is beyond it.
    teams_affected = models.PositiveSmallIntegerField(null=True, blank=True)
    organisations_affected = models.PositiveSmallIntegerField(null=True, blank=True)
    # Keys of the framework this project could show.
    principles = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    indicators = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)
    # The id of the form that made it, so that the same form sent twice makes one.
    save_id = models.UUIDField(null=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="project_ends_after_its_start",
            ),
            models.UniqueConstraint(fields=["owner", "save_id"], name="project_save_id_once"),
        ]
        indexes = [models.Index(fields=["owner", "name"], name="project_of_owner")]

    def __str__(self) -> str:
        return self.name


class MetricKind(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    BUSINESS = "business", "Business"
    OPERATIONAL = "operational", "Operational"
    PEOPLE = "people", "People"


class MetricQuerySet(models.QuerySet["Metric"]):
    def editable_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def visible_to(self, user: User) -> Self:
        return self.editable_by(user)


class Metric(models.Model):
    """One row of a person's ledger of figures. Stories quote it, so a figure stands in one place."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="metrics")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="metrics")
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=12, choices=MetricKind, default=MetricKind.OPERATIONAL)
    before = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    after = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    # Stated: there was nothing before, so `before` stays empty and the metric still counts.
    is_new = models.BooleanField("new, nothing before", default=False)
    source = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MetricQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner"], name="metric_of_owner")]

    def __str__(self) -> str:
        return self.name


def as_plain(value: Decimal) -> Decimal:
    """Drop trailing zeros without turning 100 into 1E+2."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
