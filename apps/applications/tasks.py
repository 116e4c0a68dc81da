from celery import shared_task
from django.utils import timezone

from apps.applications.models import Conversation, PerformanceRecord


@shared_task
def end_deletions() -> None:
    """Really delete what can be brought back no more."""
    now = timezone.now()
    Conversation.objects.beyond_undo(now).delete()
    PerformanceRecord.objects.beyond_undo(now).delete()
