from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from apps.web.tasks import clear_expired

pytestmark = pytest.mark.django_db


def cached_rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def session(*, lasting: timedelta) -> str:
    store = SessionStore()
    store.create()
    Session.objects.filter(pk=store.session_key).update(expire_date=timezone.now() + lasting)
    return store.session_key or ""


def test_clear_expired_keeps_what_is_still_good() -> None:
    over, good = session(lasting=timedelta(days=-1)), session(lasting=timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache")
    cache.set("over", 1, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() - interval '1 minute'")
    cache.set("good", 2, timeout=60)

    clear_expired()

    assert list(Session.objects.filter(pk__in=[over, good]).values_list("pk", flat=True)) == [good]
    assert cache.get("good") == 2
    assert cached_rows() == 1


def test_a_job_can_be_sent_without_a_broker() -> None:
    assert clear_expired.delay().id
