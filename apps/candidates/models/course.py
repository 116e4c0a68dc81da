"""What a candidate says about their own course: advantages, challenges, and lines of a checklist that are done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models

from apps.candidates.models.candidacies import Candidacy


class AdvantageChoiceQuerySet(models.QuerySet["AdvantageChoice"]):
    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def by_line(self) -> dict[tuple[str, str], bool]:
        """Return by group and key whether it is one's own to use; one statement."""
        return {(group, key): is_mine for group, key, is_mine in self.values_list("group", "key", "is_mine")}


class AdvantageChoice(models.Model):
    """Whether an advantage of the framework is one's own to use; without a row that is undecided."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="advantage_choices")
    group = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    is_mine = models.BooleanField()
    chosen_at = models.DateTimeField()

    objects = AdvantageChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "group", "key"], name="one_choice_an_advantage")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {'mine' if self.is_mine else 'not mine'}"


class ChosenChallengeQuerySet(models.QuerySet["ChosenChallenge"]):
    def of_candidacies(self, candidacies: Iterable[Candidacy]) -> Self:
        return self.filter(candidacy__in=list(candidacies))

    def applying(self) -> Self:
        """Those that are to sharpen the coach and mock interviews."""
        return self.filter(applies=True)

    def by_key(self) -> dict[str, bool]:
        """Return by key whether the challenge applies, for the rows of one candidacy; one statement."""
        return dict(self.values_list("key", "applies"))


class ChosenChallenge(models.Model):
    """Whether a challenge of the framework applies; without a row nobody has said."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="chosen_challenges")
    key = models.CharField(max_length=60)
    applies = models.BooleanField()
    chosen_at = models.DateTimeField()

    objects = ChosenChallengeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidacy", "key"], name="one_choice_a_challenge")]

    def __str__(self) -> str:
        return f"{self.key}: {'applies' if self.applies else 'does not apply'}"


class TickQuerySet(models.QuerySet["Tick"]):
    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def by_line(self) -> frozenset[tuple[str, str]]:
        """Return phase and item of each; one statement."""
        return frozenset(self.values_list("phase", "item"))


class Tick(models.Model):
    """A line of a phase's checklist that the candidate says is done, where no fact can tell."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="ticks")
    phase = models.CharField(max_length=60)
    item = models.CharField(max_length=60)
    ticked_at = models.DateTimeField()

    objects = TickQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidacy", "phase", "item"], name="one_tick_a_line")]

    def __str__(self) -> str:
        return f"{self.phase}: {self.item}"
