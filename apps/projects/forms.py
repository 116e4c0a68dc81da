from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from apps.frameworks.schema import Framework
from apps.projects.models import MOST_TEAMS, Project
from apps.web.forms import DateInput, Segments

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Project]
else:
    ModelForm = forms.ModelForm


@dataclass(frozen=True)
class Difference:
    label: str
    saved: str
    typed: str


A_DATE_THAT_EXISTS = "Write a date that exists, such as 2027-03-31."


class ProjectForm(ModelForm):
    """`revision` is the one that was on the page; `values` are what the form would write."""

    teams_affected = forms.IntegerField(
        label="Teams affected",
        min_value=1,
        max_value=MOST_TEAMS,
        required=False,
        help_text="Your own team counts as one.",
    )
    organisations_affected = forms.IntegerField(
        label="Organisations affected",
        min_value=1,
        max_value=MOST_TEAMS,
        required=False,
        help_text="Your own counts as one.",
    )
    principles = forms.MultipleChoiceField(
        label="Principles it could show", required=False, widget=forms.CheckboxSelectMultiple
    )
    indicators = forms.MultipleChoiceField(
        label="Readiness indicators it could show", required=False, widget=forms.CheckboxSelectMultiple
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = Project
        fields = (
            "name",
            "summary",
            "status",
            "started_on",
            "ended_on",
            "teams_affected",
            "organisations_affected",
            "principles",
            "indicators",
        )
        labels = {"summary": "What it is about", "started_on": "Start", "ended_on": "End"}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "status": Segments,
            "started_on": DateInput,
            "ended_on": DateInput,
        }
        error_messages = {
            "started_on": {"invalid": A_DATE_THAT_EXISTS},
            "ended_on": {"invalid": A_DATE_THAT_EXISTS},
        }

    def __init__(self, *args: Any, framework: Framework | None, target_level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.framework = framework
        self.target_level = target_level
        self.initial["revision"] = self.instance.revision
        self._offer("principles", framework.principles if framework else ())
        self._offer("indicators", framework.indicators_for(target_level) if framework else ())

    def _offer(self, name: str, subjects: Any) -> None:
        """Offer the framework's keys, and those the project holds from a framework before."""
        names = {subject.key: subject.name for subject in subjects}
        kept = {key: key.replace("_", " ").capitalize() for key in getattr(self.instance, name)}
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list((kept | names).items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        started_on, ended_on = cleaned.get("started_on"), cleaned.get("ended_on")
        if started_on and ended_on and ended_on < started_on:
            self.add_error(
                "ended_on",
                f"The end is before the start, {started_on.day} {started_on:%B %Y}. "
                "Choose that day or a later one.",
            )
        return cleaned

    def _post_clean(self) -> None:
        """Leave the instance as it is saved: the action writes, and a conflict shows both."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def started_from(self) -> int:
        return self.cleaned_data["revision"] or 0

    def conflict(self) -> dict[str, Any]:
        """Return both texts, field by field where they differ, and the form to save again from."""
        saved = Project.objects.get(pk=self.instance.pk)
        fields = [
            Difference(
                str(self[name].label), self._in_words(name, getattr(saved, name)), self._in_words(name, value)
            )
            for name, value in self.values().items()
            if getattr(saved, name) != value
        ]
        posted = QueryDict(mutable=True)
        posted.update(self.data)
        posted["revision"] = str(saved.revision)
        again = ProjectForm(posted, instance=saved, framework=self.framework, target_level=self.target_level)
        return {"form": again, "differences": fields}

    def _in_words(self, name: str, value: Any) -> str:
        if value in (None, "", []):
            return "nothing"
        if isinstance(value, date):
            return f"{value.day} {value:%B %Y}"
        if isinstance(self.fields[name], forms.ChoiceField):
            names = dict(self.fields[name].widget.choices)
            keys = value if isinstance(value, list) else [value]
            return ", ".join(str(names.get(key, key)) for key in keys)
        return str(value)
