from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.accounts.invitations import kinds_sent_by

_A_KEY = re.compile(r"[0-9]{1,18}")
INVITATION_LASTS = timedelta(days=14)


class UserQuerySet(models.QuerySet["User"]):
    def with_email(self, email: str) -> Self:
        return self.filter(email__iexact=email)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_email(self, email: str) -> UserQuerySet:
        return self.get_queryset().with_email(email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from rows elsewhere, not from a role kept here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    # A site administrator; Django's own name for it, which allauth and the admin read.
    is_staff = models.BooleanField("site administrator", default=False)
    may_create_cohorts = models.BooleanField("organiser", default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    # Whether the browser or the person has said so; until then the first visit does.
    knows_time_zone = models.BooleanField(default=False)
    # Written by the actions of `reminders`, so that the frame of every page shows it without asking.
    unread_reminders = models.PositiveIntegerField(default=0, editable=False)
    shortcuts_on = models.BooleanField("keyboard shortcuts", default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def must_use_second_factor(self) -> bool:
        return self.is_staff or self.may_create_cohorts


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def with_email(self, email: str) -> Self:
        return self.filter(email__iexact=email)

    def with_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_token(token))

    def for_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def with_people(self) -> Self:
        return self.select_related("invited_by", "accepted_by")

    def visible_to(self, user: User) -> Self:
        return self if user.is_staff else self.filter(invited_by=user)

    def editable_by(self, user: User) -> Self:
        """Return what the invitations page lists: those of kinds that this person may send from it."""
        return self.visible_to(user).filter(kind__in=[kind.name for kind in kinds_sent_by(user)])

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def before(self, pk: str) -> Self:
        """Return the rows older than the one with this key; anything but a key changes nothing."""
        return self.filter(pk__lt=int(pk)) if _A_KEY.fullmatch(pk) else self


class Invitation(models.Model):
    """Somebody asked in by e-mail address. `kind` names what accepting does (`invitations.kinds`)."""

    kind = models.CharField(max_length=30)
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["invited_by", "-id"], name="invitation_by_sender")]

    def __str__(self) -> str:
        return f"{self.kind} invitation to {self.email}"

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    def state(self, now: datetime) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.OPEN if self.expires_at > now else self.State.EXPIRED

    def renew_token(self, now: datetime) -> str:
        """Set a new token and a new end; return the token's seed (`token_from`), which is not kept here."""
        seed = secrets.token_urlsafe(24)
        self.token_hash = hash_token(token_from(seed))
        self.expires_at = now + INVITATION_LASTS
        return seed


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(owner=user)

    def with_people(self) -> Self:
        return self.select_related("by")


class AccessRecord(models.Model):
    """Append-only: who read or changed which row of whom; ids only, never contents."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=30)
    thing = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    # What an administrator said for having to read it; nobody else is asked.
    reason = models.CharField(max_length=300, blank=True)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "-at"], name="access_of_owner")]

    def __str__(self) -> str:
        return f"{self.verb} {self.thing} {self.thing_id}"

    @property
    def thing_in_words(self) -> str:
        """Say which row, also of a model that there is no longer."""
        try:
            name = str(apps.get_model(self.thing)._meta.verbose_name)
        except LookupError:
            name = self.thing.rpartition(".")[2]
        return f"{name} {self.thing_id}"

    @classmethod
    def write(
        cls,
        verb: str,
        thing: models.Model,
        *,
        by: User,
        owner_id: int,
        now: datetime | None = None,
        reason: str = "",
    ) -> None:
        """Add one record in the caller's transaction, of this moment unless `now` says another."""
        cls.objects.create(
            verb=verb,
            thing=thing._meta.label_lower,
            thing_id=thing.pk,
            by=by,
            owner_id=owner_id,
            at=now or timezone.now(),
            reason=reason,
        )


def token_from(seed: str) -> str:
    """Return the 256-bit token that only this installation's SECRET_KEY makes of a seed."""
    digest = salted_hmac("apps.accounts.invitation", seed, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
