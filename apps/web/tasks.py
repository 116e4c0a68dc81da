from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection


@shared_task
def clear_expired() -> None:
    """Delete the sessions and cached values whose time is over; Django itself only stops reading them."""
    SessionStore.clear_expired()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < now()")
