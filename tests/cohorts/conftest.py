import pytest
from django.test import Client

from apps.accounts.models import User
from apps.cohorts.models import Cohort
from tests.cast import SignIn
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory


@pytest.fixture
def cohort(organiser: User) -> Cohort:
    return CohortFactory.create(name="Spring 2027 to L6", created_by=organiser)


@pytest.fixture
def organiser_client(organiser: User, sign_in: SignIn) -> Client:
    return sign_in(organiser)


@pytest.fixture
def other_organiser(db: None) -> User:
    """Somebody who organises a cohort, and not this one."""
    user = UserFactory.create(name="Olu Other", email="olu@example.com", may_create_cohorts=True)
    CohortFactory.create(created_by=user)
    return user
