from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction

from tests.access.cells import Theatre
from tests.access.stage import set_stage


@pytest.fixture(scope="package")
def theatre(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Theatre]:
    """Set the stage once for all its tests, in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Theatre(set_stage())
        transaction.set_rollback(True)
