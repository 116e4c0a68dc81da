"""Writes to projects: what a project could show is evidence of its owner's candidacy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.projects.models import Project
from apps.web.versioned import write_from


@transaction.atomic
def create_project(values: Mapping[str, Any], *, by: User, save_id: UUID | None = None) -> Project:
    """Make a project, or bring the one this very form made before to `values`.

    Raises StaleSave when that one was changed since: whoever goes back to the form loses nothing.
    """
    if save_id is None:
        project, is_new = Project.objects.create(owner=by, **values), True
    else:
        project, is_new = Project.objects.get_or_create(owner=by, save_id=save_id, defaults=dict(values))
    if not is_new:
        return change_project(project, values, started_from=1, by=by)
    _raise_evidence_rev(by)
    return project


@transaction.atomic
def change_project(project: Project, values: Mapping[str, Any], *, started_from: int, by: User) -> Project:
    """Write `values` if nobody saved since revision `started_from`, else raise StaleSave.

    Sending the same change twice is one change.
    """
    stored, has_changed = write_from(started_from, Project.objects.all(), project.pk, values)
    if has_changed:
        _raise_evidence_rev(by)
    return stored


def _raise_evidence_rev(person: User) -> None:
    Candidacy.objects.open().editable_by(person).raise_evidence_rev()
