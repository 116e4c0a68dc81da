"""Holding all mail and letting it go: a restored copy must not send what the original sent."""

from django.db import transaction

from apps.mail.models import Hold, Message, Status


@transaction.atomic
def hold(reason: str) -> bool:
    """Send nothing from now on; return whether it was not held before. Mails under way end."""
    if Hold.objects.exists():
        return False
    Hold.objects.create(reason=reason)
    return True


def hold_restored_copy() -> str:
    """Hold the mail of a copy just restored; the original may have sent what still waits in it."""
    hold("restored from a backup")
    return "mail is held: when this copy takes over, `manage.py mail release` (with --discard if the original went on)"


@transaction.atomic
def release(*, is_discarding: bool) -> int:
    """Send again; return how many mails were discarded: those that waited, where the original sent them."""
    Hold.objects.all().delete()
    if not is_discarding:
        return 0
    waiting = Message.objects.filter(status__in=[Status.PENDING, Status.LEASED])
    return waiting.update(
        status=Status.CANCELLED, reason="Discarded after a restore", lease_token=None, lease_until=None
    )


def revive() -> int:
    """Try every mail that was given up again; return how many those are."""
    return Message.objects.dead().revive()
