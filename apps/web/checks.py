"""System checks: the policy table and the URLconf name the same routes."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register

from apps.web import policy


@register("policy")
def every_route_has_a_policy_row(**_: Any) -> Iterable[CheckMessage]:
    known = {route for route, _ in policy.routes()}
    known |= {f"{route.rpartition(':')[0]}:*" for route in known}
    for route, path in policy.routes():
        if policy.rule_for(route) is None:
            yield Error(f"The route {route or path!r} has no policy row.", id="policy.E001")
    for rule in policy.rules():
        if rule.route not in known:
            yield Error(f"The policy row {rule.route!r} names no route.", id="policy.E002")
