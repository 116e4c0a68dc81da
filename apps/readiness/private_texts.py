"""What an administrator with a reason may read of gaps and their actions."""

from apps.accounts.private_texts import Kind
from apps.readiness.models import Action, Gap

GAPS = Kind(
    "gap",
    "Gap",
    lambda person: Gap.objects.filter(candidacy__person=person),
    lambda gap: [
        ("Title", gap.title),
        ("What is missing", gap.missing),
        ("Evidence wanted", gap.evidence_wanted),
        ("Word", gap.word),
    ],
)
ACTIONS = Kind(
    "action",
    "Action",
    lambda person: Action.objects.filter(gap__candidacy__person=person),
    lambda action: [
        ("Title", action.title),
        ("Evidence wanted", action.evidence_wanted),
        ("Progress", action.progress),
        ("Word", action.word),
    ],
)
