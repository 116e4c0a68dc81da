"""What the review screen shows around a version: the mentor's other waiting stories, and the draft."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.candidates.phases import current_window, phase_windows
from apps.frameworks.schema import Phase
from apps.reviews.forms import ReviewForm
from apps.reviews.models import Review

# More than this wait in the queue only; nobody reads fifty stories of one person in a sitting.
OUTLINE_LENGTH = 50
_A_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Outline:
    """The stories of one candidate that wait for one mentor, longest first, around the one being read."""

    reviews: Sequence[Review]
    current: Review

    @property
    def position(self) -> int:
        """Return the place of the current one, counted from 1; 0 when it does not wait any more."""
        places = {review.pk: n for n, review in enumerate(self.reviews, start=1)}
        return places.get(self.current.pk, 0)

    @property
    def previous(self) -> Review | None:
        return self.reviews[self.position - 2] if self.position > 1 else None

    @property
    def following(self) -> Review | None:
        """Return the next one; the first, when the current one does not wait any more."""
        return self.reviews[self.position] if self.position < len(self.reviews) else None


def outline_of(review: Review, user: User) -> Outline:
    waiting = Review.objects.reviewable_by(user).waiting().beside(review).for_outline()
    return Outline(list(waiting[:OUTLINE_LENGTH]), review)


def phase_of(candidacy: Candidacy, *, today: date) -> Phase:
    windows = phase_windows(
        candidacy.framework.phases,
        target_on=candidacy.target_on,
        started_on=candidacy.started_on,
        today=today,
        decided_on=candidacy.decided_on,
    )
    return current_window(windows).phase


@dataclass(frozen=True)
class Difference:
    label: str
    mine: str
    saved: str


def differences(mine: ReviewForm, saved: ReviewForm) -> tuple[Difference, ...]:
    """Hold what was typed against what was saved meanwhile, field by field; equal ones are left out."""
    there = saved.texts()
    return tuple(
        Difference(label, words, there[name][1])
        for name, (label, words) in mine.texts().items()
        if words != there[name][1]
    )


def version_number(asked: str) -> int | None:
    """Read the number of another version from the address; anything else asks for none."""
    return int(asked) if _A_NUMBER.fullmatch(asked) else None
