"""Rows that are saved whole: each save names the revision it began from and an id of its own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict

A_DATE_THAT_EXISTS = "Write a date that exists, such as 2027-03-31."


class StaleSave[Row: models.Model](Exception):
    """It was saved elsewhere since the form was opened; nothing was written, `saved` is how it stands."""

    def __init__(self, saved: Row) -> None:
        super().__init__(str(saved))
        self.saved = saved


def write_from[Row: models.Model](
    started_from: int, rows: models.QuerySet[Row], pk: int, values: Mapping[str, Any]
) -> tuple[Row, bool]:
    """Write `values` if nobody saved the row since revision `started_from`, else raise StaleSave.

    Call it in a transaction. Returns the row and whether anything changed: the same values sent twice are
    one change. The model has a `revision`.
    """
    stored: Any = rows.select_for_update(of=("self",)).get(pk=pk)
    if all(getattr(stored, name) == value for name, value in values.items()):
        return stored, False
    if stored.revision != started_from:
        raise StaleSave(stored)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.revision += 1
    stored.save(update_fields=[*values, "revision"])
    return stored, True


@dataclass(frozen=True)
class Difference:
    label: str
    saved: str
    typed: str


class VersionedForm[Row: models.Model](forms.ModelForm[Row]):
    """`revision` is the one that was on the page; `values` are what the form would write.

    The model has a `revision`. A form that makes a row passes `save_id` on, so that the same form sent
    twice makes one.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    save_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = getattr(self.instance, "revision")  # noqa: B009 - a model is not typed to have it
        self.initial["save_id"] = uuid.uuid4()

    def _post_clean(self) -> None:
        """Leave the instance as it is saved: the action writes, and a conflict shows both."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def started_from(self) -> int:
        return self.cleaned_data["revision"] or 0

    def save_id_of_page(self) -> uuid.UUID:
        """Return the id that the page was given; a page that names none makes its own save."""
        return self.cleaned_data["save_id"] or uuid.uuid4()

    def conflict(self, saved: Row) -> dict[str, Any]:
        """Return both texts, field by field where they differ, and the form to save again from."""
        fields = [
            Difference(
                str(self[name].label), self._in_words(name, getattr(saved, name)), self._in_words(name, value)
            )
            for name, value in self.values().items()
            if getattr(saved, name) != value
        ]
        posted = QueryDict(mutable=True)
        posted.update(self.data)
        posted["revision"] = str(getattr(saved, "revision"))  # noqa: B009 - as above
        again = type(self)(posted, instance=saved, **self._options())
        return {"form": again, "differences": fields}

    def _options(self) -> dict[str, Any]:
        """What else the form was made with."""
        return {}

    def _in_words(self, name: str, value: Any) -> str:
        if value in (None, "", []):
            return "nothing"
        if isinstance(value, date):
            return f"{value.day} {value:%B %Y}"
        if isinstance(self.fields[name], forms.ChoiceField):
            names = {str(key): label for key, label in self.fields[name].widget.choices}
            keys = value if isinstance(value, list) else [value]
            return ", ".join(str(names.get(str(key), key)) for key in keys)
        return "; ".join(value) if isinstance(value, list) else str(value)
