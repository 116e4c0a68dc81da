"""What a candidate writes about a principle at scale, and on which day a difference was talked about."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.frameworks.schema import Principle
from apps.readiness.models import PrincipleNote
from apps.web.forms import DateInput
from apps.web.versioned import A_DATE_THAT_EXISTS, VersionedForm


class PrincipleNoteForm(VersionedForm[PrincipleNote]):
    """The framework's prompts stand beside each field as its help."""

    class Meta:
        model = PrincipleNote
        fields = ("current_scope", "expanded_scope", "evidence_needed")
        labels = {
            "current_scope": "What you show in today’s scope",
            "expanded_scope": "What you would show in the next",
            "evidence_needed": "Evidence needed",
        }
        widgets = dict.fromkeys(fields, forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, principle: Principle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principle = principle
        for name in self.Meta.fields:
            self.fields[name].help_text = getattr(principle.prompts, name)

    def _options(self) -> dict[str, Any]:
        return {"principle": self.principle}


class TalkedForm(forms.Form):
    talked_on = forms.DateField(
        label="When you talked", widget=DateInput, error_messages={"invalid": A_DATE_THAT_EXISTS}
    )

    def __init__(self, *args: Any, since: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["talked_on"] = today
        self.since = since
        self.today = today

    def clean_talked_on(self) -> date:
        talked_on: date = self.cleaned_data["talked_on"]
        if talked_on > self.today:
            raise forms.ValidationError("This day is still ahead. Mark it once you have talked.")
        if talked_on < self.since:
            first = f"{self.since.day} {self.since:%B %Y}"
            raise forms.ValidationError(f"Your candidacy began on {first}. Choose that day or a later one.")
        return talked_on
