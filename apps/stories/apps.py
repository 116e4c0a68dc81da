from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "apps.stories"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.candidates import destinations, facts
        from apps.stories import facts as own_facts
        from apps.stories import private_texts as own_texts
        from apps.web import navigation
        from apps.web.navigation import Entry, has
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN, add

        add(
            "stories",
            {
                "wins": (GET, SIGNED_IN),
                "win_new": (GET_POST, SIGNED_IN),
                "win_edit": (GET_POST, SIGNED_IN),
                "win_delete": (POST, SIGNED_IN),
                "win_undo": (POST, SIGNED_IN),
                "win_story": (POST, SIGNED_IN),
                "index": (GET, SIGNED_IN),
                "new": (POST, SIGNED_IN),
                "edit": (GET_POST, SIGNED_IN),
                "metric_new": (GET, SIGNED_IN),
                "show": (GET, SIGNED_IN),
                "history": (GET, SIGNED_IN),
                "version": (GET, SIGNED_IN),
                "restore": (POST, SIGNED_IN),
                "archive": (POST, SIGNED_IN),
                "unarchive": (POST, SIGNED_IN),
                "delete": (POST, SIGNED_IN),
                "undo": (POST, SIGNED_IN),
            },
        )
        navigation.add(
            Entry(
                "stories:wins",
                "Wins",
                "sparkles",
                "candidate",
                "w",
                visible=has("candidate"),
                covers=("stories:win_new", "stories:win_edit"),
            ),
            Entry("stories:index", "Stories", "notebook-pen", "candidate", "s", visible=has("candidate")),
        )
        navigation.set_primary("stories:win_new", "Log a win", "n", visible=has("candidate"))
        private_texts.add(own_texts.STORIES, own_texts.WINS)
        destinations.add({"wins": "stories:wins", "stories": "stories:index"})
        facts.add(own_facts.COUNTED, own_facts.count)
        facts.add(own_facts.OF_CONTENT, own_facts.count_content)
