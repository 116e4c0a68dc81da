"""Input to wins and stories. What cannot be read is reported at its field; the rest is kept."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from apps.accounts.models import User
from apps.frameworks.schema import Framework
from apps.projects.models import MetricKind, Project
from apps.stories.content import SECTIONS, MetricLine, StoryContent, plain_number
from apps.stories.models import Story, Win
from apps.web.forms import DateInput

LONGEST_SECTION = 20_000
MOST_METRICS = 20
PRINCIPLE_RANKS = ("Leads", "Second", "Third")


class SectionField(forms.CharField):
    """One section of a story; its limit is a message, never a cut in what was pasted."""

    widget = forms.Textarea

    def __init__(self, *, question: str, name: str, rows: int) -> None:
        super().__init__(label=name, required=False, strip=False, widget=forms.Textarea({"rows": rows}))
        self.question = question
        self.validators.append(
            MaxLengthValidator(
                LONGEST_SECTION,
                "This section has %(show_value)d characters; a section holds at most %(limit_value)d.",
            )
        )


class WinForm(forms.ModelForm[Win]):
    class Meta:
        model = Win
        fields = ("text", "happened_on", "principle", "link")
        labels = {"text": "What did you get done?", "happened_on": "When"}
        widgets = {"happened_on": DateInput}

    def __init__(self, *args: Any, framework: Framework, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["text"].widget.attrs.pop("maxlength", None)
        self.fields["happened_on"].required = False
        self.fields["happened_on"].initial = today
        choices = [("", "Principle (optional)"), *((p.key, p.name) for p in framework.principles)]
        kept = self.instance.principle
        if kept and kept not in dict(choices):
            choices.append((kept, framework.subject_name("principle", kept)))
        self.fields["principle"] = forms.ChoiceField(choices=choices, required=False)
        self.fields["link"].assume_scheme = "https"  # type: ignore[attr-defined]

    def clean_happened_on(self) -> date:
        happened_on: date = self.cleaned_data.get("happened_on") or self.today
        if happened_on > self.today:
            raise forms.ValidationError("A win is something done: choose today or a day before.")
        if happened_on.year < 1970:
            raise forms.ValidationError("Choose a year from 1970 on.")
        return happened_on


class MetricForm(forms.Form):
    """One row of the metrics table. A row in which nothing was typed says nothing."""

    name = forms.CharField(label="Metric", max_length=120, required=False)
    unit = forms.CharField(label="Unit", max_length=30, required=False)
    kind = forms.ChoiceField(label="Kind", choices=MetricKind, required=False)
    before = forms.DecimalField(label="Before", max_digits=20, decimal_places=6, required=False)
    after = forms.DecimalField(label="After", max_digits=20, decimal_places=6, required=False)
    is_new = forms.BooleanField(label="New, nothing before", required=False)
    source = forms.CharField(label="Source", max_length=300, required=False)

    def __init__(self, key: uuid.UUID, line: MetricLine | None, posted: Mapping[str, str] | None) -> None:
        self.key = key
        self.line = line
        initial: dict[str, Any] = {"kind": MetricKind.OPERATIONAL}
        if line:
            initial = line.figures | {"before": plain_number(line.before), "after": plain_number(line.after)}
        super().__init__(posted, prefix=f"metric-{key}", initial=initial)
        for name, field in self.fields.items():
            field.widget.attrs.pop("maxlength", None)
            if name in ("before", "after"):
                field.widget = forms.TextInput({"inputmode": "decimal"})
                field.error_messages["invalid"] = (
                    "Write the number alone, such as 4.1; the unit has its own field."
                )

    @property
    def is_empty(self) -> bool:
        """Whether nothing that counts was typed, which is how a row is taken out."""
        return not any(
            self[name].data not in (None, "", False) for name in ("name", "unit", "before", "after", "source")
        )

    def as_line(self) -> MetricLine | None:
        """Return what was typed where it can be read, and what stood there before where it cannot."""
        figures = self.line.figures if self.line else {"name": "", "unit": "", "source": ""}
        figures |= self.cleaned_data
        figures["kind"] = figures.get("kind") or MetricKind.OPERATIONAL
        return MetricLine(key=self.key, **figures)


class ProjectField(forms.TypedChoiceField):
    """One's projects, asked for only when the list is shown or another one was chosen."""

    def __init__(self, stored: int | None, by: User) -> None:
        self.stored = str(stored or "")

        @cache
        def choices() -> list[tuple[Any, str]]:
            return [("", "No project"), *Project.objects.editable_by(by).values_list("pk", "name")]

        super().__init__(label="Project", choices=choices, required=False, coerce=int, empty_value=None)

    def valid_value(self, value: Any) -> bool:
        return str(value) == self.stored or super().valid_value(value)


