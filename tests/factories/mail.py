import uuid
from datetime import timedelta

import factory
from django.db.models.functions import Now

from apps.mail.models import Message, Status
from apps.mail.outbox import message_id_of
from tests.factories.accounts import UserFactory


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """Waiting and due, of the kind `note` that tests register (`tests/mail/conftest.py`)."""

    class Meta:
        model = Message

    class Params:
        leased = factory.Trait(
            status=Status.LEASED,
            lease_token=factory.LazyFunction(uuid.uuid4),
            lease_until=Now() + timedelta(minutes=5),
        )

    kind = "note"
    user = factory.SubFactory(UserFactory)
    dedupe_key = factory.Sequence(lambda n: f"note:{n}")
    message_id = factory.LazyAttribute(lambda message: message_id_of(message.dedupe_key))
    ref = factory.LazyFunction(dict)
