import os

import pytest
from django.apps import apps
from django.db import connection

from tests import databases


@pytest.mark.django_db
def test_each_process_has_a_copy_of_the_template_to_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (f"starboard_test_{os.getpid()}",)
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'starboard_template_%'")
        assert cursor.fetchall() == [(f"starboard_template_{databases._migrations_hash()}",)]
        cursor.execute("SELECT app FROM django_migrations WHERE app = 'web'")
        assert cursor.fetchall() == [("web",)]


@pytest.mark.django_db
def test_the_tests_cluster_is_not_the_one_people_work_in() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()

    assert fsync == ("on",) if "DATABASE_URL" in os.environ else ("off",)


def test_the_template_changes_with_a_library_s_migrations_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = databases._migrations_hash()
    without_allauth = [app for app in apps.get_app_configs() if app.label != "account"]
    monkeypatch.setattr(apps, "get_app_configs", lambda: without_allauth)

    assert databases._migrations_hash() != before


@pytest.mark.parametrize(
    ("name", "left_over"),
    [
        ("starboard_test_999999999", True),
        # Process 1 always runs.
        ("starboard_test_1", False),
        ("starboard_template_0123456789ab", True),
        ("starboard_half_0123456789ab", True),
        ("starboard", False),
        ("template1", False),
        ("test_of_somebody_else", False),
    ],
)
def test_only_our_own_databases_are_tidied_up(name: str, left_over: bool) -> None:
    assert databases._is_left_over(name) == left_over
