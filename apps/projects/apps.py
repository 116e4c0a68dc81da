from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "apps.projects"

    def ready(self) -> None:
        from apps.candidates import destinations, facts
        from apps.projects.models import COUNTED, Project
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
        destinations.add({"projects": "projects:index"})
        facts.add(COUNTED, lambda candidacy, _: Project.objects.of_owner(candidacy.person_id).counted())