class StoryForm(forms.Form):
    """The editor. `content` merges what is valid into what is stored, so one bad field loses nothing."""

    title = forms.CharField(
        max_length=200, required=False, widget=forms.Textarea({"rows": 1, "class": "title-in"})
    )
    started_on = forms.DateField(label="From", required=False, widget=DateInput)
    ended_on = forms.DateField(label="Until", required=False, widget=DateInput)
    own_part = forms.CharField(label="Your part", max_length=200, required=False)
    teams_affected = forms.IntegerField(
        label="Teams affected", help_text="Your own counts.", min_value=0, max_value=10_000, required=False
    )
    organisations_affected = forms.IntegerField(
        label="Organisations affected", min_value=0, max_value=10_000, required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    save_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    previous_save_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        story: Story,
        stored: StoryContent,
        framework: Framework,
        *,
        by: User,
        posted: Mapping[str, str] | None = None,
    ) -> None:
        self.story = story
        self.stored = stored
        self.framework = framework
        super().__init__(posted, initial=self._initial(), auto_id="%s")
        for name in ("title", "own_part"):
            self.fields[name].widget.attrs.pop("maxlength", None)
        for section in framework.sections:
            self.fields[section.key] = SectionField(
                name=section.name, question=section.question, rows=max(3, section.about_words // 16)
            )
        self.fields["project"] = ProjectField(stored.project_id, by)
        self._add_subjects()
        self.metrics = self._metric_forms(posted)

    def _initial(self) -> dict[str, Any]:
        initial = self.stored.model_dump(exclude={"metrics", "project_id", "project_name", "principles"})
        initial["indicators"] = list(self.stored.indicators)
        initial["project"] = self.stored.project_id
        initial["revision"] = self.story.revision
        initial["save_id"] = uuid.uuid4()
        for rank, key in enumerate(self.stored.principles[: len(PRINCIPLE_RANKS)]):
            initial[f"principle_{rank}"] = key
        return initial

    def _add_subjects(self) -> None:
        framework = self.framework
        principles = {p.key: p.name for p in framework.principles}
        # Evidence outlives a change of framework, so a key of another one stays choosable.
        principles |= {
            key: framework.subject_name("principle", key)
            for key in self.stored.principles
            if key not in principles
        }
        for rank, label in enumerate(PRINCIPLE_RANKS):
            self.fields[f"principle_{rank}"] = forms.ChoiceField(
                label=label, choices=[("", "None"), *principles.items()], required=False
            )
        level = getattr(self.story, "target_level", None)
        offered = framework.indicators_for(level) if level else framework.indicators
        indicators = {i.key: i.name for i in offered}
        indicators |= {
            key: framework.subject_name("indicator", key)
            for key in self.stored.indicators
            if key not in indicators
        }
        self.fields["indicators"] = forms.MultipleChoiceField(
            label="Readiness indicators it shows",
            choices=list(indicators.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _metric_forms(self, posted: Mapping[str, str] | None) -> list[MetricForm]:
        lines = {line.key: line for line in self.stored.metrics}
        keys = list(lines) if posted is None else _metric_keys(posted)
        forms_ = [MetricForm(key, lines.get(key), posted) for key in keys[:MOST_METRICS]]
        if posted is None:
            forms_.append(MetricForm(uuid.uuid4(), None, None))
        return forms_

    @property
    def sections(self) -> Iterable[tuple[Any, forms.BoundField]]:
        return [(section, self[section.key]) for section in self.framework.sections]

    @property
    def principle_fields(self) -> list[forms.BoundField]:
        return [self[f"principle_{rank}"] for rank in range(len(PRINCIPLE_RANKS))]

    @property
    def is_at_a_known_revision(self) -> bool:
        return "revision" in self.cleaned_data

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("started_on", "ended_on"):
            day = cleaned.get(name)
            if day and not 1970 <= day.year <= 2100:
                self.add_error(name, "Choose a year from 1970 to 2100.")
        starts, ends = cleaned.get("started_on"), cleaned.get("ended_on")
        if starts and ends and ends < starts:
            self.add_error("ended_on", "The end is before the start.")
        for metric in self.metrics:
            metric.is_valid()
        return cleaned

    @property
    def is_wholly_valid(self) -> bool:
        """Ask this rather than `is_valid`, which knows nothing of the metric rows."""
        return self.is_valid() and all(metric.is_valid() for metric in self.metrics)

    def content(self) -> StoryContent:
        """Return the stored text with every valid field of the input put in its place."""
        cleaned = self.cleaned_data
        update = {
            name: cleaned[name]
            for name in (
                "own_part", "started_on", "ended_on", "teams_affected", "organisations_affected", *SECTIONS,
            )
            if name in cleaned
        }  # fmt: skip
        if starts_after_end(update, self.stored):
            del update["started_on"]
        if cleaned.get("title"):
            update["title"] = cleaned["title"]
        for section in SECTIONS:
            if section in update:
                update[section] = update[section].replace("\r\n", "\n")
        if cleaned.get("project", self.stored.project_id) != self.stored.project_id:
            names = {str(pk): name for pk, name in self["project"].field.choices}  # type: ignore[attr-defined]
            update["project_id"] = cleaned["project"]
            update["project_name"] = names[str(cleaned["project"] or "")] if cleaned["project"] else ""
        ranked = [cleaned.get(field.name, field.initial) for field in self.principle_fields]
        update["principles"] = tuple(dict.fromkeys(filter(None, ranked)))
        if "indicators" in cleaned:
            update["indicators"] = tuple(cleaned["indicators"])
        lines = [metric.as_line() for metric in self.metrics if not metric.is_empty]
        update["metrics"] = tuple(filter(None, lines))
        return self.stored.model_copy(update=update)


def starts_after_end(update: Mapping[str, Any], stored: StoryContent) -> bool:
    """Whether a valid new start and a refused (so kept) end would contradict each other."""
    starts, ends = update.get("started_on"), update.get("ended_on", stored.ended_on)
    return bool("ended_on" not in update and starts and ends and ends < starts)


def _metric_keys(posted: Mapping[str, str]) -> list[uuid.UUID]:
    keys: dict[uuid.UUID, None] = {}
    for name in posted:
        if name.startswith("metric-") and name.endswith("-name"):
            try:
                keys[uuid.UUID(name.removeprefix("metric-").removesuffix("-name"))] = None
            except ValueError:
                continue
    return list(keys)
