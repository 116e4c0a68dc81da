from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "apps.web"

    def ready(self) -> None:
        from apps.web import checks, policy  # noqa: F401  (importing registers the checks)
        from apps.web.policy import ANYONE, GET, POST

        policy.add(
            "web",
            {
                "healthz": (GET, ANYONE),
                "readyz": (GET, ANYONE),
                "theme": (POST, ANYONE),
                "styleguide": (GET, ANYONE),
            },
        )
