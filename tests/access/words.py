"""Canaries: every text of every row on stage holds a word of its own, so that a leak names its source.

The fields are found by walking the models. A field that holds no person's words is named in
`NOT_WORDS` with what it holds instead; a new field is planted without being asked for.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tests.access.viewpoints import Viewpoints

_WORD = re.compile(r"xq[a-p]{8}qx", re.IGNORECASE)

# Rows of these belong to nobody, or hold nothing a person wrote.
NOT_PERSONAL = {
    "dashboards.DemoPerson": "a mark on the people of the demo",
    "mail.Hold": "of the whole installation",
    "mail.Preference": "a kind and a channel, constants both",
    "reminders.Tick": "of the whole installation",
    "frameworks.FrameworkVersion": "the framework, which everybody reads",
    "usersessions.UserSession": "written by allauth from the request itself",
    "account.EmailConfirmation": "unused: addresses are confirmed by code",
    "socialaccount.SocialApp": "providers come from the environment",
    "socialaccount.SocialAccount": "no provider is configured in tests",
    "socialaccount.SocialToken": "no provider is configured in tests",
}

# Text fields that hold a key, a hash or a constant, never what somebody typed.
NOT_WORDS = {
    "account.EmailAddress.email": "the same as User.email",
    "accounts.AccessRecord.thing": "a model's name",
    "accounts.AccessRecord.verb": "a constant",
    "accounts.Invitation.kind": "a constant",
    "accounts.Invitation.token_hash": "a hash",
    "accounts.User.password": "a hash",
    "accounts.User.time_zone": "a zone's name",
    "cohorts.Cohort.current_level": "the framework's key",
    "cohorts.Cohort.target_level": "the framework's key",
    "candidates.AdvantageChoice.group": "the framework's key",
    "candidates.AdvantageChoice.key": "the framework's key",
    "candidates.Candidacy.current_level": "the framework's key",
    "candidates.Candidacy.target_level": "the framework's key",
    "candidates.ChosenChallenge.key": "the framework's key",
    "candidates.SelfRating.key": "the framework's key",
    "candidates.Tick.item": "the framework's key",
    "candidates.Tick.phase": "the framework's key",
    "mail.Message.dedupe_key": "a key made of ids",
    "mail.Message.kind": "a constant",
    "mail.Message.message_id": "a hash",
    "mail.Message.reason": "one of our own sentences",
    "mail.Message.ref": "ids",
    "projects.Project.indicators": "the framework's keys",
    "projects.Project.principles": "the framework's keys",
    "readiness.Gap.source": "a kind and the framework's key",
    "readiness.MentorRating.key": "the framework's key",
    "readiness.PrincipleNote.key": "the framework's key",
    "readiness.SubjectEvidence.key": "the framework's key",
    "readiness.TalkedAbout.key": "the framework's key",
    "readiness.Standing.key": "the framework's key",
    "readiness.StepChange.key": "the framework's key",
    "reminders.Occurrence.dedupe_key": "a key made of ids",
    "reminders.Occurrence.row": "an id",
    "reminders.Occurrence.rule": "the framework's key",
    "reminders.Plan.made_from": "dates and ids",
    "reminders.Schedule.rule": "the framework's key",
    "reviews.Rating.key": "the framework's key",
    "reviews.Review.target_level": "the framework's key",
    "scope.Snapshot.currency": "a currency's code",
    "stories.Story.indicators": "the framework's keys",
    "stories.Story.principles": "the framework's keys",
    "stories.Win.principle": "the framework's key",
}

# Names inside JSON whose text is a key, a number or a date.
NOT_WORDS_IN_JSON = {
    "after",
    "before",
    "credential",
    "ended_on",
    "indicators",
    "key",
    "kind",
    "principles",
    "secret",
    "seed",
    "started_on",
}

_LABELS = ("account", "mfa", "socialaccount", "usersessions")


@dataclass(frozen=True)
class Word:
    """`source` is where it stands: the row's name on stage and the field."""

    text: str
    row: str
    field: str
    readers: Viewpoints

    @property
    def source(self) -> str:
        return f"{self.field} of {self.row}"


def personal_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        is_ours = model.__module__.startswith("apps.") or model._meta.app_label in _LABELS
        if is_ours and model._meta.label not in NOT_PERSONAL:
            yield model


def text_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Yield the fields in which a person's words can stand."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField)
        if isinstance(field, ArrayField):
            is_text = isinstance(field.base_field, models.CharField | models.TextField)
        if is_text and not field.choices and f"{model._meta.label}.{field.name}" not in NOT_WORDS:
            yield field


def found_in(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def plant(name: str, row: models.Model, readers: Viewpoints) -> list[Word]:
    """Put a word into every text field of the row, in the database, past `save()`."""
    words: list[Word] = []

    def new(path: str) -> str:
        digest = hashlib.sha256(f"{name} {path}".encode()).hexdigest()[:8]
        text = f"xq{digest.translate(_TO_LETTERS)}qx"
        words.append(Word(text, name, f"{row._meta.label}.{path}", readers))
        return text

    values = {field.name: _planted(field, getattr(row, field.name), new) for field in text_fields(type(row))}
    if values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        row.refresh_from_db()
    return words


_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def _planted(field: models.Field[Any, Any], value: Any, new: Any) -> Any:
    if isinstance(field, models.JSONField):
        return _planted_in_json(value, field.name, new)
    word = new(field.name)
    if isinstance(field, ArrayField):
        return [word]
    if isinstance(field, models.TextField):
        # In front, where no excerpt cuts it off; what follows keeps a story complete.
        return f"{word} {value}".strip()
    shapes = {models.EmailField: "{}@example.com", models.URLField: "https://example.com/{}"}
    return shapes.get(type(field), "{}").format(word)


def _planted_in_json(value: Any, path: str, new: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: inner if name in NOT_WORDS_IN_JSON else _planted_in_json(inner, f"{path}.{name}", new)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_planted_in_json(inner, f"{path}.{number}", new) for number, inner in enumerate(value)]
    return f"{new(path)} {value}".strip() if isinstance(value, str) else value
