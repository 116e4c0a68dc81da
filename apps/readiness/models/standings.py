from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Count, Min, OuterRef, StringAgg, Subquery, Value
from django.db.models.functions import Cast, Collate
from django.utils import timezone

from apps.candidates.models import Candidacy, Subject
from apps.frameworks.schema import Framework

# Candidacy, a digit for each subject, how many at the bar, the oldest revision.
type StandingsRow = tuple[int, str, int, int]


class StandingQuerySet(models.QuerySet["Standing"]):
    def of_candidacies(self, candidacies: models.QuerySet[Candidacy]) -> Self:
        return self.filter(candidacy__in=candidacies)

    def bring_up_to_date(self) -> int:
        """Say of each that it was computed from the evidence as it is now."""
        revision = Candidacy.objects.filter(pk=OuterRef("candidacy")).values("evidence_rev")
        return self.update(evidence_rev=Subquery(revision))

    def in_rows(self, kind: str) -> models.QuerySet[Standing, StandingsRow]:
        """One row a candidacy, for pictures of many: the steps of its subjects side by side.

        Sixteen rows a person, or the keys as well, would take several times as long to read. The keys
        are those that `subject_keys` gives, in its order, unless the revision is old.
        """
        # As Python compares, whatever the database's own order is.
        in_order = Collate("key", "C")
        return (
            self.filter(kind=kind)
            .values("candidacy")
            .annotate(
                steps=StringAgg(Cast("step", models.TextField()), delimiter=Value(""), order_by=in_order),
                at_the_bar=Count("pk", filter=models.Q(is_at_the_bar=True)),
                oldest_rev=Min("evidence_rev"),
            )
            .values_list("candidacy", "steps", "at_the_bar", "oldest_rev")
        )


def subject_keys(framework: Framework, level: str, kind: str) -> list[str]:
    """Return the keys that have a standing at this level, in the order of `in_rows`."""
    if kind == Subject.PRINCIPLE:
        return sorted(principle.key for principle in framework.principles)
    return sorted(indicator.key for indicator in framework.indicators_for(level))


class Standing(models.Model):
    """The step of one principle or indicator, stored with the evidence revision it was computed from."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    step = models.PositiveSmallIntegerField()
    is_edited_since = models.BooleanField(default=False)
    is_at_the_bar = models.BooleanField(default=False)
    evidence_rev = models.PositiveIntegerField()

    objects = StandingQuerySet.as_manager()

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
