from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import Invitation, User
from apps.frameworks.models import FrameworkVersion, content_of
from apps.frameworks.schema import Framework

_A_KEY = re.compile(r"[0-9]{1,18}")


class CohortQuerySet(models.QuerySet["Cohort"]):
    def editable_by(self, user: User) -> Self:
        """Those this person organises, as long as they may organise at all."""
        if not user.may_create_cohorts:
            return self.none()
        return self.filter(Exists(Organiser.objects.filter(cohort=OuterRef("pk"), user=user)))

    def visible_to(self, user: User) -> Self:
        """A cohort's own pages are its organisers'; members see what they are shown on their own pages."""
        return self.editable_by(user)

    def joined_by(self, user: User) -> Self:
        return self.filter(Exists(Membership.objects.standing().filter(cohort=OuterRef("pk"), user=user)))

    def with_counts(self, now: datetime) -> Self:
        """With `members`, and with `waiting`: how many invitations are open."""
        is_waiting = Q(
            invitation__accepted_at=None, invitation__withdrawn_at=None, invitation__expires_at__gt=now
        )
        members = Membership.objects.standing().filter(cohort=OuterRef("pk"))
        waiting = CohortInvitation.objects.filter(is_waiting, cohort=OuterRef("pk"))
        return self.annotate(members=_number_of(members), waiting=_number_of(waiting))

    def soonest_first(self) -> Self:
        return self.order_by("target_on", "pk")


def _number_of(rows: models.QuerySet[Any]) -> Coalesce:
    """Count in a subquery of its own: two joins would multiply each other."""
    counted = rows.order_by().values("cohort").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


class Cohort(models.Model):
    """People who aim for the same level by the same date, and whoever keeps an eye on how they get on."""

    name = models.CharField(max_length=120)
    framework_version = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="+")
    current_level = models.CharField(max_length=20)
    target_level = models.CharField(max_length=20)
    target_on = models.DateField("target date")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # The id of the form that made it: the same form sent twice is one cohort.
    save_id = models.UUIDField(unique=True, default=uuid.uuid4)
    revision = models.PositiveIntegerField(default=1)

    # What `with_counts` adds.
    members: int
    waiting: int

    objects = CohortQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def framework(self) -> Framework:
        """The framework as it was when the cohort was made; cached for the process."""
        return content_of(self.framework_version_id)


class OrganiserQuerySet(models.QuerySet["Organiser"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(cohort=cohort).select_related("user").order_by("pk")

    def may_invite(self) -> Self:
        return self.filter(user__is_active=True, user__may_create_cohorts=True)


class Organiser(models.Model):
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="organisers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organised")

    objects = OrganiserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "cohort"], name="organises_a_cohort_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} organises {self.cohort}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def standing(self) -> Self:
        return self.filter(left_at=None)

    def visible_to(self, user: User) -> Self:
        """One's own, and those of the cohorts one organises."""
        return self.filter(Q(user=user) | Q(cohort__in=Cohort.objects.visible_to(user)))

    def editable_by(self, user: User) -> Self:
        """Whoever may end it: the person themselves and the cohort's organisers."""
        return self.visible_to(user)

    def of_user(self, user: User) -> Self:
        return self.filter(user=user)

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(cohort=cohort)

    def with_cohort(self) -> Self:
        return self.select_related("cohort", "user")

    def newest_first(self) -> Self:
        return self.order_by("-joined_at", "-pk")


class Membership(models.Model):
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"], condition=Q(left_at=None), name="one_standing_membership_a_cohort"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")), name="left_after_joining"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.cohort}"


class CohortInvitationQuerySet(models.QuerySet["CohortInvitation"]):
    def editable_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.editable_by(user))

    def visible_to(self, user: User) -> Self:
        return self.editable_by(user)

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(cohort=cohort)

    def of_invitation(self, invitation: Invitation) -> Self:
        return self.filter(invitation=invitation)

    def waiting(self, now: datetime) -> Self:
        return self.filter(
            invitation__accepted_at=None, invitation__withdrawn_at=None, invitation__expires_at__gt=now
        )

    def not_joined(self) -> Self:
        """Waiting or expired: whoever was asked and has not come, and was not called off."""
        return self.filter(invitation__accepted_at=None, invitation__withdrawn_at=None)

    def with_invitation(self) -> Self:
        return self.select_related("invitation", "cohort")

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def before(self, pk: str) -> Self:
        """Return the rows older than the one with this key; anything but a key changes nothing."""
        return self.filter(pk__lt=int(pk)) if _A_KEY.fullmatch(pk) else self

    def counted(self, now: datetime) -> dict[str, int]:
        """Count all, those who joined, those that wait and those that expired; one statement."""
        not_joined = Q(invitation__accepted_at=None, invitation__withdrawn_at=None)
        return self.aggregate(
            sent=Count("pk"),
            joined=Count("pk", filter=Q(invitation__accepted_at__isnull=False)),
            waiting=Count("pk", filter=not_joined & Q(invitation__expires_at__gt=now)),
            expired=Count("pk", filter=not_joined & Q(invitation__expires_at__lte=now)),
        )


class CohortInvitation(models.Model):
    """What an invitation of kind `cohort` is for."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="invitations")
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="cohort_invitation")

    objects = CohortInvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["cohort", "-id"], name="cohort_invitations_newest")]

    def __str__(self) -> str:
        return f"{self.invitation} for {self.cohort}"
