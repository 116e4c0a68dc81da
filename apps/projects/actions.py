"""Writes to projects: what a project could show is evidence of its owner's candidacy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.projects.models import Project


class StaleSave(Exception):
    """The project was saved elsewhere since the form was opened; `saved` is how it stands."""

    def __init__(self, saved: Project) -> None:
        super().__init__(f"project {saved.pk} is at revision {saved.revision}")
        self.saved = saved


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
    stored = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if all(getattr(stored, name) == value for name, value in values.items()):
        return stored
    if stored.revision != started_from:
        raise StaleSave(stored)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.revision += 1
    stored.save(update_fields=[*values, "revision"])
    _raise_evidence_rev(by)
    return stored


def _raise_evidence_rev(person: User) -> None:
    Candidacy.objects.open().editable_by(person).raise_evidence_rev()
