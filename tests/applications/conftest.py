import pytest
from django.test import Client

from apps.accounts.models import User
from tests.cast import SignIn


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)
