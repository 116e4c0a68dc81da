from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship, Subject, active_mentorship
from apps.stories.content import SECTIONS
from apps.stories.models import StoryGrant, StoryVersion


class Verdict(models.TextChoices):
    NONE = "", "No verdict yet"
    ENDORSE = "endorse", "Endorse"
    CHANGES = "changes", "Ask for changes"


def reviewable(user: User, path: str = "") -> Q:
    """Return what lets a mentor open a review now, also for rows that point to one by `path`."""
    to = f"{path}__" if path else ""
    shared = StoryGrant.objects.filter(
        mentorship=OuterRef(f"{to}mentorship"),
        story=OuterRef(f"{to}version__story"),
        from_number__lte=OuterRef(f"{to}version__number"),
        revoked_at=None,
    )
    return active_mentorship(f"{to}mentorship") & Q(
        Exists(shared),
        (f"{to}mentorship__mentor", user),
        (f"{to}version__story__deleted_at", None),
        (f"{to}withdrawn_at", None),
    )


class ReviewQuerySet(models.QuerySet["Review"]):
    def alive(self) -> Self:
        return self.filter(version__story__deleted_at=None)

    def reviewable_by(self, user: User) -> Self:
        """What this mentor may open now: their own reviews while mentorship and grant stand."""
        return self.filter(reviewable(user))

    def waiting(self) -> Self:
        return self.filter(sent_at=None, withdrawn_at=None)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)

    def received_by(self, user: User) -> Self:
        """What reached the candidate: sent reviews of their stories."""
        return self.alive().sent().filter(version__story__owner=user)

    def asked_by(self, user: User) -> Self:
        """Every review the candidate asked for; what a mentor wrote before sending is not theirs to see."""
        return self.alive().filter(version__story__owner=user)

    def counted_for(self, candidacies: Iterable[Candidacy]) -> dict[int, dict[str, int]]:
        """Count by the names of the frameworks' facts, by candidacy, in one statement."""
        asks_for_changes = Q(
            sent_at__isnull=False,
            verdict=Verdict.CHANGES,
            version=F("version__story__current_version"),
            version__story__matches_version=True,
        )
        counts = {
            "reviews_asked": Count("pk"),
            "reviews_received": Count("pk", filter=Q(sent_at__isnull=False)),
            "reviews_with_changes_asked": Count("version__story", filter=asks_for_changes, distinct=True),
        }
        asked = {candidacy.pk: dict.fromkeys(counts, 0) for candidacy in candidacies}
        rows = self.alive().filter(mentorship__candidacy__in=list(asked), withdrawn_at=None).order_by()
        key = "mentorship__candidacy_id"
        for pk, *figures in rows.values(key).annotate(**counts).values_list(key, *counts):
            asked[pk] = dict(zip(counts, figures, strict=True))
        return asked

    def waiting_by_candidacy(
        self, candidacies: models.QuerySet[Candidacy]
    ) -> models.QuerySet[Review, tuple[int, int, datetime]]:
        """Candidacy, how many of its reviews wait for a mentor, and since when the oldest does."""
        return (
            self.alive()
            .waiting()
            .filter(mentorship__candidacy__in=candidacies, mentorship__revoked_at=None)
            .values("mentorship__candidacy")
            .annotate(number=Count("pk"), since=Min("asked_at"))
            .values_list("mentorship__candidacy", "number", "since")
        )

    def longest_waiting_first(self) -> Self:
        return self.order_by("asked_at", "pk")

    def beside(self, review: Review) -> Self:
        """Those of the same mentor and candidate."""
        return self.filter(mentorship=review.mentorship_id)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",))

    def with_title(self) -> Self:
        """With the title the version has; a working title is the candidate's own until asked about."""
        return self.annotate(title=KeyTextTransform("title", "version__content")).defer("version__content")

    def with_mentor(self) -> Self:
        """With title, version and mentor: what a candidate's list shows."""
        return self.select_related("version", "mentorship__mentor").with_title()

    def with_candidate(self) -> Self:
        """With title, version and candidate: what a mentor's list shows."""
        return self.select_related("version", "mentorship__candidacy__person").with_title()

    def with_last_reviewed(self) -> Self:
        """With the number of the version that this mentor reviewed before."""
        earlier = Review.objects.sent().filter(
            mentorship=OuterRef("mentorship"),
            version__story=OuterRef("version__story"),
            version__number__lt=OuterRef("version__number"),
        )
        return self.annotate(
            last_reviewed=Subquery(earlier.order_by("-version__number").values("version__number")[:1])
        )

    def for_outline(self) -> Self:
        remarks = Comment.objects.alive().filter(review=OuterRef("pk")).order_by().values("review")
        return (
            self.only("asked_at", "opened_at", "verdict")
            .annotate(
                title=KeyTextTransform("title", "version__content"),
                remarks=Subquery(remarks.annotate(count=Count("pk")).values("count")),
            )
            .longest_waiting_first()
        )

    def for_screen(self) -> Self:
        """With everything around the version but the working text: whoever reviews reads versions."""
        return (
            self.select_related("version__story", "mentorship__mentor", "mentorship__candidacy__person")
            .annotate(current_number=F("version__story__current_version__number"))
            .defer(*(f"version__story__{field}" for field in ("title", *SECTIONS, "own_part")))
        )

    def with_other_version(self, number: int | None) -> Self:
        """With the numbers of all versions the mentor was given, and the content of one of them."""
        granted = StoryGrant.objects.filter(
            mentorship=OuterRef("mentorship"), story=OuterRef("version__story"), revoked_at=None
        )
        readable = StoryVersion.objects.filter(
            story=OuterRef("version__story"), number__gte=OuterRef("granted_from")
        )
        one = readable.filter(number=number or 0).values("content")[:1]
        return self.annotate(
            granted_from=Subquery(granted.values("from_number")[:1]),
            readable_numbers=ArraySubquery(readable.order_by("number").values("number")),
            other_content=Subquery(one) if number else Value(None, output_field=models.JSONField()),
        )


