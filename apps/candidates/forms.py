from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.candidates import actions
from apps.candidates.actions import Rated, SubjectKey
from apps.candidates.joining import Answer
from apps.candidates.models import Candidacy, MentorshipKind, Subject
from apps.candidates.phases import add_months
from apps.cohorts.models import Cohort
from apps.frameworks.schema import Framework, RubricLine
from apps.web.forms import DateInput, Segments

LONGEST_WAY = 60  # months; a date further off is a slip of the finger
NOTE_LENGTH = 2000
_A_KEY = re.compile(r"[0-9]{1,18}")


class CandidacyForm(forms.Form):
    """From where, to where, until when."""

    current_level = forms.ChoiceField(label="Your level now")
    target_level = forms.ChoiceField(label="The level you aim for")
    target_on = forms.DateField(
        label="Target date",
        widget=DateInput,
        help_text="The day you hand your packet in. You can move it later; the plan moves with it.",
        error_messages={"invalid": "Write a date that exists, such as 2027-03-31."},
    )

    def __init__(self, *args: Any, framework: Framework, today: date, **kwargs: Any) -> None:
        lowest = framework.levels[0]
        above = framework.next_level(lowest.key)
        initial = {
            "current_level": lowest.key,
            "target_level": above.key if above else "",
            "target_on": add_months(today, 12),
        }
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.framework = framework
        self.today = today
        # The highest level has no next one to aim for, the lowest nothing below it.
        self.fields["current_level"] = _level_field("Your level now", framework.levels[:-1])
        self.fields["target_level"] = _level_field("The level you aim for", framework.target_levels)

    def clean_target_on(self) -> date:
        target_on: date = self.cleaned_data["target_on"]
        if target_on == self.initial.get("target_on"):
            return target_on
        if target_on <= self.today:
            tomorrow = self.today + timedelta(days=1)
            raise ValidationError(
                f"{_in_words(target_on)} is not ahead of you. "
                f"Choose {_in_words(tomorrow)} or later: the plan leads up to this day."
            )
        furthest = add_months(self.today, LONGEST_WAY)
        if target_on > furthest:
            raise ValidationError(f"Choose a day until {_in_words(furthest)}, five years from now.")
        return target_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ranks = {level.key: rank for rank, level in enumerate(self.framework.levels)}
        current, target = cleaned.get("current_level"), cleaned.get("target_level")
        if current and target and ranks[target] <= ranks[current]:
            names = self.framework.levels_by_key
            self.add_error(
                "target_level",
                f"{names[target].name} is not above {names[current].name}. Choose a level above yours.",
            )
        return cleaned


