from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "bench"

    def ready(self) -> None:
        from apps.web import policy
        from apps.web.policy import ANYONE, GET, SIGNED_IN

        policy.add("bench", {"floor": (GET, SIGNED_IN), "hello": (GET, ANYONE)})
