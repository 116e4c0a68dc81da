"""What is known about a candidacy by the names of the frameworks' vocabulary.

Each app registers in `AppConfig.ready()` the facts it can count. A fact that no app counts yet is
not known, which is something else than nought.
"""

from collections.abc import Callable, Mapping
from datetime import date

from apps.candidates.models import Candidacy, Mentorship, SelfRating, Subject
from apps.frameworks.schema import Threshold
from apps.frameworks.vocabulary import FACTS

type Figure = float | None
type Finder = Callable[[Candidacy, date], Mapping[str, Figure]]

_finders: list[Finder] = []
_names: set[str] = set()


def add(names: tuple[str, ...], find: Finder) -> None:
    """Register a function that answers all of `names`, in as few statements as it can."""
    for name in names:
        if name not in FACTS:
            raise ValueError(f"no framework can ask for {name!r}")
        if name in _names:
            raise ValueError(f"two apps count {name!r}")
        _names.add(name)
    _finders.append(find)


def facts_of(candidacy: Candidacy, today: date) -> dict[str, Figure]:
    """Return every fact that some app counts; what is missing is not known."""
    known: dict[str, Figure] = {}
    for find in _finders:
        known.update(find(candidacy, today))
    return known


def hold(thresholds: tuple[Threshold, ...], known: Mapping[str, Figure]) -> bool:
    """Tell whether there are conditions and each of them is met by what is known."""
    return bool(thresholds) and all(threshold.holds(known.get(threshold.fact)) for threshold in thresholds)


def add_own() -> None:
    """Register what this app counts: self-ratings and mentorships."""
    add(
        (
            "principles_rated",
            "indicators_rated",
            "unrated_subjects",
            "has_baseline_rating",
            "subjects_rated_again",
        ),
        _ratings,
    )
    add(("has_mentor", "mentorships_asked"), _mentorships)
    add(
        ("days_to_target_date",),
        lambda candidacy, today: {"days_to_target_date": (candidacy.target_on - today).days},
    )


def _ratings(candidacy: Candidacy, _: date) -> Mapping[str, Figure]:
    framework = candidacy.framework
    asked = {(Subject.PRINCIPLE.value, principle.key) for principle in framework.principles} | {
        (Subject.INDICATOR.value, indicator.key)
        for indicator in framework.indicators_for(candidacy.target_level)
    }
    rated: set[tuple[str, str]] = set()
    rated_before: set[tuple[str, str]] = set()
    again: set[tuple[str, str]] = set()
    for kind, key, value in SelfRating.objects.series_of(candidacy):
        subject = (kind, key)
        if subject not in asked:
            continue
        if value is None:
            rated.discard(subject)
            continue
        if subject in rated_before:
            again.add(subject)
        rated_before.add(subject)
        rated.add(subject)
    return {
        "principles_rated": sum(kind == Subject.PRINCIPLE for kind, _ in rated),
        "indicators_rated": sum(kind == Subject.INDICATOR for kind, _ in rated),
        "unrated_subjects": len(asked - rated),
        "has_baseline_rating": float(asked <= rated_before),
        "subjects_rated_again": len(again),
    }


def _mentorships(candidacy: Candidacy, _: date) -> Mapping[str, Figure]:
    return Mentorship.objects.counted_for(candidacy)
