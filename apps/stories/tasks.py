from datetime import timedelta

from celery import shared_task
from django.db.models import Max
from django.db.models.functions import TruncHour
from django.utils import timezone

from apps.stories.models import StoryRevision

SAVE_IDS_ARE_KEPT_FOR = timedelta(days=7)
EVERY_REVISION_IS_KEPT_FOR = timedelta(days=90)


@shared_task
def prune_revisions() -> None:
    """Forget old save ids, thin old revisions to one an hour."""
    now = timezone.now()
    StoryRevision.objects.filter(saved_at__lt=now - SAVE_IDS_ARE_KEPT_FOR).exclude(save_id=None).update(
        save_id=None
    )
    old = StoryRevision.objects.filter(saved_at__lt=now - EVERY_REVISION_IS_KEPT_FOR)
    last_of_each_hour = (
        old.annotate(hour=TruncHour("saved_at")).values("story", "hour").annotate(last=Max("pk"))
    )
    old.exclude(pk__in=last_of_each_hour.values("last")).delete()
