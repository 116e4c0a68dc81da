from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from apps.candidates.models import Mentorship
from apps.reviews.actions import DraftComment, DraftRating
from apps.reviews.models import Comment, Rating, Review, Verdict
from apps.reviews.subjects import RatableSubject, ratable_subjects
from apps.stories.content import SECTIONS
from apps.web.forms import Rating as RatingWidget
from apps.web.forms import Segments

FORM_ID = "draft"
LARGEST_REVISION = 2**31 - 1


class Prose(forms.CharField):
    """Plain text of several lines; a newline is one character, whatever the browser sends."""

    def __init__(self, *, rows: int = 3, placeholder: str = "", **kwargs: Any) -> None:
        attrs = {"rows": rows, "placeholder": placeholder, "class": "ta", "form": FORM_ID}
        super().__init__(required=False, widget=forms.Textarea(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


@dataclass(frozen=True)
class SubjectFields:
    """The two fields of one subject, for the template."""

    subject: RatableSubject
    rating: BoundField
    reason: BoundField


class ReviewForm(forms.Form):
    """A mentor's draft: verdict, rationale, a rating and a reason for each subject, comments being typed.

    `keep_mine` is the revision that was saved elsewhere and is to be replaced knowingly.
    """

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_REVISION, widget=forms.HiddenInput)
    save_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    keep_mine = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_REVISION, widget=forms.HiddenInput
    )
    verdict = forms.ChoiceField(
        choices=[(verdict.value, verdict.label) for verdict in (Verdict.ENDORSE, Verdict.CHANGES)],
        required=False,
        widget=Segments(attrs={"form": FORM_ID}),
    )
    rationale = Prose(label="Overall", max_length=5000, placeholder="What carries the story, what it lacks")

    def __init__(
        self, typed: QueryDict | None = None, *, review: Review, ratings: Iterable[Rating] = ()
    ) -> None:
        self.subjects = ratable_subjects(review)
        given = {(rating.kind, rating.key): rating for rating in ratings}
        initial: dict[str, Any] = {"verdict": review.verdict, "rationale": review.rationale}
        initial |= {_comment_field(section): body for section, body in review.unfinished.items()}
        for subject in self.subjects:
            if rating := given.get((subject.kind, subject.key)):
                initial |= {subject.rating_field: rating.value, subject.reason_field: rating.reason}
        super().__init__(typed, initial=initial)
        self.typed = typed or QueryDict()
        for subject in self.subjects:
            self.fields[subject.rating_field] = forms.TypedChoiceField(
                label=subject.name,
                choices=[(line.value, line.name) for line in subject.rubric],
                coerce=int,
                empty_value=None,
                required=False,
                widget=RatingWidget(attrs={"form": FORM_ID}),
            )
            self.fields[subject.reason_field] = Prose(
                label=f"Reason, {subject.name}", rows=2, max_length=2000, placeholder="Because …"
            )
        for section in SECTIONS:
            box = Prose(
                label=f"Comment on {section}", max_length=5000, placeholder=f"Comment on the {section}"
            )
            box.widget.attrs["data-key"] = "c"
            self.fields[_comment_field(section)] = box

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for subject in self.subjects:
            if cleaned.get(subject.reason_field) and not cleaned.get(subject.rating_field):
                self.add_error(subject.rating_field, "Choose a rating to go with the reason.")
        if any(name.startswith("rate-") and name not in self.fields for name in self.data):
            self.add_error(
                None,
                "This screen held a rating that is not yours to give: the story is not tagged with it, "
                "or it is no longer shared with you. It is left out; save again to keep the rest.",
            )
        return cleaned

    @property
    def started_from(self) -> int:
        revision: int = self.cleaned_data["keep_mine"] or self.cleaned_data["revision"]
        return revision

    def draft_ratings(self) -> list[DraftRating]:
        return [
            DraftRating(
                subject.kind,
                subject.key,
                self.cleaned_data[subject.rating_field],
                self.cleaned_data[subject.reason_field],
            )
            for subject in self.subjects
            if self.cleaned_data[subject.rating_field]
        ]

    def unfinished(self) -> dict[str, str]:
        typed = {section: self.cleaned_data[_comment_field(section)] for section in SECTIONS}
        return {section: body for section, body in typed.items() if body}

    def comments_to_add(self, sections: Sequence[str] = SECTIONS) -> list[DraftComment]:
        return [
            DraftComment(section, body) for section, body in self.unfinished().items() if section in sections
        ]

    def without_added(self, review: Review) -> ReviewForm:
        """Return the same form with only those comments in their boxes that are not added yet."""
        typed = self.typed.copy()
        for section in SECTIONS:
            typed[_comment_field(section)] = review.unfinished.get(section, "")
        return ReviewForm(typed, review=review)

    def add_missing(self, missing: Mapping[str, str]) -> None:
        """Say at the fields what sending still lacks; a missing rating at the first there is."""
        for name, message in missing.items():
            first_rating = self.subjects[0].rating_field if self.subjects else None
            self.add_error(first_rating if name == "ratings" else name, message)

    def subject_fields(self) -> list[SubjectFields]:
        return [
            SubjectFields(subject, self[subject.rating_field], self[subject.reason_field])
            for subject in self.subjects
        ]

    def comment_box(self, section: str) -> BoundField:
        return self[_comment_field(section)]

    def texts(self) -> dict[str, tuple[str, str]]:
        """Return by field its label and what stands in it, for two drafts to be held side by side."""
        names = [name for name in self.fields if name not in {"revision", "save_id", "keep_mine"}]
        return {name: (str(self[name].label), self._in_words(name)) for name in names}

    def _in_words(self, name: str) -> str:
        value = self[name].value()
        widget = self.fields[name].widget
        if isinstance(widget, forms.RadioSelect):
            return {str(choice): str(label) for choice, label in widget.choices}.get(str(value), "")
        return str(value or "").replace("\r\n", "\n")


def _comment_field(section: str) -> str:
    return f"comment-{section}"


class CommentForm(forms.ModelForm[Comment]):
    class Meta:
        model = Comment
        fields = ("body",)
        widgets = {"body": forms.Textarea(attrs={"rows": 3, "class": "ta"})}

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        return body.replace("\r\n", "\n")


class AskForm(forms.Form):
    mentorship = forms.TypedChoiceField(label="Who should review it", coerce=int, widget=forms.RadioSelect)
    question = forms.CharField(
        label="What should they look at",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They see it above the story.",
    )

    def __init__(self, *args: Any, mentorships: Sequence[Mentorship], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentorships = {mentorship.pk: mentorship for mentorship in mentorships}
        self.fields["mentorship"] = forms.TypedChoiceField(
            label="Who should review it",
            coerce=int,
            choices=[(m.pk, _named(m)) for m in mentorships],
            initial=mentorships[0].pk if len(mentorships) == 1 else None,
            widget=forms.RadioSelect,
        )

    def chosen(self) -> Mentorship:
        return self.mentorships[self.cleaned_data["mentorship"]]


def _named(mentorship: Mentorship) -> str:
    return f"{mentorship.mentor_name}, your manager" if mentorship.is_of_manager else mentorship.mentor_name
