import pytest

from apps.mail import kinds
from apps.mail.kinds import Kind, Letter
from apps.mail.letters import greeting
from apps.mail.models import Message


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
