from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.frameworks.models import content_of
from apps.frameworks.schema import ReminderRule
from apps.mail.models import Message


class Timing(models.Model):
    """When a person wants to hear of what is due; without a row the defaults hold."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reminder_timing"
    )
    # None: each rule's own, which is 08:00 as shipped.
    local_time = models.TimeField(null=True, blank=True)
    weekdays_only = models.BooleanField(default=True)
    quiet_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"timing of {self.user_id}"


class Plan(models.Model):
    """What the schedules of a candidacy, or of an organiser, were made from, and when it is looked at next.

    `made_from` names all that decides the dates; the tick makes plans anew where it says something else.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    candidacy = models.OneToOneField(Candidacy, models.CASCADE, null=True, related_name="reminder_plan")
    framework_version_id = models.BigIntegerField()
    made_from = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    evidence_rev = models.PositiveIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(candidacy=None), name="one_plan_an_organiser"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_look_at", "id"], condition=Q(next_look_at__isnull=False), name="plan_to_look_at"
            )
        ]

    def __str__(self) -> str:
        return f"plan of {self.person_id}"

    def rule(self, key: str) -> ReminderRule | None:
        """Return the rule of that key; a framework's rules never change, an organiser's framework may."""
        rules = content_of(self.framework_version_id).reminder_rules
        return next((rule for rule in rules if rule.key == key), None)


class Schedule(models.Model):
    """One rule of one plan, and when it is due next: `next_on` names the occurrence, None is never.

    `ignored` counts the occurrences in a row that a newer one overtook, without the open one.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="schedules")
    rule = models.CharField(max_length=60)
    next_on = models.DateField(null=True)
    next_due_at = models.DateTimeField(null=True)
    # The cursor: nothing up to this local date is planned again.
    last_on = models.DateField()
    last_due_on = models.DateField(null=True)
    ignored = models.PositiveSmallIntegerField(default=0)
    # A month's rest after several ignored ones; whatever moves meanwhile, it stands.
    rest_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "rule"], name="one_schedule_a_rule"),
            models.CheckConstraint(
                condition=Q(next_on=None, next_due_at=None)
                | Q(next_on__isnull=False, next_due_at__isnull=False),
                name="schedule_due_on_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], condition=Q(next_due_at__isnull=False), name="schedule_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.next_on}"


class Status(models.TextChoices):
    DUE = "due", "Due"
    DIGESTED = "digested", "In a mail"
    SKIPPED = "skipped", "Skipped"  # missed, or switched off
    PASSED = "passed", "Overtaken by a newer one"
    DONE = "done", "Done"
    DISMISSED = "dismissed", "Dismissed"

    @classmethod
    def open(cls) -> list[Status]:
        return [cls.DUE, cls.DIGESTED]


OPEN = Q(status__in=["due", "digested"])


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: User) -> Self:
        """One's own; of somebody else's candidacy only while one mentors it, or is asked to."""
        standing = (
            Mentorship.objects.standing()
            .filter(Q(mentor=user) | Q(mentor=None, invited_email__iexact=user.email))
            .filter(candidacy=OuterRef("plan__candidacy"), paused_at=None, candidacy__person__is_active=True)
        )
        return self.filter(Q(plan__person=user) | Exists(standing), person=user, in_app=True)

    def editable_by(self, user: User) -> Self:
        return self.visible_to(user).open()

    def open(self) -> Self:
        return self.filter(OPEN)

    def awake(self) -> Self:
        return self.filter(snoozed_until=None)

    def asleep(self, now: datetime) -> Self:
        """Those snoozed until a moment to come."""
        return self.filter(snoozed_until__gt=now)

    def unread(self) -> Self:
        return self.open().awake().filter(in_app=True, read_at=None)

    def as_list(self) -> Self:
        return self.open().awake().with_plan()

    def with_plan(self) -> Self:
        return self.select_related("plan__candidacy__person")

    def of_message(self, message: Message) -> Self:
        return self.filter(message=message, status=Status.DIGESTED).awake()


class Occurrence(models.Model):
    """One thing that became due for one person on one local date, by a schedule or by an event.

    Never deleted while it is young: it is the ledger by which nothing is lost. `row` names the event's own row.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="occurrences")
    schedule = models.ForeignKey(Schedule, models.CASCADE, null=True, related_name="occurrences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=60)
    row = models.CharField(max_length=60, blank=True)
    thing_id = models.BigIntegerField(null=True)
    local_date = models.DateField()
    due_at = models.DateTimeField()
    dedupe_key = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=10, choices=Status)
    in_app = models.BooleanField()
    read_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    # The digest it is part of; many point to one.
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "-due_at", "-id"], condition=OPEN, name="occurrence_open_of_person"
            ),
            models.Index(fields=["plan"], condition=OPEN, name="occurrence_open_of_plan"),
            models.Index(fields=["schedule"], condition=OPEN, name="occurrence_open_of_schedule"),
            models.Index(
                fields=["snoozed_until"],
                condition=OPEN & Q(snoozed_until__isnull=False),
                name="occurrence_asleep",
            ),
            models.Index(fields=["created_at"], name="occurrence_by_age"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class Tick(models.Model):
    """When the last tick ended: one row."""

    id = models.SmallIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"last tick at {self.at}"
