import factory
from allauth.account.models import EmailAddress

from apps.accounts.models import User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who can sign in: the address is verified, the password is `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.com")

    @factory.post_generation
    def verified_address(self: User, create: bool, extracted: object, **kwargs: object) -> None:  # type: ignore[misc]
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)
