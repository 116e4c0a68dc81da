from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.cohorts.models import Cohort
from apps.frameworks.schema import Framework
from apps.web.forms import DateInput

LONGEST_WAY = 5  # years; a date further off is a slip of the finger
LONGEST_PASTE = 100_000
A_LIST = (
    "One person a line, as you have them: Ada Okafor <ada@example.com>, or the address and the name "
    "with a comma, semicolon or tab between. You see what was understood before anything is sent."
)


class DatedForm(forms.Form):
    name = forms.CharField(
        label="Name of the cohort",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Its members see it, for example Spring 2027 to L6.",
    )
    target_on = forms.DateField(
        label="Target date",
        widget=DateInput,
        help_text="The day the packets are handed in. Every plan leads up to it; a member may choose another day.",
        error_messages={"invalid": "Write a date that exists, such as 2027-03-31."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_target_on(self) -> date:
        target_on: date = self.cleaned_data["target_on"]
        if target_on == self.initial.get("target_on"):
            return target_on
        if target_on <= self.today:
            tomorrow = self.today + timedelta(days=1)
            raise ValidationError(
                f"{_in_words(target_on)} is not ahead. Choose {_in_words(tomorrow)} or later."
            )
        furthest = self.today + timedelta(days=365 * LONGEST_WAY)
        if target_on > furthest:
            raise ValidationError(f"Choose a day until {_in_words(furthest)}, five years from now.")
        return target_on


class PasteForm(forms.Form):
    """The pasted lines; `shown` is the fingerprint of the preview that somebody agrees to."""

    addresses = forms.CharField(
        label="Whom you invite",
        required=False,
        max_length=LONGEST_PASTE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=A_LIST,
    )
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    @property
    def text(self) -> str:
        return str(self.cleaned_data["addresses"])


class NewCohortForm(DatedForm, PasteForm):
    """`save_id` makes the same form sent twice one cohort."""

    field_order = ("name", "current_level", "target_level", "target_on", "addresses", "save_id", "shown")

    save_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, framework: Framework, today: date, **kwargs: Any) -> None:
        lowest = framework.levels[0]
        above = framework.next_level(lowest.key)
        initial = {
            "current_level": lowest.key,
            "target_level": above.key if above else "",
            "save_id": uuid.uuid4(),
        }
        super().__init__(*args, today=today, initial=initial, **kwargs)
        self.framework = framework
        # The highest level has no next one to aim for, the lowest nothing below it.
        self.fields["current_level"] = _level_field("Their level now", framework.levels[:-1])
        self.fields["target_level"] = _level_field("The level they aim for", framework.target_levels)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ranks = {level.key: rank for rank, level in enumerate(self.framework.levels)}
        current, target = cleaned.get("current_level"), cleaned.get("target_level")
        if current and target and ranks[target] <= ranks[current]:
            names = self.framework.levels_by_key
            self.add_error("target_level", f"{names[target].name} is not above {names[current].name}.")
        return cleaned

    @property
    def plan(self) -> dict[str, Any]:
        """What the cohort is made of, without the people."""
        return {
            name: self.cleaned_data[name]
            for name in ("name", "current_level", "target_level", "target_on", "save_id")
        }


class EditCohortForm(DatedForm):
    """`revision` is the one that was on the page, so that a save elsewhere in between is noticed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        initial = {"name": cohort.name, "target_on": cohort.target_on, "revision": cohort.revision}
        super().__init__(*args, today=today, initial=initial, **kwargs)


class OrganiserForm(forms.Form):
    email = forms.EmailField(
        label="E-mail of another organiser",
        max_length=254,
        help_text="Somebody who may organise cohorts here. They see exactly what you see.",
    )


def _level_field(label: str, levels: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(level.key, f"{level.key}, {level.name}") for level in levels],
        widget=forms.RadioSelect,
    )


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
