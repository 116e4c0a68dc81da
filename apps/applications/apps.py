from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "apps.applications"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.applications import facts as own_facts
        from apps.applications import private_texts as own_texts
        from apps.candidates import destinations, facts
        from apps.web import navigation, policy
        from apps.web.navigation import Entry, Tab, has
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN

        policy.add(
            "applications",
            {
                "manager": (GET, SIGNED_IN),
                "support": (POST, SIGNED_IN),
                "conversation_new": (GET_POST, SIGNED_IN),
                "conversation_edit": (GET_POST, SIGNED_IN),
                "conversation_delete": (POST, SIGNED_IN),
                "conversation_undo": (POST, SIGNED_IN),
                "performance": (GET, SIGNED_IN),
                "performance_new": (GET_POST, SIGNED_IN),
                "performance_edit": (GET_POST, SIGNED_IN),
                "performance_delete": (POST, SIGNED_IN),
                "performance_undo": (POST, SIGNED_IN),
            },
        )
        navigation.add(
            Entry(
                "applications:manager",
                "Manager",
                "briefcase-business",
                "candidate",
                key="g",
                visible=has("candidate"),
                tabs="manager",
                # Beside the people who read what is shared: after Mentors.
                rank=64,
            )
        )
        navigation.add_tabs(
            "manager",
            Tab(
                "applications:manager",
                "Support and conversations",
                10,
                covers=(
                    "applications:support",
                    "applications:conversation_new",
                    "applications:conversation_edit",
                ),
            ),
            Tab(
                "applications:performance",
                "Performance records",
                20,
                covers=("applications:performance_new", "applications:performance_edit"),
            ),
        )
        private_texts.add(own_texts.CONVERSATIONS, own_texts.SUPPORT, own_texts.PERFORMANCE)
        destinations.add({"manager": "applications:manager", "performance": "applications:performance"})
        facts.add(own_facts.SUPPORT, own_facts.support)
        facts.add(own_facts.PERFORMANCE, own_facts.performance)
