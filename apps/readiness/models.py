from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from apps.candidates.models import Candidacy, Subject


class Standing(models.Model):
    """The step of one principle or indicator, stored with the evidence revision it was computed from."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    step = models.PositiveSmallIntegerField()
    is_edited_since = models.BooleanField(default=False)
    is_at_the_bar = models.BooleanField(default=False)
    evidence_rev = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "kind", "key"], name="one_standing_a_subject"),
            models.CheckConstraint(condition=models.Q(step__range=(0, 4)), name="standing_step_0_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.key} at step {self.step}"


class StepChangeQuerySet(models.QuerySet["StepChange"]):
    def about(self, kind: str, key: str) -> Self:
        """The series of one subject, the newest first."""
        return self.filter(kind=kind, key=key).order_by("-changed_at", "-pk")


class StepChange(models.Model):
    """A dated change of step, for history and growth; never edited."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="step_changes")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    from_step = models.PositiveSmallIntegerField()
    to_step = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField(default=timezone.now)

    objects = StepChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["candidacy", "-changed_at"], name="step_changes_by_date")]

    def __str__(self) -> str:
        return f"{self.key}: {self.from_step} to {self.to_step}"
