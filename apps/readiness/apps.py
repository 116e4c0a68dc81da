from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    name = "apps.readiness"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.candidates import destinations, facts
        from apps.readiness import facts as own_facts
        from apps.readiness import private_texts as own_texts
        from apps.readiness.models.gaps import ACTIONS_COUNTED, GAPS_COUNTED
        from apps.web import navigation
        from apps.web.navigation import Entry, Tab, has
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN, add

        add("readiness", dict.fromkeys(("index", "show", "sustained", "factors"), (GET, SIGNED_IN)))
        add(
            "readiness",
            {
                "gaps": (GET, SIGNED_IN),
                "gap_accept": (POST, SIGNED_IN),
                "gap_dismiss": (POST, SIGNED_IN),
                "gap_new": (GET_POST, SIGNED_IN),
                "gap_edit": (GET_POST, SIGNED_IN),
                "gap_settle": (POST, SIGNED_IN),
                "gap_reopen": (POST, SIGNED_IN),
                "action_new": (GET_POST, SIGNED_IN),
                "action_edit": (GET_POST, SIGNED_IN),
                "action_finish": (GET_POST, SIGNED_IN),
                "action_drop": (POST, SIGNED_IN),
                "action_reopen": (POST, SIGNED_IN),
            },
        )
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
            Tab("readiness:index", "Coverage", 10, covers=("readiness:show",)),
            Tab("readiness:gaps", "Gaps", 40, covers=behind_gaps),
            Tab("readiness:sustained", "Over time", 50),
            Tab("readiness:factors", "Factors", 60),
        )
        destinations.add({"readiness": "readiness:index", "gaps": "readiness:gaps"})
        private_texts.add(own_texts.GAPS, own_texts.ACTIONS)
        facts.add(GAPS_COUNTED, own_facts.count_gaps)
        facts.add(ACTIONS_COUNTED, own_facts.count_actions)
        facts.add(own_facts.OF_STANDINGS, own_facts.count)
        facts.add(own_facts.OF_CHANGES, own_facts.count_changes)
        facts.add(own_facts.OF_REACH, own_facts.count_reach)
