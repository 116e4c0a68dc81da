from django.apps import AppConfig


class ScopeConfig(AppConfig):
    name = "apps.scope"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.candidates import destinations, facts
        from apps.scope import facts as own_facts
        from apps.scope import private_texts as own_texts
        from apps.web import navigation, policy
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN

        policy.add(
            "scope",
            {
                "index": (GET, SIGNED_IN),
                "new": (GET_POST, SIGNED_IN),
                "count": (POST, SIGNED_IN),
                "edit": (GET_POST, SIGNED_IN),
                "delete": (POST, SIGNED_IN),
                "undo": (POST, SIGNED_IN),
                "decision_new": (GET_POST, SIGNED_IN),
                "decision_edit": (GET_POST, SIGNED_IN),
                "decision_delete": (POST, SIGNED_IN),
                "decision_undo": (POST, SIGNED_IN),
            },
        )
        behind = ("scope:new", "scope:edit", "scope:decision_new", "scope:decision_edit")
        navigation.add_tabs("readiness", navigation.Tab("scope:index", "Scope", 70, covers=behind))
        private_texts.add(own_texts.SNAPSHOTS, own_texts.DECISIONS)
        destinations.add({"scope": "scope:index"})
        facts.add(own_facts.COUNTED, own_facts.count)
        facts.add(("decisions_made",), own_facts.count_decisions)
