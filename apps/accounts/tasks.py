from celery import shared_task
from django.apps import apps
from django.utils import timezone

from apps.accounts.owned import OwnedQuerySet


@shared_task
def end_deletions() -> None:
    """Really delete what its owner deleted longer ago than can be undone, of whatever kind."""
    now = timezone.now()
    for model in apps.get_models():
        manager = model._meta.default_manager
        if manager and isinstance(rows := manager.all(), OwnedQuerySet):
            rows.beyond_undo(now).delete()
