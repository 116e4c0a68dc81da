"""What a review rates: the principles and indicators its version is tagged with, each with its rubric."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.candidates.models import Subject
from apps.frameworks.schema import RubricLine, SubjectKind
from apps.reviews.models import Rating, Review


@dataclass(frozen=True)
class RatableSubject:
    """`leads` says that the principle leads at the target level; `rubric` is for that level."""

    kind: str
    key: str
    name: str
    leads: bool
    rubric: tuple[RubricLine, ...]

    @property
    def slug(self) -> str:
        return f"{self.kind}-{self.key}"

    @property
    def rating_field(self) -> str:
        return f"rate-{self.slug}"

    @property
    def reason_field(self) -> str:
        return f"reason-{self.slug}"


@dataclass(frozen=True)
class GivenRating:
    """A rating as it is read: the subject, the framework's words for the value, and the reason."""

    name: str
    leads: bool
    value: int
    value_name: str
    meaning: str
    reason: str


def ratable_subjects(review: Review) -> tuple[RatableSubject, ...]:
    """Return the subjects in the order of the tags, indicators only with the readiness grant.

    A tag that the candidacy's framework does not know has no rubric and is not rated.
    """
    candidacy = review.mentorship.candidacy
    framework, level = candidacy.framework, candidacy.target_level
    content = review.version.as_content()
    subjects = [
        RatableSubject(
            kind=Subject.PRINCIPLE.value,
            key=key,
            name=framework.subject_name("principle", key),
            leads=level in framework.principle(key).leads_at,
            rubric=framework.rubric("principle", key, level),
        )
        for key in content.principles
        if key in framework.principles_by_key
    ]
    if review.mentorship.may_rate_indicators():
        subjects += [
            RatableSubject(
                kind=Subject.INDICATOR.value,
                key=key,
                name=framework.subject_name("indicator", key),
                leads=False,
                rubric=framework.rubric("indicator", key, level),
            )
            for key in content.indicators
            if key in framework.indicators_by_key
        ]
    return tuple(subjects)


def given_ratings(review: Review, ratings: Iterable[Rating]) -> tuple[GivenRating, ...]:
    """Put what was rated into words, principles first, each in the order of the version's tags."""
    framework, level = review.mentorship.candidacy.framework, review.target_level
    content = review.version.as_content()
    tags = [
        *((Subject.PRINCIPLE.value, key) for key in content.principles),
        *((Subject.INDICATOR.value, key) for key in content.indicators),
    ]
    place = {tag: n for n, tag in enumerate(tags)}
    given = []
    for rating in sorted(ratings, key=lambda r: place.get((r.kind, r.key), len(place))):
        kind: SubjectKind = "principle" if rating.kind == Subject.PRINCIPLE else "indicator"
        line = framework.rubric(kind, rating.key, level)[rating.value - 1]
        leads = kind == "principle" and level in framework.principle(rating.key).leads_at
        given.append(
            GivenRating(
                name=framework.subject_name(kind, rating.key),
                leads=leads,
                value=rating.value,
                value_name=line.name,
                meaning=line.text,
                reason=rating.reason,
            )
        )
    return tuple(given)
