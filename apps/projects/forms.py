from __future__ import annotations

from typing import Any

from django import forms

from apps.frameworks.schema import Framework
from apps.projects.models import MOST_TEAMS, Project
from apps.web.forms import DateInput, Segments
from apps.web.versioned import A_DATE_THAT_EXISTS, VersionedForm


class ProjectForm(VersionedForm[Project]):
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

    def _options(self) -> dict[str, Any]:
        return {"framework": self.framework, "target_level": self.target_level}
