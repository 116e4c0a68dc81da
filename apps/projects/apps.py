from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from apps.candidates.models import Candidacy


class ProjectsConfig(AppConfig):
    name = "apps.projects"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.candidates import destinations, facts
        from apps.projects import private_texts as own_texts
        from apps.projects.models import COUNTED
        from apps.web import navigation, policy
        from apps.web.policy import GET, GET_POST, SIGNED_IN

        policy.add(
            "projects",
            {"index": (GET, SIGNED_IN), "new": (GET_POST, SIGNED_IN), "edit": (GET_POST, SIGNED_IN)},
        )
        navigation.add(
            navigation.Entry(
                "projects:index",
                "Projects",
                "folder-kanban",
                "candidate",
                key="p",
                visible=navigation.has("candidate"),
                rank=51,
            )
        )
        private_texts.add(own_texts.PROJECTS)
        destinations.add({"projects": "projects:index"})
        facts.add(COUNTED, _count)


def _count(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, int]]:
    from apps.projects.models import Project

    owned = Project.objects.counted_for(candidacy.person_id for candidacy in candidacies)
    return {candidacy.pk: owned[candidacy.person_id] for candidacy in candidacies}
