from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import Invitation, User
from apps.cohorts.models import Cohort
from apps.frameworks.models import FrameworkVersion, content_of
from apps.frameworks.schema import Framework


class Subject(models.TextChoices):
    """What a rating, a standing or a gap is about; the key beside it is the framework's."""

    PRINCIPLE = "principle"
    INDICATOR = "indicator"


class Outcome(models.TextChoices):
    PROMOTED = "promoted", "Promoted"
    NOT_THIS_TIME = "not_this_time", "Not this time"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Whoever has done nothing for this long is called silent.
SILENT_AFTER = timedelta(days=21)


def days_since(active_on: date, today: date) -> int:
    """Whole days, and never less than none: it may be tomorrow already where somebody was active."""
    return max((today - active_on).days, 0)


def is_silent(active_on: date, decided_on: date | None, today: date) -> bool:
    return decided_on is None and today - active_on >= SILENT_AFTER


class BoardRow(NamedTuple):
    """What a board of many needs of a candidacy; a model instance each would take longer than the page."""

    pk: int
    person: int
    framework_version: int
    target_level: str
    target_on: date
    started_on: date
    decided_on: date | None
    evidence_rev: int
    active_on: date


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def editable_by(self, user: User) -> Self:
        return self.filter(person=user)

    def visible_to(self, user: User) -> Self:
        """A candidate's own, and those whose plan this person is shown as a mentor at this moment."""
        shown = Mentorship.objects.active().showing_plan().filter(mentor=user)
        return self.filter(Q(person=user) | Q(pk__in=shown.values("candidacy")))

    def raise_evidence_rev(self) -> int:
        """Say that evidence changed; call it in the transaction of the change."""
        return self.update(evidence_rev=F("evidence_rev") + 1)

    def note_activity(self, on: date) -> int:
        """Keep the latest day on which the candidate themselves did something; organisers see how long ago."""
        earlier = Q(last_active_on=None) | Q(last_active_on__lt=on)
        return self.filter(earlier).update(last_active_on=on)

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(cohort=cohort)

    def for_board(self) -> list[BoardRow]:
        """Read the rows; one statement."""
        rows = self.with_active_on().values_list(*BoardRow._fields)
        return [BoardRow._make(row) for row in rows]

    def with_person_and_cohort(self) -> Self:
        return self.select_related("person", "cohort")

    def without_mentor(self) -> Self:
        mentors = Mentorship.objects.standing().showing_plan()
        accepted = mentors.filter(candidacy=OuterRef("pk"), accepted_at__isnull=False)
        return self.filter(decided_on=None).exclude(Exists(accepted))

    def numbers_by_cohort(self) -> dict[int, int]:
        counted = self.order_by().values("cohort").annotate(number=Count("pk"))
        return dict(counted.values_list("cohort", "number"))

    def in_cohorts_of(self, organiser: User) -> Self:
        """Those an organiser sees the progress of. Their texts are never fetched through this."""
        return self.open().filter(cohort__in=Cohort.objects.visible_to(organiser))

    def silent(self, today: date) -> Self:
        """Undecided ones whose candidate did nothing for three weeks."""
        undecided = self.open().filter(decided_on=None).with_active_on()
        return undecided.filter(active_on__lte=today - SILENT_AFTER)

    def longest_silent_first(self) -> Self:
        return self.with_active_on().order_by("active_on", "pk")

    def with_active_on(self) -> Self:
        """With the last day of activity; who never did anything was last active at the start."""
        return self.annotate(active_on=Coalesce("last_active_on", "started_on"))


