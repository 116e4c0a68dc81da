"""How many candidacies are in which phase, for whoever watches the installation."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count

from apps.candidates.models import Candidacy
from apps.candidates.phases import current_window, phase_windows
from apps.frameworks.models import content_of
from apps.web.health import Gauge


def gauges(now: datetime) -> Iterator[Gauge]:
    """Count the open candidacies by phase; one statement, and one for each framework not yet held."""
    groups = (
        Candidacy.objects.open()
        .values_list("framework_version_id", "target_on", "started_on", "decided_on")
        .annotate(candidacies=Count("pk"))
        .order_by()
    )
    by_phase: Counter[str] = Counter()
    for version_id, target_on, started_on, decided_on, candidacies in groups:
        phases = content_of(version_id).phases
        windows = phase_windows(
            phases, target_on=target_on, started_on=started_on, today=now.date(), decided_on=decided_on
        )
        # One that nobody is in just now keeps its curve.
        by_phase.update({phase.key: 0 for phase in phases})
        by_phase[current_window(windows).phase.key] += candidacies
    for phase, number in sorted(by_phase.items()):
        yield Gauge("candidacies", "Open candidacies, by the phase they are in.", number, {"phase": phase})
