from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    name = "apps.readiness"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.candidates import destinations, facts
        from apps.readiness import facts as own_facts
        from apps.readiness import policy
        from apps.readiness import private_texts as own_texts
        from apps.readiness.models.gaps import ACTIONS_COUNTED, GAPS_COUNTED
        from apps.web import navigation
        from apps.web.navigation import Entry, Tab, has

        policy.add_rows()
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
        behind_gaps = (
            "readiness:gap_new",
            "readiness:gap_edit",
            "readiness:action_new",
            "readiness:action_edit",
            "readiness:action_finish",
        )
        navigation.add_tabs(
            "readiness",
            Tab("readiness:index", "Coverage", 10, covers=("readiness:show", "readiness:evidence")),
            Tab("readiness:indicators", "Indicators", 20),
            Tab("readiness:principles", "Principles", 30, covers=("readiness:principle",)),
            Tab("readiness:gaps", "Gaps", 40, covers=behind_gaps),
            Tab("readiness:sustained", "Over time", 50),
            Tab("readiness:factors", "Factors", 60),
            Tab("readiness:talk", "Talk about this", 80),
        )
        destinations.add({"readiness": "readiness:index", "gaps": "readiness:gaps"})
        private_texts.add(own_texts.GAPS, own_texts.ACTIONS, own_texts.NOTES, own_texts.RATINGS)
        facts.add(GAPS_COUNTED, own_facts.count_gaps)
        facts.add(ACTIONS_COUNTED, own_facts.count_actions)
        facts.add(own_facts.OF_STANDINGS, own_facts.count)
        facts.add(own_facts.OF_CHANGES, own_facts.count_changes)
        facts.add(own_facts.OF_REACH, own_facts.count_reach)
