"""What an administrator with a reason may read of what somebody noted about their manager and their cycles."""

from apps.accounts.private_texts import Kind
from apps.applications.models import Conversation, PerformanceRecord, SupportAnswer


def _record(record: PerformanceRecord) -> list[tuple[str, str]]:
    return [
        ("Cycle", record.cycle),
        ("The company’s rating", record.company_rating),
        ("What was said", record.said),
        ("Link", record.link),
        ("Where it is kept", record.kept_at),
    ]


CONVERSATIONS = Kind(
    "conversation",
    "Conversation with a manager",
    lambda person: Conversation.objects.filter(owner=person),
    lambda noted: [("Talked about", noted.talked_about), ("Agreed", noted.agreed)],
)
SUPPORT = Kind(
    "support",
    "Answer of a manager",
    lambda person: SupportAnswer.objects.filter(candidacy__person=person),
    lambda answer: [("Reason", answer.reason)],
)
PERFORMANCE = Kind(
    "performance",
    "Performance record",
    lambda person: PerformanceRecord.objects.filter(owner=person),
    _record,
)
