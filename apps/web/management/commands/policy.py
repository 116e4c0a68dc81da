from typing import Any

from django.core.management.base import BaseCommand

from apps.web import policy


class Command(BaseCommand):
    help = "Print every route, its methods and who may call it."

    def handle(self, *args: Any, **options: Any) -> None:
        paths = dict(policy.routes())
        for rule in policy.table():
            methods = ",".join(method for method in rule.methods if method != "HEAD")
            self.stdout.write(
                f"{rule.route:44} {methods:10} {rule.who.name:16} /{paths.get(rule.route, '?')}"
            )
