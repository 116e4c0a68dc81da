from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "apps.web"

    def ready(self) -> None:
        from apps.web import checks, policy  # noqa: F401  (importing registers the checks)
        from apps.web.policy import ANYONE, GET, POST, Audience

        # Public as far as the table goes, for Prometheus does not sign in: the view asks for the token.
        by_token = Audience("administrator or METRICS_TOKEN", lambda user: user.is_staff, is_public=True)

        policy.add(
            "web",
            {
                "healthz": (GET, ANYONE),
                "readyz": (GET, ANYONE),
                "metrics": (GET, by_token),
                "theme": (POST, ANYONE),
                "styleguide": (GET, ANYONE),
            },
        )
