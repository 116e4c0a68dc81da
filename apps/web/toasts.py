"""Messages that offer to take back what was just done."""

from django.contrib import messages
from django.http import HttpRequest

_UNDO = "undo:"


def toast_with_undo(request: HttpRequest, text: str, undo: str) -> None:
    """Say `text` on the next page, with an Undo button that posts to the path `undo`."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo}")


def undo_path(extra_tags: str | None) -> str:
    return extra_tags.removeprefix(_UNDO) if extra_tags and extra_tags.startswith(_UNDO) else ""
