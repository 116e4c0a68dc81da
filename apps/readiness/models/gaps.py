from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship, active_mentorship
from apps.readiness.evidence import EvidencePointer, EvidenceQuerySet

# What `counted_for` answers, by the names of the frameworks' vocabulary.
GAPS_COUNTED = ("open_gaps", "gaps_recorded", "gaps_without_action", "gaps_closed")
ACTIONS_COUNTED = ("open_actions", "actions_done", "overdue_actions")


# An action is named on Today from so long before.
SOON = timedelta(days=7)


class GapStatus(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    DISMISSED = "dismissed", "Dismissed"


class GapQuerySet(models.QuerySet["Gap"]):
    def editable_by(self, user: User) -> Self:
        return self.filter(candidacy__person=user, candidacy__closed_at=None)

    def visible_to(self, user: User) -> Self:
        """A candidate's own, and the open and closed ones for a mentor who was shown the readiness."""
        shown = Mentorship.objects.filter(
            active_mentorship(), mentor=user, readiness_granted_at__isnull=False
        )
        of_mentor = Q(candidacy__in=shown.values("candidacy")) & ~Q(status=GapStatus.DISMISSED)
        return self.filter(Q(candidacy__person=user) | of_mentor)

    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def standing(self) -> Self:
        return self.filter(status=GapStatus.OPEN)

    def taken_on(self) -> Self:
        """Open and closed ones."""
        return self.exclude(status=GapStatus.DISMISSED)

    def with_actions(self) -> Self:
        """With their actions by date and what those brought: three statements."""
        brought = models.Prefetch("evidence", ActionEvidence.objects.standing().with_targets())
        return self.prefetch_related(
            models.Prefetch("actions", Action.objects.in_order().prefetch_related(brought))
        )

    def counted_for(self, candidacies: Iterable[Candidacy]) -> dict[int, dict[str, int]]:
        """Count by candidacy what a framework asks about; one statement."""
        dated = Exists(Action.objects.standing().filter(gap=OuterRef("pk")))
        is_open, is_closed = Q(status=GapStatus.OPEN), Q(status=GapStatus.CLOSED)
        counts = {
            "open_gaps": Count("pk", filter=is_open),
            "gaps_recorded": Count("pk", filter=is_open | is_closed),
            "gaps_without_action": Count("pk", filter=is_open & ~Q(dated)),
            "gaps_closed": Count("pk", filter=is_closed),
        }
        found = {candidacy.pk: dict.fromkeys(counts, 0) for candidacy in candidacies}
        rows = self.filter(candidacy__in=list(found)).order_by().values("candidacy_id").annotate(**counts)
        for pk, *figures in rows.values_list("candidacy_id", *counts):
            found[pk] = dict(zip(counts, figures, strict=True))
        return found


class Gap(models.Model):
    """Something that a candidacy lacks against its level.

    `source` names the suggestion it was made from ("indicator:l6_lasting_decisions", "common:scope"); a gap
    written by hand has none. A dismissed one keeps how much then weighed on it, and comes up again above that.
    """

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="gaps")
    source = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    missing = models.TextField(blank=True, max_length=2000)
    evidence_wanted = models.TextField(blank=True, max_length=2000)
    status = models.CharField(max_length=10, choices=GapStatus, default=GapStatus.OPEN)
    # Why it was dismissed, or what closed it.
    word = models.CharField(max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    save_id = models.UUIDField(null=True, editable=False)

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "save_id"], name="gap_save_id_once"),
            models.UniqueConstraint(
                fields=["candidacy", "source"],
                condition=~Q(source="") & ~Q(status="closed"),
                name="one_unsettled_gap_a_source",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status == GapStatus.OPEN

    @property
    def open_actions(self) -> list[Action]:
        return [action for action in self.actions.all() if action.is_open]

    @property
    def done_actions(self) -> list[Action]:
        return [action for action in self.actions.all() if action.status == ActionStatus.DONE]


class ActionStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


STANDING = (ActionStatus.PLANNED, ActionStatus.UNDER_WAY)


class ActionQuerySet(models.QuerySet["Action"]):
    def editable_by(self, user: User) -> Self:
        return self.filter(gap__candidacy__person=user, gap__candidacy__closed_at=None)

    def standing(self) -> Self:
        """Neither done nor dropped."""
        return self.filter(status__in=STANDING)

    def of_open_gaps(self) -> Self:
        return self.filter(gap__status=GapStatus.OPEN)

    def overdue(self, today: date) -> Self:
        return self.standing().filter(due_on__lt=today)

    def due_soon(self, candidacy: Candidacy, today: date) -> models.QuerySet[Action, tuple[int, str, date]]:
        """Id, title and day of the two that are late or due within a week."""
        near = self.standing().of_open_gaps().filter(gap__candidacy=candidacy, due_on__lte=today + SOON)
        return near.in_order().values_list("pk", "title", "due_on")[:2]

    def in_order(self) -> Self:
        """By date; what is done or dropped keeps its place."""
        return self.order_by("due_on", "pk")

    def counted_for(self, candidacies: Iterable[Candidacy], today: date) -> dict[int, dict[str, int]]:
        """Count by candidacy what a framework asks about; one statement."""
        is_open = Q(status__in=STANDING, gap__status=GapStatus.OPEN)
        counts = {
            "open_actions": Count("pk", filter=is_open),
            "actions_done": Count("pk", filter=Q(status=ActionStatus.DONE)),
            "overdue_actions": Count("pk", filter=is_open & Q(due_on__lt=today)),
        }
        found = {candidacy.pk: dict.fromkeys(counts, 0) for candidacy in candidacies}
        rows = self.filter(gap__candidacy__in=list(found)).order_by().values("gap__candidacy_id")
        for pk, *figures in rows.annotate(**counts).values_list("gap__candidacy_id", *counts):
            found[pk] = dict(zip(counts, figures, strict=True))
        return found


class Action(models.Model):
    """One dated step that closes a gap. Done with the evidence it brought, or with why there is none."""

    gap = models.ForeignKey(Gap, models.CASCADE, related_name="actions")
    title = models.CharField(max_length=300)
    due_on = models.DateField("due")
    evidence_wanted = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=ActionStatus, default=ActionStatus.PLANNED)
    progress = models.TextField(blank=True, max_length=2000)
    # Why it was dropped, or is done without evidence.
    word = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    save_id = models.UUIDField(null=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gap", "save_id"], name="action_save_id_once")]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(status__in=["planned", "under_way"]), name="action_due"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in STANDING

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on < today


class ActionEvidence(EvidencePointer):
    """What an action brought."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="evidence")

    objects: ClassVar[EvidenceQuerySet[ActionEvidence]] = EvidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(EvidencePointer.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.target} for {self.action_id}"
