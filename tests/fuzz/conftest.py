from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction

from tests.access.cells import Theatre
from tests.access.stage import set_stage

# Smaller parts share themselves out among the processes, and name the seed of what they found.
A_PART = 100


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        count = metafunc.config.getoption("--requests")
        metafunc.parametrize("seed, count", [(first, A_PART) for first in range(0, count, A_PART)])


@pytest.fixture(scope="package")
def theatre(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Theatre]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Theatre(set_stage())
        transaction.set_rollback(True)
