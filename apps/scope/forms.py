from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.scope.growth import LISTS
from apps.scope.models import LONGEST_NAME, MOST_NAMES, Decision, Snapshot
from apps.web.forms import DateInput
from apps.web.versioned import A_DATE_THAT_EXISTS, VersionedForm

EARLIEST_YEAR = 1970
MOST_MONTHS = 600


class NamesField(forms.CharField):
    """Names, one a line. The same name twice is one, whatever its case."""

    def __init__(self, *, rows: int = 3, **more: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": rows}), **more)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        first_written: dict[str, str] = {}
        for line in filter(None, lines):
            first_written.setdefault(line.casefold(), line)
        names = list(first_written.values())
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(f"These are {len(names)} names; one list holds at most {MOST_NAMES}.")
        for name in names:
            if len(name) > LONGEST_NAME:
                raise forms.ValidationError(
                    f"“{name[:40]}…” has {len(name)} characters; a name holds at most {LONGEST_NAME}."
                )
        return names


class SystemsField(NamesField):
    """Names of systems, each with its size after a comma if that was said. A size makes no other system."""

    def clean(self, value: Any) -> Any:
        names = super().clean(value)
        known: dict[str, str] = {}
        for name in names:
            before = known.setdefault(system_of(name), name)
            if before != name:
                raise forms.ValidationError(f"“{before}” and “{name}” are one system. Keep one line of them.")
        return names


def system_of(name: str) -> str:
    return name.partition(",")[0].strip().casefold()


class PastDateField(forms.DateField):
    """A day that has come, in the person's own zone."""

    widget = DateInput

    def __init__(self, *, too_late: str, **more: Any) -> None:
        super().__init__(error_messages={"invalid": A_DATE_THAT_EXISTS}, **more)
        self.too_late = too_late
        self.today = date.max

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and day > self.today:
            raise forms.ValidationError(self.too_late)
        if day and day.year < EARLIEST_YEAR:
            raise forms.ValidationError(f"Choose a year from {EARLIEST_YEAR} on.")
        return day


class DatedForm[Row: (Snapshot, Decision)](VersionedForm[Row]):
    """A versioned form that knows what day it is for the person."""

    day_field = ""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields[self.day_field]
        assert isinstance(field, PastDateField)
        field.today = today
        for one in self.fields.values():
            one.widget.attrs.pop("maxlength", None)

    def _options(self) -> dict[str, Any]:
        return {"today": self.today}


class SnapshotForm(DatedForm[Snapshot]):
    day_field = "taken_on"

    taken_on = PastDateField(
        label="Date", too_late="A snapshot says how it is: choose today or a day before."
    )
    direct_reports = NamesField(label="Direct reports", help_text="Who reports to you, one a line.")
    people_influenced = NamesField(
        label="People influenced",
        help_text="Whose work you shape without managing them, one a line.",
    )
    systems_owned = SystemsField(
        label="Systems you own", help_text="One a line, its size after a comma: “Ledger, 40 services”."
    )
    systems_influenced = SystemsField(
        label="Systems you influence", help_text="Those you do not own; one a line, with their size."
    )
    teams = NamesField(label="Teams affected", help_text="Your own counts; one a line.")
    organisations = NamesField(label="Organisations affected", help_text="Your own counts; one a line.")
    budget = forms.IntegerField(
        label="Budget a year",
        required=False,
        min_value=0,
        max_value=10**15,
        error_messages={
            "min_value": "Write nought or more.",
            "invalid": "Write a whole number without a unit.",
        },
        help_text="What you decide on, in whole units. Leave it empty if there is none.",
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label="Currency",
        required=False,
        error_messages={"invalid": "Write the three letters of a currency, such as EUR."},
    )

    class Meta:
        model = Snapshot
        fields = (
            "taken_on",
            "direct_reports",
            "people_influenced",
            "systems_owned",
            "systems_influenced",
            "teams",
            "organisations",
            "budget",
            "currency",
            "note",
        )
        labels = {"note": "What changed since the last one"}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def copied_from(self, last: Snapshot) -> dict[str, Any]:
        """Return what a new snapshot begins with: all of the last one but its date and its note."""
        return {
            name: getattr(last, name) for name in self._meta.fields or () if name not in ("taken_on", "note")
        }

    def counts(self) -> list[tuple[str, int]]:
        """Return how many names each list holds as it stands; a list that cannot be counted is left out."""
        if self.is_bound:
            self.full_clean()
            held = self.cleaned_data
        else:
            held = {name: self.get_initial_for_field(self.fields[name], name) for name in LISTS}
        return [(str(self.fields[name].label), len(held[name] or ())) for name in LISTS if name in held]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, other, key in (
            ("people_influenced", "direct_reports", str.casefold),
            ("systems_influenced", "systems_owned", system_of),
        ):
            counted = {key(one) for one in cleaned.get(other, ())}
            if twice := [one for one in cleaned.get(name, ()) if key(one) in counted]:
                label = str(self.fields[other].label).lower()
                self.add_error(name, f"“{twice[0]}” is already among {label} and counts once. Keep one.")
        return cleaned

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class DecisionForm(DatedForm[Decision]):
    day_field = "decided_on"

    decided_on = PastDateField(label="Date", too_late="A decision was taken: choose today or a day before.")
    horizon_months = forms.IntegerField(
        label="Meant to hold for",
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        help_text="In months.",
    )
    teams = NamesField(label="Teams it concerns", help_text="Your own counts; one a line.")

    class Meta:
        model = Decision
        fields = ("title", "decided_on", "horizon_months", "teams", "reasoning", "link")
        labels = {"title": "What was decided", "reasoning": "What was weighed up", "link": "Link"}
        help_texts = {"link": "A design document or a record of the decision."}
        widgets = {"reasoning": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].assume_scheme = "https"  # type: ignore[attr-defined]
