"""Writes to projects: what a project could show is evidence of its owner's candidacy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.projects.models import Project


class StaleSave(Exception):
    """The project was saved elsewhere since the form was opened; nothing was written."""


@transaction.atomic
def create_project(values: Mapping[str, Any], *, by: User) -> Project:
    project = Project.objects.create(owner=by, **values)
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
        raise StaleSave
    for name, value in values.items():
        setattr(stored, name, value)
    stored.revision += 1
    stored.save(update_fields=[*values, "revision"])
    _raise_evidence_rev(by)
    return stored


def _raise_evidence_rev(person: User) -> None:
    Candidacy.objects.open().editable_by(person).raise_evidence_rev()
