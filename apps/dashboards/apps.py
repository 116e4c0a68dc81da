from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "apps.dashboards"

    def ready(self) -> None:
        from apps.web import navigation
        from apps.web.navigation import Entry, has
        from apps.web.policy import GET, SIGNED_IN, add

        add("dashboards", {"home": (GET, SIGNED_IN)})
        navigation.add(
            Entry("dashboards:home", "Today", "sun", "candidate", "t", visible=has("candidate"), rank=0)
        )
