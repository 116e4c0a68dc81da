"""The shared cast of the tests: the people, the day on which everything happens, and a statement counter."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.mail.delivery import deliver_due
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory, MentorshipFactory

# A Tuesday; the candidate's target date is ten months after the start, on 25 July 2027.
NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)

NO_STATEMENTS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")

type SignIn = Callable[[User], Client]
type Posted = Callable[[], list[EmailMessage]]
type CountStatements = Callable[[], AbstractContextManager[Statements]]


class Statements:
    """The SQL of a `with` block without the frame of its transactions; complete once the block is left."""

    def __init__(self) -> None:
        self.sql: list[str] = []

    @property
    def count(self) -> int:
        return len(self.sql)


@contextmanager
def counting_statements() -> Iterator[Statements]:
    done = Statements()
    with CaptureQueriesContext(connection) as captured:
        yield done
    done.sql += [
        query["sql"] for query in captured.captured_queries if not query["sql"].startswith(NO_STATEMENTS)
    ]


@pytest.fixture
def statements(db: None) -> CountStatements:
    """Count as in `with statements() as done: ...` and then `assert done.count == 5, done.sql`."""
    return counting_statements


@pytest.fixture
def now() -> Iterator[datetime]:
    """Stop the clock at this moment; every person of the cast uses it."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def posted(mailoutbox: list[EmailMessage]) -> Posted:
    """Deliver what waits in the outbox; return everything that was sent."""

    def delivered() -> list[EmailMessage]:
        deliver_due()
        return mailoutbox

    return delivered


@pytest.fixture
def today(now: datetime) -> date:
    return now.date()


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Give somebody a browser of their own, signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def candidate(db: None, now: datetime) -> User:
    """Maya, a candidate for L6 whose mentor is Henrik (see `candidacy`)."""
    user = UserFactory.create(name="Maya Okonkwo", email="maya@example.com")
    CandidacyFactory.create(person=user)
    return user


@pytest.fixture
def candidacy(candidate: User) -> Candidacy:
    return candidate.candidacies.get()


@pytest.fixture
def other_candidate(db: None, now: datetime) -> User:
    """A candidate who shares nobody and nothing with Maya."""
    user = UserFactory.create(name="Tomas Ruiz", email="tomas@example.com")
    CandidacyFactory.create(person=user)
    return user


@pytest.fixture
def mentor(candidacy: Candidacy) -> User:
    """Henrik, Maya's mentor since 49 days; nothing is granted to him yet (see `mentorship`)."""
    user = UserFactory.create(name="Henrik Dahl", email="henrik@example.com")
    MentorshipFactory.create(candidacy=candidacy, mentor=user)
    return user


@pytest.fixture
def mentorship(mentor: User) -> Mentorship:
    return mentor.mentorships.get()


@pytest.fixture
def revoked_mentor(candidacy: Candidacy, now: datetime) -> User:
    """Amara, whose mentorship Maya ended yesterday."""
    user = UserFactory.create(name="Amara Bello", email="amara@example.com")
    MentorshipFactory.create(candidacy=candidacy, mentor=user, revoked_at=now - timedelta(days=1))
    return user


@pytest.fixture
def organiser(db: None, now: datetime) -> User:
    return UserFactory.create(name="Ines Sousa", email="ines@example.com", may_create_cohorts=True)


@pytest.fixture
def administrator(db: None, now: datetime) -> User:
    return UserFactory.create(name="Ada Admin", email="ada@example.com", is_staff=True)


@pytest.fixture
def stranger(db: None, now: datetime) -> User:
    """Somebody with an account and nothing else."""
    return UserFactory.create(name="Sam Stranger", email="sam@example.com")
