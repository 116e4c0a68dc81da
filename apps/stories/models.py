from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.owned import OwnedQuerySet
from apps.candidates.models import Candidacy, Mentorship, active_mentorship
from apps.projects.models import Metric, Project
from apps.stories.content import MetricLine, StoryContent


class StoryQuerySet(OwnedQuerySet["Story"]):
    """Working text is its owner's alone; mentors read versions (`StoryVersion`)."""

    def in_use(self) -> Self:
        return self.filter(archived_at=None)

    def beyond_own_team(self, people: Iterable[int]) -> Self:
        """These people's stories in use that affect two or more teams."""
        return self.alive().in_use().filter(owner__in=list(people), teams_affected__gte=2)

    def for_editor(self) -> Self:
        """With the current version, and the framework of the owner's open candidacy: two statements."""
        candidacy = Candidacy.objects.open().filter(person=OuterRef("owner"))
        return (
            self.select_related("current_version", "project")
            .prefetch_related(models.Prefetch("quoted_metrics", StoryMetric.objects.select_related("metric")))
            .annotate(
                framework_version_id=Subquery(candidacy.values("framework_version")[:1]),
                target_level=Subquery(candidacy.values("target_level")[:1]),
            )
        )

    def for_list(self) -> Self:
        """What a list shows: no section's text."""
        return self.select_related("project", "current_version").defer(
            *("situation", "task", "action", "result", "current_version__content")
        )

    def showing(self, principle: str) -> Self:
        return self.filter(principles__contains=[principle]) if principle else self

    def in_state(self, state: str) -> Self:
        """Those a list shows under this state (`StoryState`); without one all but archived stories."""
        if state == StoryState.ARCHIVED:
            return self.exclude(archived_at=None)
        used = self.filter(archived_at=None)
        if state == StoryState.DRAFT:
            return used.filter(current_version=None)
        versioned = used.exclude(current_version=None)
        if state == StoryState.EDITED:
            return versioned.filter(matches_version=False)
        if state == StoryState.SAVED:
            return versioned.filter(matches_version=True, review_state=ReviewState.NONE)
        if state in ReviewState.values:
            return versioned.filter(matches_version=True, review_state=state) if state else used
        return used


class ReviewState(models.TextChoices):
    """What reviews say of the current version; written by the actions of `reviews`."""

    NONE = "", "Not reviewed"
    ASKED = "asked", "In review"
    CHANGES = "changes", "Changes asked"
    ENDORSED = "endorsed", "Endorsed"


class StoryState(models.TextChoices):
    """The one word a list shows."""

    DRAFT = "draft", "Draft"
    SAVED = "saved", "Version saved"
    ASKED = "asked", "In review"
    CHANGES = "changes", "Changes asked"
    ENDORSED = "endorsed", "Endorsed"
    EDITED = "edited", "Edited since"
    ARCHIVED = "archived", "Archived"


class Story(models.Model):
    """A STAR story. The columns are its working text; numbered versions stand beside it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stories")
    title = models.CharField(max_length=200)
    situation = models.TextField(blank=True)
    task = models.TextField(blank=True)
    action = models.TextField(blank=True)
    result = models.TextField(blank=True)
    own_part = models.CharField(max_length=200, blank=True)
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="stories")
    teams_affected = models.PositiveSmallIntegerField(null=True, blank=True)
    organisations_affected = models.PositiveSmallIntegerField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    # Keys of the framework, the strongest first.
    principles = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    indicators = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    current_version = models.ForeignKey(
        "StoryVersion", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whether the working text still proves what the current version says.
    matches_version = models.BooleanField(default=False)
    review_state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.NONE, blank=True)

    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stories"
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="story_ends_after_its_start",
            )
        ]
        indexes = [
            models.Index(
                fields=["owner", "-edited_at", "-id"],
                condition=Q(deleted_at=None),
                name="story_of_owner_by_edit",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def content(self) -> StoryContent:
        """Return the working text as a value; no statement after `for_editor()`."""
        return StoryContent(
            title=self.title,
            situation=self.situation,
            task=self.task,
            action=self.action,
            result=self.result,
            own_part=self.own_part,
            project_id=self.project_id,
            project_name=self.project.name if self.project else "",
            teams_affected=self.teams_affected,
            organisations_affected=self.organisations_affected,
            started_on=self.started_on,
            ended_on=self.ended_on,
            principles=tuple(self.principles),
            indicators=tuple(self.indicators),
            metrics=self.metric_lines(),
        )

    def metric_lines(self) -> tuple[MetricLine, ...]:
        return tuple(quote.as_line() for quote in self.quoted_metrics.all())

    @property
    def state(self) -> StoryState:
        if self.archived_at:
            return StoryState.ARCHIVED
        if self.current_version_id is None:
            return StoryState.DRAFT
        if not self.matches_version:
            return StoryState.EDITED
        return StoryState(self.review_state) if self.review_state else StoryState.SAVED


class StoryMetric(models.Model):
    """A story quoting a figure of the ledger."""

    # Given by the page that offered the empty row, so that a row saved twice is one row.
    key = models.UUIDField(default=uuid.uuid4)
    story = models.ForeignKey(Story, models.CASCADE, related_name="quoted_metrics")
    metric = models.ForeignKey(Metric, models.CASCADE, related_name="quotes")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["story", "metric"], name="story_quotes_a_metric_once"),
            models.UniqueConstraint(fields=["story", "key"], name="story_metric_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id} in {self.story_id}"

    def as_line(self) -> MetricLine:
        metric = self.metric
        return MetricLine(
            key=self.key,
            name=metric.name,
            unit=metric.unit,
            kind=metric.kind,
            before=metric.before,
            after=metric.after,
            is_new=metric.is_new,
            source=metric.source,
        )


class StoryRevision(models.Model):
    """The working text after one save; kept, and thinned to one an hour after 90 days."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    # The id the browser gave this save, so that the same save sent twice is one.
    save_id = models.UUIDField(null=True)
    content = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="story_revision_number_once"),
            models.UniqueConstraint(fields=["story", "save_id"], name="story_save_id_once"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} revision {self.number}"

    def as_content(self) -> StoryContent:
        return StoryContent.model_validate(self.content)


