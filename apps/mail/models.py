from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import User
from apps.mail import kinds
from apps.mail.kinds import Channel


class Status(models.TextChoices):
    PENDING = "pending", "Waiting"
    LEASED = "leased", "Being sent"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Not needed any more"
    DEAD = "dead", "Given up"

    @classmethod
    def finished(cls) -> list[Status]:
        return [cls.SENT, cls.CANCELLED, cls.DEAD]


class MessageQuerySet(models.QuerySet["Message"]):
    # Only the database's clock says what is due: those of several machines differ.
    def due(self) -> Self:
        return self.filter(status=Status.PENDING, due_at__lte=Now())

    def overdue(self, by: timedelta) -> Self:
        return self.filter(status=Status.PENDING, due_at__lte=Now() - by)

    def dead(self) -> Self:
        return self.filter(status=Status.DEAD)

    def revive(self) -> int:
        """Let mails that were given up be tried again from the first attempt on."""
        return self.update(status=Status.PENDING, attempts=0, due_at=Now(), reason="")

    def held_by(self, token: object) -> Self:
        return self.filter(status=Status.LEASED, lease_token=token)

    def finished_before(self, moment: object) -> Self:
        return self.filter(status__in=[Status.SENT, Status.CANCELLED], created_at__lt=moment)

    def with_people(self) -> Self:
        return self.select_related("user")


class Message(models.Model):
    """One mail: to a person or to a bare address. `kind` names who renders it (`kinds.kind_named`).

    `ref` holds ids of what it is about, never words: it is rendered when it is sent.
    """

    kind = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    address = models.EmailField(blank=True)
    ref = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, unique=True)
    # Derived from the key and fixed at insertion: a second copy is recognised as one.
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    due_at = models.DateTimeField(db_default=Now())
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    # Why it was cancelled or given up, in a few words.
    reason = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) ^ Q(address=""), name="message_to_one"),
            models.CheckConstraint(
                condition=Q(status="leased", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(status="leased") & Q(lease_token=None, lease_until=None)),
                name="message_leased_with_token",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(status="pending"), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(status="leased"), name="message_leased"),
            models.Index(fields=["id"], condition=Q(status="dead"), name="message_dead"),
            models.Index(fields=["created_at"], name="message_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"

    @property
    def to(self) -> str:
        return self.user.email if self.user is not None else self.address


class Outcome(models.TextChoices):
    SENT = "sent", "Taken by the server"
    LATER = "later", "Try again"
    REFUSED = "refused", "Refused for good"
    UNBUILDABLE = "unbuildable", "Could not be built"
    CANCELLED = "cancelled", "Not needed any more"
    LOST = "lost", "The sender ended before it could say"


class Attempt(models.Model):
    """Append-only: what became of each attempt. `text` is the server's reply, never contents."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="ledger")
    at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=12, choices=Outcome)
    code = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="attempt_by_time")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.outcome}"


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)

    def channels_of(self, user: User) -> dict[str, str]:
        """Return the channel of every kind this person chose one for."""
        return dict(self.visible_to(user).values_list("kind", "channel"))


class Preference(models.Model):
    """How a person wants to hear of one kind; without a row the kind's own default holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_a_kind")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.channel}"


def channel_of(user: User, kind: kinds.Kind) -> str:
    """Return how this person wants to hear of a kind; one statement."""
    return Preference.objects.channels_of(user).get(kind.name, kind.default_channel)


def choose_channel(user: User, kind: str, channel: str) -> None:
    """Let a person hear of a kind this way from now on, mails that wait included."""
    Preference.objects.update_or_create(user=user, kind=kind, defaults={"channel": channel})


class Hold(models.Model):
    """While there is a row nothing is sent: a restored copy begins so, until somebody releases it."""

    since = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"held since {self.since}"