class EditCandidacyForm(CandidacyForm):
    """`revision` is the one that was on the page, so that a save elsewhere in between is noticed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, candidacy: Candidacy, today: date, **kwargs: Any) -> None:
        initial = {
            "current_level": candidacy.current_level,
            "target_level": candidacy.target_level,
            "target_on": candidacy.target_on,
            "revision": candidacy.revision,
        }
        super().__init__(*args, framework=candidacy.framework, today=today, initial=initial, **kwargs)

    def on_top_of(self, saved: Candidacy) -> EditCandidacyForm:
        """Return the form with what was typed and the revision that is saved now."""
        typed = {name: self[name].value() for name in ("current_level", "target_level", "target_on")}
        return EditCandidacyForm(typed | {"revision": saved.revision}, candidacy=saved, today=self.today)


def _level_field(label: str, levels: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(level.key, f"{level.key}, {level.name}") for level in levels],
        widget=forms.RadioSelect,
    )


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


class JoinCohortForm(forms.Form):
    """Whether to bring one's candidacy into a cohort, and with which date."""

    def __init__(self, *args: Any, cohort: Cohort, candidacy: Candidacy, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        choices = [(Answer.KEEP_DATE, f"Yes, and keep my date, {_in_words(candidacy.target_on)}")]
        if cohort.target_on != candidacy.target_on and cohort.target_on > max(today, candidacy.started_on):
            choices.append(
                (Answer.TAKE_DATE, f"Yes, and take the cohort’s date, {_in_words(cohort.target_on)}")
            )
        choices.append((Answer.NO, "No, leave the cohort; my candidacy stays as it is"))
        self.fields["answer"] = forms.ChoiceField(
            label="Bring your candidacy into the cohort?", choices=choices, widget=forms.RadioSelect
        )

    @property
    def given(self) -> Answer:
        return Answer(self.cleaned_data["answer"])

    def said(self) -> str:
        if self.given is Answer.NO:
            return f"You are not in {self.cohort.name}. Nothing of yours was shown to its organisers."
        return f"Your candidacy is in {self.cohort.name}. What its organisers see stands under Timeline."


class InviteMentorForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail", max_length=254)
    kind = forms.ChoiceField(
        label="As",
        choices=MentorshipKind,
        initial=MentorshipKind.MENTOR,
        widget=Segments,
        help_text=(
            "A mentor sees your name, the level you aim for, your target date and phase once they accept. "
            "A manager sees your name and nothing else. Stories are shared one by one, with either."
        ),
    )


class RatedSubject:
    """One principle or indicator on the rating page: what is asked, what is there, what was typed."""

    def __init__(
        self,
        kind: Subject,
        key: str,
        name: str,
        *,
        about: str,
        prompts: tuple[str, ...],
        rubric: tuple[RubricLine, ...],
    ) -> None:
        self.kind = kind
        self.key = key
        self.name = name
        self.about = about
        self.prompts = prompts
        self.rubric = rubric
        self.value: int | None = None
        self.note = ""
        self.rating: Rated | None = None
        self.errors: list[str] = []

    @property
    def field(self) -> str:
        return f"{self.kind}-{self.key}"

    @property
    def subject(self) -> SubjectKey:
        return self.kind.value, self.key

    def show(self, rating: Rated | None) -> None:
        self.rating = rating
        self.value = rating.value if rating else None
        self.note = rating.note if rating else ""


class RatingForm:
    """Every principle and the indicators of the target level on one page, by plain fields.

    Not a Django form: its 28 subjects with five radio buttons each would be rendered by several
    hundred small templates.
    """

    def __init__(self, candidacy: Candidacy, current: Mapping[SubjectKey, Rated], posted: Any = None) -> None:
        framework, level = candidacy.framework, candidacy.target_level
        self.principles = [
            RatedSubject(
                Subject.PRINCIPLE,
                principle.key,
                principle.name,
                about=principle.about,
                prompts=(principle.prompts.current_scope, principle.prompts.expanded_scope),
                rubric=framework.rubric("principle", principle.key, level),
            )
            for principle in framework.principles
        ]
        self.indicators = [
            RatedSubject(
                Subject.INDICATOR,
                indicator.key,
                indicator.name,
                about=indicator.statement,
                prompts=(),
                rubric=framework.rubric("indicator", indicator.key, level),
            )
            for indicator in framework.indicators_for(level)
        ]
        self.scale = framework.ratings
        for subject in self.subjects:
            subject.show(current.get(subject.subject))
        self.seen = max((rating.pk for rating in current.values()), default=0)
        self.last_rated_at = max((rating.rated_at for rating in current.values()), default=None)
        self.started_from = self.seen
        # What the page that is drawn names as seen: a refused one goes on from where it began.
        self.next_seen = self.seen
        if posted is not None:
            self._read(posted)

    @property
    def subjects(self) -> list[RatedSubject]:
        return [*self.principles, *self.indicators]

    @property
    def wrong(self) -> list[RatedSubject]:
        return [subject for subject in self.subjects if subject.errors]

    @property
    def rated(self) -> int:
        return sum(subject.value is not None for subject in self.subjects)

    def is_valid(self) -> bool:
        return not self.wrong

    def subject(self, kind: str, key: str) -> RatedSubject:
        """Raises KeyError for one that is not asked for at this level."""
        for subject in self.subjects:
            if subject.subject == (kind, key):
                return subject
        raise KeyError(key)

    def answers(self) -> list[actions.Answer]:
        return [
            actions.Answer(subject.kind.value, subject.key, subject.value, subject.note)
            for subject in self.subjects
        ]

    def mark_clashes(self, current: Mapping[SubjectKey, Rated]) -> None:
        """Say beside each clash what was saved elsewhere; what was typed here stays in the field."""
        names = {step.value: step.name for step in self.scale}
        self.next_seen = self.seen
        for subject in self.subjects:
            rating = current.get(subject.subject)
            if rating is None:
                # Rated elsewhere and left alone here: saving again is not to take that back.
                if subject.rating and subject.rating.pk > self.started_from:
                    subject.show(subject.rating)
                continue
            said = f"{rating.value} {names[rating.value]}" if rating.value else "no rating"
            note = f" with the note “{rating.note}”" if rating.note else ""
            subject.errors.append(
                f"Saved elsewhere meanwhile: {said}{note}. Save again to keep what stands here."
            )

    def _read(self, posted: Any) -> None:
        values = {str(step.value): step.value for step in self.scale}
        started_from = posted.get("seen", "")
        # Anything but a key counts as a page that showed no rating: then every clash is asked about.
        self.started_from = int(started_from) if _A_KEY.fullmatch(started_from) else 0
        self.next_seen = self.started_from
        for subject in self.subjects:
            value = posted.get(subject.field)
            note = posted.get(f"{subject.field}-note")
            if value is not None:
                subject.value = values.get(value)
                if value and value not in values:
                    subject.errors.append("Choose one of the four ratings, or none.")
            if note is not None:
                subject.note = note.replace("\r\n", "\n").strip()
                if len(subject.note) > NOTE_LENGTH:
                    subject.errors.append(
                        f"The note has {len(subject.note)} characters; {NOTE_LENGTH} are the most."
                    )
                if "\x00" in subject.note:
                    subject.errors.append("The note holds a character that cannot be stored.")
