from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.owned import OwnedQuerySet
from apps.candidates.models import Candidacy

LONGEST_TEXT = 5000


class ConversationQuerySet(OwnedQuerySet["Conversation"]):
    """Its owner's alone: neither the manager nor anybody who mentors reads it."""


class Conversation(models.Model):
    """What somebody noted of a talk with their manager."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations")
    held_on = models.DateField()
    talked_about = models.TextField(max_length=LONGEST_TEXT)
    agreed = models.TextField(blank=True, max_length=LONGEST_TEXT)
    next_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    save_id = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gte=F("held_on")),
                name="conversation_next_is_not_before",
            ),
            models.UniqueConstraint(fields=["owner", "save_id"], name="conversation_save_id_once"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-held_on", "-id"],
                condition=Q(deleted_at=None),
                name="conversation_of_owner_by_date",
            )
        ]

    def __str__(self) -> str:
        return f"conversation of {self.held_on}"


class Support(models.TextChoices):
    """What a manager said to being asked for their support, in the candidate's words."""

    NOT_ASKED = "not_asked", "Not asked"
    ASKED = "asked", "Asked"
    YES = "yes", "Yes"
    NOT_YET = "not_yet", "Not yet"


class SupportAnswerQuerySet(models.QuerySet["SupportAnswer"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(candidacy__person=user)

    def of_open_candidacy(self) -> Self:
        """What was said this time; an earlier attempt's answers say nothing about it."""
        return self.filter(candidacy__closed_at=None)

    def newest_by_candidacy(self, candidacies: Iterable[Candidacy]) -> dict[int, str]:
        """Return where each candidacy with an answer stands, by its id; one statement."""
        newest = (
            self.filter(candidacy__in=list(candidacies))
            .order_by("candidacy", "-answered_on", "-pk")
            .distinct("candidacy")
        )
        return dict(newest.values_list("candidacy_id", "state"))


class SupportAnswer(models.Model):
    """One answer of a series that is never overwritten; the newest leads."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="support_answers")
    state = models.CharField(max_length=10, choices=Support)
    reason = models.TextField(blank=True, max_length=LONGEST_TEXT)
    answered_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    save_id = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = SupportAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "save_id"], name="support_answer_save_id_once")
        ]
        indexes = [models.Index(fields=["candidacy", "-answered_on", "-id"], name="support_answer_series")]

    def __str__(self) -> str:
        return f"{self.state} on {self.answered_on}"


class PerformanceRecordQuerySet(OwnedQuerySet["PerformanceRecord"]):
    """Its owner's alone, as conversations are."""

    def counted_for(self, people: Iterable[int]) -> dict[int, tuple[int, int | None]]:
        """Return how many records a person has and how the newest one was rated; one statement.

        No entry without a record; the rating is None where the newest has none on our scale.
        """
        newest = self.alive().filter(owner=OuterRef("owner")).order_by("-ends_on", "-pk")
        rows = self.alive().filter(owner__in=list(people)).order_by().values("owner")
        counted = rows.annotate(number=Count("pk"), last=Subquery(newest.values("rating")[:1]))
        return {
            owner: (number, last) for owner, number, last in counted.values_list("owner", "number", "last")
        }


class PerformanceRecord(models.Model):
    """How one cycle of the company judged somebody's work."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="performance_records")
    cycle = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # In the company's own words, and where that falls on the framework's scale of four, if anywhere.
    company_rating = models.CharField(max_length=200, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    said = models.TextField(blank=True, max_length=LONGEST_TEXT)
    link = models.URLField(max_length=500, blank=True)
    # Where the paper or the file is; the file itself stays where it is.
    kept_at = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    save_id = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = PerformanceRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="performance_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 4)), name="performance_rating_from_1_to_4"
            ),
            models.UniqueConstraint(fields=["owner", "save_id"], name="performance_save_id_once"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-ends_on", "-id"],
                condition=Q(deleted_at=None),
                name="performance_of_owner_by_date",
            )
        ]

    def __str__(self) -> str:
        return self.cycle
