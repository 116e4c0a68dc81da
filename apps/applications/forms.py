from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms

from apps.applications.models import Conversation, PerformanceRecord, Support, SupportAnswer
from apps.frameworks.schema import RatingStep
from apps.web.forms import DateInput, Segments
from apps.web.versioned import A_DATE_THAT_EXISTS, VersionedForm

OLDEST_YEAR = 1970


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _held(day: date, today: date, ahead: str) -> date:
    """Return a day that has been, else raise what `ahead` says."""
    if day > today:
        raise forms.ValidationError(f"{_in_words(day)} is still ahead. {ahead}")
    if day.year < OLDEST_YEAR:
        raise forms.ValidationError(f"Choose a year from {OLDEST_YEAR} on.")
    return day


class ConversationForm(VersionedForm[Conversation]):
    class Meta:
        model = Conversation
        fields = ("held_on", "talked_about", "agreed", "next_on")
        labels = {
            "held_on": "When you talked",
            "talked_about": "What you talked about",
            "agreed": "What you agreed",
            "next_on": "When you talk next",
        }
        widgets = {
            "held_on": DateInput,
            "talked_about": forms.Textarea(attrs={"rows": 4}),
            "agreed": forms.Textarea(attrs={"rows": 3}),
            "next_on": DateInput,
        }
        error_messages = {
            "held_on": {"invalid": A_DATE_THAT_EXISTS},
            "next_on": {"invalid": A_DATE_THAT_EXISTS},
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if kwargs.get("instance") is None:
            self.initial["held_on"] = today

    def clean_held_on(self) -> date:
        return _held(
            self.cleaned_data["held_on"],
            self.today,
            "Note a talk once it was held; a date that is planned goes under “When you talk next”.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        held_on, next_on = cleaned.get("held_on"), cleaned.get("next_on")
        if held_on and next_on and next_on < held_on:
            self.add_error(
                "next_on",
                f"This is before the talk itself, {_in_words(held_on)}. Choose that day or a later one.",
            )
        return cleaned

    def _options(self) -> dict[str, Any]:
        return {"today": self.today}


class SupportForm(forms.ModelForm[SupportAnswer]):
    """An answer is added, never changed, so it starts from no revision."""

    save_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SupportAnswer
        fields = ("state", "answered_on", "reason")
        labels = {"state": "Where it stands", "answered_on": "Since when", "reason": "What they said"}
        widgets = {
            "state": Segments,
            "answered_on": DateInput,
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        error_messages = {"answered_on": {"invalid": A_DATE_THAT_EXISTS}}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial["answered_on"] = today
        self.initial["save_id"] = uuid.uuid4()
        self.fields["state"] = forms.ChoiceField(
            label="Where it stands", choices=Support, widget=Segments, required=True
        )

    def clean_answered_on(self) -> date:
        return _held(
            self.cleaned_data["answered_on"],
            self.today,
            "Record an answer once you have it, or that you asked.",
        )

    def answer(self) -> dict[str, Any]:
        names = ("state", "answered_on", "reason")
        said = {name: self.cleaned_data[name] for name in names}
        return said | {"save_id": self.cleaned_data["save_id"] or uuid.uuid4()}


class RecordForm(VersionedForm[PerformanceRecord]):
    """One cycle; `scale` are the framework's four ratings, of which none may fit."""

    class Meta:
        model = PerformanceRecord
        fields = ("cycle", "starts_on", "ends_on", "company_rating", "rating", "said", "link", "kept_at")
        labels = {
            "cycle": "Cycle",
            "starts_on": "From",
            "ends_on": "Until",
            "company_rating": "The rating, in your company’s words",
            "said": "What was said",
            "link": "Link",
            "kept_at": "Where the document is",
        }
        help_texts = {
            "cycle": "As your company calls it, such as “Annual review 2026”.",
            "link": "To the document, if it has an address.",
        }
        widgets = {
            "starts_on": DateInput,
            "ends_on": DateInput,
            "said": forms.Textarea(attrs={"rows": 4}),
        }
        error_messages = {
            "starts_on": {"invalid": A_DATE_THAT_EXISTS},
            "ends_on": {"invalid": A_DATE_THAT_EXISTS},
        }

    def __init__(self, *args: Any, today: date, scale: tuple[RatingStep, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.scale = scale
        self.fields["rating"] = forms.TypedChoiceField(
            label="Where that falls on our scale",
            choices=[*((step.value, step.name) for step in scale), ("", "None")],
            coerce=int,
            empty_value=None,
            required=False,
            widget=Segments,
            help_text="Your own judgement. “None” when the two cannot be compared.",
        )
        self.fields["link"].assume_scheme = "https"  # type: ignore[attr-defined]

    def clean_starts_on(self) -> date:
        return _held(
            self.cleaned_data["starts_on"],
            self.today,
            "A cycle has a record once it has begun and was judged.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error(
                "ends_on",
                f"The end is before the start, {_in_words(starts_on)}. Choose that day or a later one.",
            )
        return cleaned

    def _options(self) -> dict[str, Any]:
        return {"today": self.today, "scale": self.scale}
