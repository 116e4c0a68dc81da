"""What may stand behind a rating, a note or a closed action: one of a person's own things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Self

from django.db import models
from django.db.models import Func, IntegerField, Value
from django.db.models.lookups import Exact

from apps.accounts.models import User
from apps.projects.models import Project
from apps.scope.models import Decision, Snapshot
from apps.stories.models import Story

# How many of each kind are offered, the newest.
MOST_OFFERED = 200

type Target = Story | Project | Decision | Snapshot


def _own_stories(user: User) -> models.QuerySet[Any]:
    return Story.objects.visible_to(user).in_use().order_by("-edited_at", "-pk")


def _own_projects(user: User) -> models.QuerySet[Any]:
    return Project.objects.visible_to(user).order_by("-created_at", "-pk")


def _own_decisions(user: User) -> models.QuerySet[Any]:
    return Decision.objects.visible_to(user).newest_first()


def _own_snapshots(user: User) -> models.QuerySet[Any]:
    return Snapshot.objects.visible_to(user).newest_first()


# By the name of the column that points there: what a list calls them, and a person's own.
TARGETS: Final[dict[str, tuple[str, Callable[[User], models.QuerySet[Any]]]]] = {
    "story": ("Stories", _own_stories),
    "project": ("Projects", _own_projects),
    "decision": ("Decisions", _own_decisions),
    "snapshot": ("Scope", _own_snapshots),
}


class EvidenceQuerySet[Row: EvidencePointer](models.QuerySet[Row]):
    def standing(self) -> Self:
        """Those whose target was not deleted."""
        return self.filter(story__deleted_at=None, decision__deleted_at=None, snapshot__deleted_at=None)

    def with_targets(self) -> Self:
        return self.select_related(*TARGETS)


class EvidencePointer(models.Model):
    """Names exactly one story, project, decision or scope snapshot."""

    story = models.ForeignKey(Story, models.CASCADE, null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="+")
    decision = models.ForeignKey(Decision, models.CASCADE, null=True, blank=True, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Func(*TARGETS, function="num_nonnulls", output_field=IntegerField()), Value(1)
                ),
                name="%(class)s_names_one_thing",
            )
        ]

    @property
    def target(self) -> Target:
        """Return what it names; no statement after `with_targets()`."""
        things: list[Target | None] = [self.story, self.project, self.decision, self.snapshot]
        return next(thing for thing in things if thing is not None)


def offered_to(user: User, *kinds: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a person's own things of these kinds as grouped choices, named `kind:id`; a statement a kind."""
    groups = []
    for kind in kinds or TARGETS:
        heading, own = TARGETS[kind]
        rows = [(f"{kind}:{thing.pk}", str(thing)) for thing in own(user)[:MOST_OFFERED]]
        if rows:
            groups.append((heading, rows))
    return groups


class NoSuchEvidence(Exception):
    """It names nothing, or something that is not this person's; a page answers 404 to both."""


def target_named(name: str, *, by: User) -> dict[str, Target]:
    """Return the column and the thing that `kind:id` names among this person's own."""
    kind, _, pk = name.partition(":")
    if kind not in TARGETS or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        raise NoSuchEvidence(name)
    thing = TARGETS[kind][1](by).filter(pk=int(pk)).first()
    if thing is None:
        raise NoSuchEvidence(name)
    return {kind: thing}
