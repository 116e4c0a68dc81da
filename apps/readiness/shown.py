"""What a mentor with the readiness grant is shown of a candidacy.

The steps of the ladder, own ratings and notes, counts of scope; titles of stories only where the story itself was
granted, as its granted version has it. Never a win, a working text, or what somebody noted about their manager.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.forms import RatedSubject, RatingForm
from apps.candidates.models import Mentorship, SelfRating
from apps.readiness.models import MentorRating
from apps.readiness.portfolio import SubjectStanding, portfolio_of
from apps.readiness.ratings import own_ratings_of
from apps.scope.shared import SharedScope, scope_shown_to
from apps.stories.models import StoryVersion


@dataclass(frozen=True)
class ShownSubject:
    """`titles` are those of stories this mentor was given, `others` how many more there are."""

    subject: SubjectStanding
    own: SelfRating | None
    titles: tuple[str, ...]
    others: int
    asked: RatedSubject
    draft: bool


@dataclass(frozen=True)
class ShownReadiness:
    indicators: tuple[ShownSubject, ...]
    principles: tuple[ShownSubject, ...]
    scope: SharedScope
    drafts: int


def readiness_shown_to(
    mentor: User,
    mentorship: Mentorship,
    form: RatingForm,
    drafts: frozenset[tuple[str, str]],
    *,
    now: datetime,
) -> ShownReadiness:
    candidacy = mentorship.candidacy
    portfolio = portfolio_of(candidacy, today=_day(now))
    own = own_ratings_of(candidacy)
    titles = StoryVersion.objects.visible_to(mentor).newest_titles_of(candidacy.person_id)

    def shown(subject: SubjectStanding) -> ShownSubject:
        ids = [found.story.story_id for found in subject.standing.stories]
        given = tuple(titles[pk] for pk in ids if pk in titles)
        key = (subject.kind, subject.key)
        return ShownSubject(
            subject, own.get(key), given, len(ids) - len(given), form.subject(*key), key in drafts
        )

    return ShownReadiness(
        indicators=tuple(map(shown, portfolio.indicators)),
        principles=tuple(map(shown, portfolio.principles)),
        scope=scope_shown_to(mentor, candidacy, today=_day(now)),
        drafts=len(drafts),
    )


def _day(now: datetime) -> date:
    return timezone.localdate(now)


def drafted_subjects(ratings: dict[tuple[str, str], MentorRating]) -> frozenset[tuple[str, str]]:
    """Return which of a mentor's newest ratings the candidate has not been sent."""
    return frozenset(key for key, rating in ratings.items() if rating.sent_at is None)
