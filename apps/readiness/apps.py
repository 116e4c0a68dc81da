from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    name = "apps.readiness"

    def ready(self) -> None:
        from apps.candidates import destinations, facts
        from apps.readiness import facts as own_facts
        from apps.web import navigation
        from apps.web.navigation import Entry, Tab, has
        from apps.web.policy import GET, SIGNED_IN, add

        add("readiness", dict.fromkeys(("index", "show", "sustained", "factors"), (GET, SIGNED_IN)))
        navigation.add(
            Entry(
                "readiness:index",
                "Readiness",
                "layout-grid",
                "candidate",
                "r",
                visible=has("candidate"),
                rank=52,
                tabs="readiness",
            )
        )
        navigation.add_tabs(
            "readiness",
            Tab("readiness:index", "Coverage", 10, covers=("readiness:show",)),
            Tab("readiness:sustained", "Over time", 50),
            Tab("readiness:factors", "Factors", 60),
        )
        destinations.add({"readiness": "readiness:index"})
        facts.add(own_facts.OF_STANDINGS, own_facts.count)
        facts.add(own_facts.OF_CHANGES, own_facts.count_changes)
        facts.add(own_facts.OF_REACH, own_facts.count_reach)
