from celery import shared_task

from apps.reminders import ticks


@shared_task
def tick() -> None:
    """Plan what is due; the same that `deliver --loop` does without Celery."""
    ticks.tick()
