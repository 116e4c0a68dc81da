from celery import shared_task

from apps.mail import delivery, outbox


@shared_task
def deliver() -> None:
    """Send what is due, up to a few hundred mails over one connection; the next tick goes on."""
    delivery.deliver_due()


@shared_task
def prune() -> None:
    outbox.prune()
