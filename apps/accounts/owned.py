"""Rows that one person owns and can delete with an undo: whose they are, and whether they are there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from apps.accounts.models import User

DELETION_CAN_BE_UNDONE_FOR = timedelta(days=30)


class OwnedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """For models with `owner` and `deleted_at`."""

    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def editable_by(self, user: User) -> Self:
        return self.alive().filter(owner=user)

    def visible_to(self, user: User) -> Self:
        return self.editable_by(user)

    def deleted_by(self, user: User, now: datetime) -> Self:
        """Those whose deletion can still be undone."""
        return self.filter(owner=user, deleted_at__gt=now - DELETION_CAN_BE_UNDONE_FOR)

    def beyond_undo(self, now: datetime) -> Self:
        """Those that are really to go now."""
        return self.filter(deleted_at__lt=now - DELETION_CAN_BE_UNDONE_FOR)
