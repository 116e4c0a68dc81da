from datetime import timedelta
from functools import cache

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from apps.accounts.models import Invitation, User, hash_token

PASSWORD = "correct horse battery"
TOKEN = "t" * 43


@cache
def hashed_password() -> str:
    """Hash it once a process: it takes as long as it should."""
    return make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who can sign in: the address is verified, the password is `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.com")
    password = factory.LazyFunction(hashed_password)

    @factory.post_generation
    def verified_address(self: User, create: bool, extracted: object, **kwargs: object) -> None:
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """Open, of a candidate, from an organiser; its token is `TOKEN` unless `token` is given."""

    class Meta:
        model = Invitation

    class Params:
        token = TOKEN

    kind = "candidate"
    email = factory.Sequence(lambda n: f"invited{n}@example.com")
    name = "Noor Invited"
    token_hash = factory.LazyAttribute(lambda invitation: hash_token(invitation.token))
    invited_by = factory.SubFactory(UserFactory, may_create_cohorts=True)
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=13))
