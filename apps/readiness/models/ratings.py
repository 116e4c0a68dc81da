from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship, Subject
from apps.readiness.evidence import EvidencePointer, EvidenceQuerySet

LONGEST_TEXT = 4000


class MentorRatingQuerySet(models.QuerySet["MentorRating"]):
    def written_by(self, user: User) -> Self:
        """A mentor's own, drafts too, as long as they are shown the readiness."""
        return self.filter(mentorship__in=Mentorship.objects.showing_readiness().of_mentor(user))

    def received_by(self, user: User) -> Self:
        """What was sent to the candidate; it stays with them when the mentorship ends."""
        return self.sent().filter(mentorship__candidacy__person=user)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)

    def drafted(self) -> Self:
        return self.filter(sent_at=None)

    def of_mentorship(self, mentorship: Mentorship) -> Self:
        return self.filter(mentorship=mentorship)

    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(mentorship__candidacy=candidacy)

    def of_those_who_mentor(self) -> Self:
        return self.filter(mentorship__revoked_at=None)

    def current(self) -> Self:
        """The newest of each mentor and subject, also where it was taken back (`value` is None)."""
        return self.order_by("mentorship", "kind", "key", "-rated_at", "-pk").distinct(
            "mentorship", "kind", "key"
        )

    def with_mentor(self) -> Self:
        return self.select_related("mentorship__mentor")

    def about(self, kind: str, key: str) -> Self:
        """The series of one subject, the newest first."""
        return self.filter(kind=kind, key=key).order_by("-sent_at", "-pk")


class MentorRating(models.Model):
    """A mentor's rating of one subject, one of a series that is never overwritten once sent.

    None takes a rating back. Until it is sent nobody but the mentor sees it.
    """

    mentorship = models.ForeignKey(Mentorship, models.CASCADE, related_name="readiness_ratings")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    value = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    rated_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = MentorRatingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["mentorship", "kind", "key", "-rated_at"], name="mentor_rating_series")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__range=(1, 4)), name="mentor_rating_from_1_to_4"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class PrincipleNoteQuerySet(models.QuerySet["PrincipleNote"]):
    """The candidate's alone: no grant shows a mentor these words."""

    def visible_to(self, user: User) -> Self:
        return self.filter(candidacy__person=user)

    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def of_principle(self, candidacy: Candidacy, key: str) -> PrincipleNote:
        """Return the note, or an empty one that is not stored yet."""
        found = self.filter(candidacy=candidacy, key=key).first()
        return found or PrincipleNote(candidacy=candidacy, key=key)


class PrincipleNote(models.Model):
    """What somebody shows of a principle in today's scope, would show in the next, and lacks evidence of."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="principle_notes")
    key = models.CharField(max_length=60)
    current_scope = models.TextField("in today’s scope", blank=True, max_length=LONGEST_TEXT)
    expanded_scope = models.TextField("in the next scope", blank=True, max_length=LONGEST_TEXT)
    evidence_needed = models.TextField("evidence needed", blank=True, max_length=LONGEST_TEXT)
    edited_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)

    objects = PrincipleNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "key"], name="one_note_a_principle_and_candidacy")
        ]

    def __str__(self) -> str:
        return self.key


class SubjectEvidenceQuerySet(EvidenceQuerySet["SubjectEvidence"]):
    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def about(self, kind: str, key: str) -> Self:
        return self.filter(kind=kind, key=key).order_by("pk")


class SubjectEvidence(EvidencePointer):
    """A decision or a scope snapshot beside a principle or indicator; it never raises the step.

    Stories and projects are linked by their tags, which the ladder reads.
    """

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="subject_evidence")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    linked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[SubjectEvidenceQuerySet] = SubjectEvidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(EvidencePointer.Meta):
        constraints = [
            *EvidencePointer.Meta.constraints,
            models.CheckConstraint(condition=Q(story=None, project=None), name="subject_evidence_is_no_tag"),
            models.UniqueConstraint(
                fields=["candidacy", "kind", "key", "decision", "snapshot"],
                name="subject_evidence_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} for {self.key}"

    @property
    def noun(self) -> str:
        return "Decision" if self.decision_id else "Scope"

    @property
    def named(self) -> str:
        """As `target_named` takes it."""
        return f"decision:{self.decision_id}" if self.decision_id else f"snapshot:{self.snapshot_id}"


class TalkedAboutQuerySet(models.QuerySet["TalkedAbout"]):
    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def newest(self) -> Self:
        """The last mark of each subject."""
        return self.order_by("kind", "key", "-marked_at", "-pk").distinct("kind", "key")


class TalkedAbout(models.Model):
    """A difference was talked about on a day; it comes up again once a rating is newer than this mark."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="talked_about")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    talked_on = models.DateField()
    marked_at = models.DateTimeField(default=timezone.now)

    objects = TalkedAboutQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["candidacy", "kind", "key", "-marked_at"], name="talked_about_series")
        ]

    def __str__(self) -> str:
        return f"{self.key} on {self.talked_on}"