class VersionReason(models.TextChoices):
    SAVED = "saved", "Saved"
    REVIEW = "review", "Asked for review"
    RESTORED = "restored", "Restored"


class StoryVersionQuerySet(models.QuerySet["StoryVersion"]):
    def visible_to(self, user: User) -> Self:
        """The owner's, and for a mentor those from a standing grant on."""
        granted = StoryGrant.objects.standing().filter(
            mentorship__mentor=user, story=OuterRef("story"), from_number__lte=OuterRef("number")
        )
        return self.filter(story__deleted_at=None).filter(Q(story__owner=user) | Exists(granted))

    def of_owner(self, user: User) -> Self:
        return self.filter(story__deleted_at=None, story__owner=user)

    def newest_titles_of(self, person_id: int) -> dict[int, str]:
        """Return by story what the newest of these versions is called, of one person's; one statement."""
        newest = self.filter(story__owner=person_id).order_by("story", "-number").distinct("story")
        return dict(newest.values_list("story_id", KeyTextTransform("title", "content")))


class StoryVersion(models.Model):
    """A numbered, frozen copy. What ladder, mentors, packets and links read; never pruned."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=10, choices=VersionReason)
    is_complete = models.BooleanField()
    is_measured = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = StoryVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "number"], name="story_version_number_once")]

    def __str__(self) -> str:
        return f"{self.story_id} version {self.number}"

    def as_content(self) -> StoryContent:
        return StoryContent.model_validate(self.content)


class StoryGrantQuerySet(models.QuerySet["StoryGrant"]):
    def standing(self) -> Self:
        return self.filter(active_mentorship("mentorship"), revoked_at=None)


class StoryGrant(models.Model):
    """One story shared with one mentor, from a version on, until revoked."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="grants")
    mentorship = models.ForeignKey(Mentorship, models.CASCADE, related_name="story_grants")
    from_number = models.PositiveIntegerField()
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    objects = StoryGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["story", "mentorship"],
                condition=Q(revoked_at=None),
                name="one_standing_grant_a_story",
            )
        ]

    def __str__(self) -> str:
        return f"{self.story_id} to {self.mentorship_id}"


class WinQuerySet(OwnedQuerySet["Win"]):
    def showing(self, principle: str) -> Self:
        return self.filter(principle=principle) if principle else self

    def newest_first(self) -> Self:
        return self.order_by("-happened_on", "-pk")


class Win(models.Model):
    """A dated line about something done, with an optional link; raw material for stories."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wins")
    text = models.CharField(max_length=300)
    happened_on = models.DateField()
    link = models.URLField(max_length=500, blank=True)
    principle = models.CharField(max_length=60, blank=True)
    story = models.ForeignKey(Story, models.SET_NULL, null=True, blank=True, related_name="wins")
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    objects = WinQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "-happened_on", "-id"],
                condition=Q(deleted_at=None),
                name="win_of_owner_by_date",
            )
        ]

    def __str__(self) -> str:
        return self.text
