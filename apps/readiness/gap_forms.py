from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.readiness.evidence import offered_to
from apps.readiness.models import Action, ActionStatus, Gap
from apps.web.forms import DateInput, Segments
from apps.web.versioned import A_DATE_THAT_EXISTS, VersionedForm

LATEST_YEAR = 2100


class GapForm(VersionedForm[Gap]):
    class Meta:
        model = Gap
        fields = ("title", "missing", "evidence_wanted")
        labels = {
            "title": "The gap in a few words",
            "missing": "What is missing",
            "evidence_wanted": "Evidence that would close it",
        }
        widgets = {
            "missing": forms.Textarea(attrs={"rows": 3}),
            "evidence_wanted": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class ActionForm(VersionedForm[Action]):
    status = forms.ChoiceField(
        choices=[(s.value, s.label) for s in (ActionStatus.PLANNED, ActionStatus.UNDER_WAY)],
        widget=Segments,
        required=False,
    )

    class Meta:
        model = Action
        fields = ("title", "due_on", "evidence_wanted", "status", "progress")
        labels = {
            "title": "What you will do",
            "due_on": "Due",
            "evidence_wanted": "What will show that it is done",
            "progress": "Where it stands",
        }
        help_texts = {"progress": "A mentor to whom you show your readiness sees this, as they see the step."}
        widgets = {"due_on": DateInput, "progress": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"due_on": {"invalid": A_DATE_THAT_EXISTS}}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < self.today and day != self.instance.due_on:
            raise forms.ValidationError("That day is over: choose today or a later one.")
        if day.year > LATEST_YEAR:
            raise forms.ValidationError(f"Choose a year up to {LATEST_YEAR}.")
        return day

    def clean_status(self) -> str:
        return str(self.cleaned_data["status"] or ActionStatus.PLANNED)

    def _options(self) -> dict[str, Any]:
        return {"today": self.today}


class FinishForm(forms.Form):
    """What shows that an action is done; without anything a word says why."""

    evidence = forms.ChoiceField(
        label="What shows it",
        required=False,
        help_text="A story, project, decision or scope snapshot of yours.",
    )
    word = forms.CharField(
        label="Or why nothing shows it",
        required=False,
        max_length=300,
        help_text="Only needed where you name no evidence.",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].widget.attrs.pop("maxlength", None)
        field = self.fields["evidence"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Nothing yet"), *offered_to(by)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned["evidence"] and not cleaned["word"].strip():
            self.add_error("evidence", "Choose what shows it, or say below why nothing does.")
        return cleaned


class WordForm(forms.Form):
    """Why something is dismissed, dropped or closed."""

    word = forms.CharField(max_length=300, error_messages={"required": "Say in a few words why."})