class Candidacy(models.Model):
    """One person's attempt to reach one target level by one target date (the document freeze)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="candidacies")
    framework_version = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="+")
    current_level = models.CharField(max_length=20)
    target_level = models.CharField(max_length=20)
    target_on = models.DateField("target date")
    started_on = models.DateField()
    # Whose organisers see how it goes; the date may be one's own all the same.
    cohort = models.ForeignKey(Cohort, models.SET_NULL, null=True, blank=True, related_name="candidacies")
    decided_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    # Raised by every change of evidence; `readiness` keeps the revision a standing was computed from.
    evidence_rev = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    # Written by the actions through which a candidate does something.
    last_active_on = models.DateField(null=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "candidacies"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_at=None), name="one_open_candidacy_a_person"
            ),
            models.CheckConstraint(condition=Q(target_on__gt=F("started_on")), name="target_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person} towards {self.target_level}"

    def silent_days(self, today: date) -> int:
        """Days since the candidate last did something; since the start if they never did."""
        return days_since(self.last_active_on or self.started_on, today)

    @property
    def framework(self) -> Framework:
        """The framework as it was when this candidacy began; cached for the process."""
        return content_of(self.framework_version_id)


class SelfRatingQuerySet(models.QuerySet["SelfRating"]):
    def current(self) -> Self:
        """The newest rating of each subject, also where it was taken back (`value` is None)."""
        return self.order_by("candidacy", "kind", "key", "-rated_at", "-pk").distinct(
            "candidacy", "kind", "key"
        )

    def current_of(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy).current()

    def series_of_all(
        self, candidacies: Iterable[Candidacy]
    ) -> models.QuerySet[SelfRating, tuple[int, str, str, int | None]]:
        """Candidacy, kind, key and value of every rating, oldest first."""
        return (
            self.filter(candidacy__in=list(candidacies))
            .order_by("rated_at", "pk")
            .values_list("candidacy_id", "kind", "key", "value")
        )

    def about(self, kind: str, key: str) -> Self:
        """The series of one subject, the newest first."""
        return self.filter(kind=kind, key=key).order_by("-rated_at", "-pk")


class SelfRating(models.Model):
    """One rating of a series that is never overwritten; None takes the rating back."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="self_ratings")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    value = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    rated_at = models.DateTimeField(default=timezone.now)

    objects = SelfRatingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["candidacy", "kind", "key", "-rated_at"], name="self_rating_series")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__range=(1, 4)), name="self_rating_from_1_to_4"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class MentorshipKind(models.TextChoices):
    MENTOR = "mentor", "Mentor"
    MANAGER = "manager", "Manager"


def active_mentorship(path: str = "") -> Q:
    """Return what makes a mentorship active, also for rows that point to one by `path`.

    A condition on joined tables: as a subquery it takes several times as long to build and to plan.
    """
    to = f"{path}__" if path else ""
    return Q(
        (f"{to}accepted_at__isnull", False),
        (f"{to}revoked_at", None),
        (f"{to}paused_at", None),
        (f"{to}candidacy__person__is_active", True),
    )


def shown_plan() -> Q:
    """Return what makes a mentorship show level, date and phase: a manager's only once the candidate said so."""
    said = Q(plan_granted_at__isnull=False) | Q(readiness_granted_at__isnull=False)
    return ~Q(kind=MentorshipKind.MANAGER) | said


