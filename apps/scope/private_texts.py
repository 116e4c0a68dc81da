"""What an administrator with a reason may read of scope snapshots and decisions."""

from apps.accounts.private_texts import Kind
from apps.scope.growth import LISTS
from apps.scope.models import Decision, Snapshot


def _snapshot(snapshot: Snapshot) -> list[tuple[str, str]]:
    lists = [(name.replace("_", " ").capitalize(), "\n".join(getattr(snapshot, name))) for name in LISTS]
    return [*lists, ("Note", snapshot.note)]


def _decision(decision: Decision) -> list[tuple[str, str]]:
    return [
        ("Title", decision.title),
        ("Teams", "\n".join(decision.teams)),
        ("What was weighed up", decision.reasoning),
        ("Link", decision.link),
    ]


SNAPSHOTS = Kind(
    "snapshot", "Scope snapshot", lambda person: Snapshot.objects.filter(owner=person), _snapshot
)
DECISIONS = Kind("decision", "Decision", lambda person: Decision.objects.filter(owner=person), _decision)
