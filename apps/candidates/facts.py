"""What is known about a candidacy by the names of the frameworks' vocabulary.

Each app registers in `AppConfig.ready()` the facts it can count. A fact that no app counts yet is
not known, which is something else than nought.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from apps.candidates.models import Candidacy, ChosenChallenge, Mentorship, SelfRating, Subject
from apps.frameworks.schema import Challenge, Threshold
from apps.frameworks.vocabulary import FACTS

type Figure = float | None
# Answers for many candidacies at once, by their ids.
type Finder = Callable[[Sequence[Candidacy], date], Mapping[int, Mapping[str, Figure]]]

_finders: list[tuple[frozenset[str], Finder]] = []
_names: set[str] = set()


def add(names: tuple[str, ...], find: Finder) -> None:
    """Register a function that answers all of `names`, in as few statements as it can however many ask."""
    for name in names:
        if name not in FACTS:
            raise ValueError(f"no framework can ask for {name!r}")
        if name in _names:
            raise ValueError(f"two apps count {name!r}")
        _names.add(name)
    _finders.append((frozenset(names), find))


def known_names() -> frozenset[str]:
    """Return the facts that some app counts."""
    return frozenset(_names)


def facts_of(candidacy: Candidacy, today: date, names: Collection[str] | None = None) -> dict[str, Figure]:
    """Return every fact that some app counts, or those of `names`; what is missing is not known."""
    return facts_of_all([candidacy], today, names)[candidacy.pk]


def facts_of_all(
    candidacies: Sequence[Candidacy], today: date, names: Collection[str] | None = None
) -> dict[int, dict[str, Figure]]:
    """Return the facts of each candidacy by its id, in as many statements as for one.

    With `names` only the apps that count one of them are asked.
    """
    known: dict[int, dict[str, Figure]] = {candidacy.pk: {} for candidacy in candidacies}
    for counted, find in _finders:
        if candidacies and (names is None or not counted.isdisjoint(names)):
            for pk, found in find(candidacies, today).items():
                known[pk].update(found)
    return known


def hold(thresholds: tuple[Threshold, ...], known: Mapping[str, Figure]) -> bool:
    """Tell whether there are conditions and each of them is met by what is known."""
    return bool(thresholds) and all(threshold.holds(known.get(threshold.fact)) for threshold in thresholds)


def add_own() -> None:
    """Register what this app counts: self-ratings, mentorships and the challenges that apply."""
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
    add(("has_chosen_challenges",), _challenges)
    add(
        ("days_to_target_date",),
        lambda candidacies, today: {
            candidacy.pk: {"days_to_target_date": (candidacy.target_on - today).days}
            for candidacy in candidacies
        },
    )


def _ratings(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, Figure]]:
    series = defaultdict(list)
    for pk, kind, key, value in SelfRating.objects.series_of_all(candidacies):
        series[pk].append(((kind, key), value))
    return {candidacy.pk: _rated(candidacy, series[candidacy.pk]) for candidacy in candidacies}


def _rated(
    candidacy: Candidacy, series: Sequence[tuple[tuple[str, str], int | None]]
) -> Mapping[str, Figure]:
    framework = candidacy.framework
    asked = {(Subject.PRINCIPLE.value, principle.key) for principle in framework.principles} | {
        (Subject.INDICATOR.value, indicator.key)
        for indicator in framework.indicators_for(candidacy.target_level)
    }
    rated: set[tuple[str, str]] = set()
    rated_before: set[tuple[str, str]] = set()
    again: set[tuple[str, str]] = set()
    for subject, value in series:
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


def _mentorships(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, Figure]]:
    none = {"mentorships_asked": 0, "has_mentor": 0}
    return {candidacy.pk: none for candidacy in candidacies} | Mentorship.objects.counted_for(candidacies)


def _challenges(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, Figure]]:
    marks: defaultdict[int, dict[str, bool]] = defaultdict(dict)
    rows = ChosenChallenge.objects.of_candidacies(candidacies).values_list("candidacy", "key", "applies")
    for pk, key, applies in rows:
        marks[pk][key] = applies
    return {
        candidacy.pk: {
            "has_chosen_challenges": float(has_chosen(candidacy.framework.challenges, marks[candidacy.pk]))
        }
        for candidacy in candidacies
    }


def has_chosen(challenges: Sequence[Challenge], marks: Mapping[str, bool]) -> bool:
    """Tell whether it was said which challenges apply: one of them at least, or of all that they do not."""
    return any(marks.values()) or all(challenge.key in marks for challenge in challenges)
