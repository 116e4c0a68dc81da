"""What is known of the manager and of past cycles, by the names of the frameworks' vocabulary."""

from collections.abc import Mapping, Sequence
from datetime import date

from apps.applications.models import PerformanceRecord, Support, SupportAnswer
from apps.candidates.facts import Figure
from apps.candidates.models import Candidacy

SUPPORT = ("manager_asked", "manager_supports")
PERFORMANCE = ("performance_records", "last_performance_at_the_bar")
AT_THE_BAR = 3


def support(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, Figure]]:
    """Read the newest answer of each candidacy; one statement."""
    newest = SupportAnswer.objects.newest_by_candidacy(candidacies)
    found = {}
    for candidacy in candidacies:
        state = newest.get(candidacy.pk, Support.NOT_ASKED.value)
        found[candidacy.pk] = {
            "manager_asked": float(state != Support.NOT_ASKED),
            "manager_supports": float(state == Support.YES),
        }
    return found


def performance(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, Figure]]:
    """Count each person's records; one statement.

    Without a record, or without a rating on our scale in the newest, nobody knows how the last cycle was.
    """
    counted = PerformanceRecord.objects.counted_for(candidacy.person_id for candidacy in candidacies)
    found: dict[int, Mapping[str, Figure]] = {}
    for candidacy in candidacies:
        number, last = counted.get(candidacy.person_id, (0, None))
        found[candidacy.pk] = {
            "performance_records": number,
            "last_performance_at_the_bar": None if last is None else float(last >= AT_THE_BAR),
        }
    return found
