"""How many people there are, for whoever watches the installation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q

from apps.accounts.models import Invitation, User
from apps.web.health import Gauge


def gauges(now: datetime) -> Iterator[Gauge]:
    """Two statements."""
    people = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        deactivated=Count("pk", filter=Q(is_active=False)),
        seen_this_week=Count("pk", filter=Q(is_active=True, last_login__gt=now - timedelta(days=7))),
    )
    for state in ("active", "deactivated"):
        yield Gauge("people", "Accounts.", people[state], {"state": state})
    yield Gauge(
        "people_signed_in_this_week", "People who signed in within seven days.", people["seen_this_week"]
    )
    yield Gauge(
        "invitations_open", "Invitations that wait for an answer.", Invitation.objects.open(now).count()
    )
