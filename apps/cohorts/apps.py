from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "apps.cohorts"

    def ready(self) -> None:
        from apps.accounts.policy import ORGANISER
        from apps.web import navigation, policy
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN

        policy.add(
            "cohorts",
            {
                "index": (GET, ORGANISER),
                "new": (GET_POST, ORGANISER),
                "invite": (GET_POST, ORGANISER),
                "edit": (GET_POST, ORGANISER),
                "organiser_new": (POST, ORGANISER),
                "invitations": (GET, ORGANISER),
                "invitation_renew": (POST, ORGANISER),
                "invitation_withdraw": (POST, ORGANISER),
                # Members leave by themselves, organisers let somebody out.
                "membership_end": (POST, SIGNED_IN),
            },
        )
        navigation.add(
            navigation.Entry(
                "cohorts:index",
                "Cohorts",
                "users",
                "organiser",
                key="c",
                visible=ORGANISER.allows,
                covers=("dashboards:cohort",),
                rank=10,
            )
        )