class MentorshipQuerySet(models.QuerySet["Mentorship"]):
    def active(self) -> Self:
        """Those whose mentor may read what was granted, now."""
        return self.filter(active_mentorship())

    def showing_plan(self) -> Self:
        """Those that show level, date and phase; a manager who was shown nothing mentors nobody."""
        return self.filter(shown_plan())

    def showing_readiness(self) -> Self:
        """Those whose mentor may read readiness, now: coverage, own ratings, figures of scope, gaps."""
        return self.active().filter(readiness_granted_at__isnull=False, candidacy__closed_at=None)

    def standing(self) -> Self:
        """Asked, active or paused: neither declined nor ended."""
        return self.filter(declined_at=None, revoked_at=None)

    def editable_by(self, user: User) -> Self:
        """Of whose candidacy it is; access is the candidate's to give and to take."""
        return self.filter(candidacy__person=user)

    def of_mentor(self, user: User) -> Self:
        return self.filter(mentor=user)

    def of_candidacy(self, candidacy: Candidacy) -> Self:
        return self.filter(candidacy=candidacy)

    def of_managers(self, candidacy: Candidacy) -> Self:
        """Those standing in which this candidacy's manager reads what is shared."""
        return self.standing().of_candidacy(candidacy).filter(kind=MentorshipKind.MANAGER)

    def names_by_candidacy(
        self, candidacies: models.QuerySet[Candidacy]
    ) -> models.QuerySet[Mentorship, tuple[int, str]]:
        """Candidacy and name of each mentor who accepted, also of one who is paused."""
        accepted = self.standing().showing_plan().filter(candidacy__in=candidacies, accepted_at__isnull=False)
        return accepted.order_by("accepted_at", "pk").values_list("candidacy", "mentor__name")

    def asked_by(self, invitation: Invitation) -> Self:
        return self.filter(invitation=invitation)

    def with_people(self) -> Self:
        return self.select_related("mentor", "candidacy__person", "invitation")

    def counted_for(self, candidacies: Iterable[Candidacy]) -> dict[int, dict[str, int]]:
        """Count who was asked, and who mentors now, by candidacy; one statement, no entry without any."""
        counts = {
            "mentorships_asked": Count("pk"),
            "has_mentor": Count("pk", filter=Q(shown_plan(), accepted_at__isnull=False, revoked_at=None)),
        }
        rows = self.filter(candidacy__in=list(candidacies)).order_by().values("candidacy_id")
        return {
            pk: dict(zip(counts, figures, strict=True))
            for pk, *figures in rows.annotate(**counts).values_list("candidacy_id", *counts)
        }

    def with_story_counts(self) -> Self:
        """With `stories_shared`: how many stories the mentor may read, once accepted and not paused."""
        shared = Q(story_grants__revoked_at=None, story_grants__story__deleted_at=None)
        return self.annotate(stories_shared=Count("story_grants", filter=shared))


class Mentorship(models.Model):
    """A mentor's access to a candidacy. What is granted by it stands in rows that point here."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="mentorships")
    kind = models.CharField(max_length=10, choices=MentorshipKind, default=MentorshipKind.MENTOR)
    # Empty until the invitation is accepted.
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="mentorships"
    )
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, related_name="mentorship")
    invited_name = models.CharField(max_length=200)
    invited_email = models.EmailField()
    asked_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # The grant to rate readiness indicators; by default a mentor rates principles only.
    readiness_granted_at = models.DateTimeField(null=True)
    # The grant to see level, date and phase; only a manager needs it.
    plan_granted_at = models.DateTimeField(null=True)

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "mentor"],
                condition=Q(mentor__isnull=False, revoked_at=None, declined_at=None),
                name="one_standing_mentorship_a_mentor",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="mentorship_accepted_or_declined"
            ),
        ]
        indexes = [models.Index(fields=["mentor"], name="mentorship_of_mentor")]

    def __str__(self) -> str:
        return f"{self.mentor_name} for {self.candidacy}"

    @property
    def mentor_name(self) -> str:
        return self.mentor.name if self.mentor else self.invited_name or self.invited_email

    @property
    def is_standing(self) -> bool:
        return self.revoked_at is None and self.declined_at is None

    @property
    def is_active(self) -> bool:
        return self.accepted_at is not None and self.revoked_at is None and self.paused_at is None

    @property
    def state(self) -> str:
        """Return ended, declined, asked, paused or active."""
        if self.revoked_at:
            return "ended"
        if self.declined_at:
            return "declined"
        if not self.accepted_at:
            return "asked"
        return "paused" if self.paused_at else "active"

    @property
    def is_of_manager(self) -> bool:
        return self.kind == MentorshipKind.MANAGER

    @property
    def shows_plan(self) -> bool:
        """Say whether level, date and phase are shown; readiness makes no sense without them."""
        return not self.is_of_manager or bool(self.plan_granted_at or self.readiness_granted_at)

    def may_rate_indicators(self) -> bool:
        return self.readiness_granted_at is not None
