from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "apps.dashboards"

    def ready(self) -> None:
        from apps.accounts.policy import ORGANISER
        from apps.candidates import destinations
        from apps.web import navigation
        from apps.web.navigation import Entry, has
        from apps.web.policy import GET, SIGNED_IN, add

        add(
            "dashboards",
            {
                "home": (GET, SIGNED_IN),
                "overview": (GET, ORGANISER),
                "cohort": (GET, ORGANISER),
                "organiser_view": (GET, SIGNED_IN),
                "change_preview": (GET, SIGNED_IN),
            },
        )
        # Of all cohorts somebody organises: who is silent, who has no mentor.
        destinations.add({"board": "dashboards:overview"})
        navigation.add(
            Entry("dashboards:home", "Today", "sun", "candidate", "t", visible=has("candidate"), rank=0),
            Entry(
                "dashboards:overview", "Overview", "gauge", "organiser", "o", visible=ORGANISER.allows, rank=0
            ),
        )
