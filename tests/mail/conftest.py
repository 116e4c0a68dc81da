from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from apps.mail import kinds
from apps.mail.kinds import Kind, Letter
from apps.mail.letters import greeting
from apps.mail.models import Message, Status
from tests.mail.sink import Sink


def render_note(message: Message) -> Letter:
    return Letter(f"Note {message.ref.get('number', 0)}", f"{greeting(message)},\n\nsomething waits for you.")


@pytest.fixture(autouse=True)
def note(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A kind of mail that says nothing about anything, and whose wish to be sent stands in its `ref`."""
    kind = Kind(
        "note",
        "Notes",
        "you asked for notes",
        render_note,
        lambda message: bool(message.ref.get("wanted", True)),
    )
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds, "note": kind})
    return kind


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A mail server that the settings lead to."""
    with Sink() as server:
        settings.MAILERS = mailers_to(server.port)
        yield server


def mailers_to(port: int) -> dict[str, object]:
    options = {"host": "127.0.0.1", "port": port, "timeout": 0.5}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


@pytest.fixture
def overdue() -> Callable[[], None]:
    """Let the time until the next attempt, and every lease, be over."""

    def pass_time() -> None:
        Message.objects.filter(status=Status.PENDING).update(due_at=Now() - timedelta(seconds=1))
        Message.objects.filter(status=Status.LEASED).update(lease_until=Now() - timedelta(seconds=1))

    return pass_time
