from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "apps.reviews"

    def ready(self) -> None:
        from apps.accounts import private_texts
        from apps.candidates import destinations, facts
        from apps.reviews import mails
        from apps.reviews import private_texts as own_texts
        from apps.reviews.models import Review
        from apps.web import navigation, policy
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN

        policy.add(
            "reviews",
            {
                "index": (GET, SIGNED_IN),
                "queue": (GET, SIGNED_IN),
                "edit": (GET_POST, SIGNED_IN),
                "show": (GET, SIGNED_IN),
                "send": (POST, SIGNED_IN),
                "withdraw": (POST, SIGNED_IN),
                "comment_new": (POST, SIGNED_IN),
                "comment_edit": (POST, SIGNED_IN),
                "comment_delete": (POST, SIGNED_IN),
                "comment_restore": (POST, SIGNED_IN),
                "comment_resolve": (POST, SIGNED_IN),
                "comment_reopen": (POST, SIGNED_IN),
                "ask": (GET_POST, SIGNED_IN),
            },
        )
        navigation.add(
            navigation.Entry(
                "reviews:index",
                "Reviews",
                "message-square-text",
                "candidate",
                key="v",
                visible=navigation.has("candidate"),
                covers=("reviews:show", "reviews:ask"),
                rank=62,
            ),
            navigation.Entry(
                "reviews:queue",
                "Review queue",
                "inbox",
                "mentor",
                key="q",
                visible=navigation.has("mentor"),
                covers=("reviews:edit", "reviews:send"),
            ),
        )
        mails.add_kinds()
        private_texts.add(own_texts.REVIEWS)
        destinations.add({"reviews": "reviews:index", "queue": "reviews:queue"})
        facts.add(
            ("reviews_asked", "reviews_received", "reviews_with_changes_asked"),
            lambda candidacies, _: Review.objects.counted_for(candidacies),
        )