class Review(models.Model):
    """One mentor's rating of one version: asked for, drafted out of the candidate's sight, sent."""

    version = models.ForeignKey(StoryVersion, models.CASCADE, related_name="reviews")
    mentorship = models.ForeignKey(Mentorship, models.CASCADE, related_name="reviews")
    asked_at = models.DateTimeField(default=timezone.now)
    # What it is rated for: the candidacy's at the time of sending, whatever it aims at later.
    target_level = models.CharField(max_length=20)
    question = models.TextField("what to look at", blank=True, max_length=1000)
    opened_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.NONE, blank=True)
    rationale = models.TextField(blank=True, max_length=5000)
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    # Comments being typed, by section; they become comments when added or sent.
    unfinished = models.JSONField(default=dict, blank=True)
    # The id of the last save, so that the same save sent twice is one.
    save_id = models.UUIDField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "mentorship"], name="one_review_a_version_and_mentor"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | ~Q(verdict=""), name="review_sent_with_a_verdict"
            ),
        ]
        indexes = [
            models.Index(
                fields=["mentorship", "asked_at"],
                condition=Q(sent_at=None, withdrawn_at=None),
                name="review_waiting_for_mentor",
            )
        ]

    def __str__(self) -> str:
        return f"review {self.pk} of version {self.version_id}"

    def is_of_current_text(self) -> bool:
        """Say whether what was reviewed is what the story says now."""
        story = self.version.story
        return story.current_version_id == self.version_id and story.matches_version

    def mark_seen(self, now: datetime) -> None:
        """Note the first time the candidate reads it."""
        if self.seen_at is None:
            Review.objects.filter(pk=self.pk, seen_at=None).update(seen_at=now)


# Version, level, mentor and their name, kind, key and value.
type EndorsingRow = tuple[int, str, int | None, str | None, str, str, int]


class RatingQuerySet(models.QuerySet["Rating"]):
    def endorsing(self, versions: Iterable[int]) -> models.QuerySet[Rating, EndorsingRow]:
        """Those of sent reviews that endorse one of these versions, the oldest first.

        By the keys of the versions, for joined from a person's stories it takes ten times as long; and they are
        one parameter, for hundreds cost more than what they find.
        """
        return (
            self.filter(
                review__version__in=RawSQL("SELECT unnest(%s::bigint[])", [list(versions)]),
                review__sent_at__isnull=False,
                review__verdict=Verdict.ENDORSE,
            )
            .order_by("pk")
            .values_list(
                "review__version_id",
                "review__target_level",
                "review__mentorship__mentor_id",
                "review__mentorship__mentor__name",
                "kind",
                "key",
                "value",
            )
        )


class Rating(models.Model):
    """A mentor's rating of one principle or indicator in one review, with its reason."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="ratings")
    kind = models.CharField(max_length=10, choices=Subject)
    key = models.CharField(max_length=60)
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True, max_length=2000)

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "kind", "key"], name="one_rating_a_subject"),
            models.CheckConstraint(condition=Q(value__range=(1, 4)), name="rating_from_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def written_by(self, user: User) -> Self:
        """A mentor's own, as long as they may open the review; deleted ones too, for Undo."""
        return self.filter(reviewable(user, "review"), author=user)

    def with_review(self) -> Self:
        return self.select_related(
            "review__version__story", "review__mentorship__mentor", "review__mentorship__candidacy__person"
        )

    def locked_with_review(self) -> Self:
        """Hold the review too, so that nothing changes a comment that is being sent."""
        return self.select_related("review__version", "review__mentorship__candidacy").select_for_update(
            of=("self", "review")
        )

    def received_by(self, user: User) -> Self:
        return self.alive().filter(
            review__sent_at__isnull=False,
            review__version__story__owner=user,
            review__version__story__deleted_at=None,
        )


class Comment(models.Model):
    """A remark on one section of the version under review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    section = models.CharField(
        max_length=10, choices=[(section, section.capitalize()) for section in SECTIONS]
    )
    body = models.TextField(max_length=5000)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.section}"
