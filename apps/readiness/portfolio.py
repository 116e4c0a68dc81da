"""Everything a candidacy can show, read once from the database and put on the ladder."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from apps.candidates.models import Candidacy, SelfRating, Subject
from apps.projects.models import Project
from apps.readiness.ladder import (
    BarCheck,
    Endorsement,
    ProjectFacts,
    Standing,
    StoryFacts,
    SubjectFacts,
    check_bar,
    crowding_projects,
    standing_of,
)
from apps.reviews.models import Rating, Verdict
from apps.stories.models import ReviewState, Story

type SubjectKey = tuple[str, str]
type StorySubject = tuple[int, str, str]
type Row = dict[str, Any]


@dataclass(frozen=True)
class SubjectStanding:
    kind: str
    key: str
    name: str
    leads: bool
    standing: Standing
    bar: BarCheck

    @property
    def steps(self) -> list[int]:
        """The step of each story behind it, for the row of dots."""
        return [int(s.step) for s in self.standing.stories]

    @property
    def latest_on(self) -> date | None:
        """The most recent end of a story behind it; a story without an end has none."""
        return max((s.story.ended_on for s in self.standing.stories if s.story.ended_on), default=None)


@dataclass(frozen=True)
class Portfolio:
    """The subjects of the target level in the framework's order."""

    subjects: tuple[SubjectStanding, ...]
    stories: tuple[StoryFacts, ...]

    @property
    def principles(self) -> tuple[SubjectStanding, ...]:
        return tuple(s for s in self.subjects if s.kind == Subject.PRINCIPLE)

    @property
    def indicators(self) -> tuple[SubjectStanding, ...]:
        return tuple(s for s in self.subjects if s.kind == Subject.INDICATOR)

    def subject(self, kind: str, key: str) -> SubjectStanding:
        """Raises KeyError for a subject that is none of this level's."""
        for subject in self.subjects:
            if (subject.kind, subject.key) == (kind, key):
                return subject
        raise KeyError(key)


def portfolio_of(candidacy: Candidacy, *, today: date) -> Portfolio:
    """Read the facts (four statements, however many stories) and hold them against the framework."""
    return portfolios_of([candidacy], today=today)[candidacy.pk]


def portfolios_of(candidacies: Collection[Candidacy], *, today: date) -> dict[int, Portfolio]:
    """Return by id the portfolio of each: four statements, however many candidacies and stories."""
    people = {candidacy.person_id for candidacy in candidacies}
    own = _own_ratings_of(candidacies)
    endorsements = _endorsements_of(people)
    stories, projects = _stories_of(people), _projects_of(people)
    found = {}
    for candidacy in candidacies:
        person = candidacy.person_id
        endorsed = endorsements[person, candidacy.target_level]
        facts = _facts_of(own[candidacy.pk], stories[person], projects[person], endorsed)
        found[candidacy.pk] = _portfolio(candidacy, facts, today=today)
    return found


def _portfolio(candidacy: Candidacy, facts: Mapping[SubjectKey, SubjectFacts], *, today: date) -> Portfolio:
    framework = candidacy.framework
    keys = [
        *((Subject.PRINCIPLE.value, p.key, p.name) for p in framework.principles),
        *((Subject.INDICATOR.value, i.key, i.name) for i in framework.indicators_for(candidacy.target_level)),
    ]
    nothing = SubjectFacts()
    standings = {(kind, key): standing_of(facts.get((kind, key), nothing)) for kind, key, _ in keys}
    crowding = crowding_projects(
        (story for standing in standings.values() for story in standing.corroborated),
        max_share=framework.sufficiency.max_project_share,
    )
    subjects = []
    for kind, key, name in keys:
        asked = framework.sufficiency.stories_other
        if kind == Subject.PRINCIPLE:
            asked = framework.stories_asked(key, candidacy.target_level)
        bar = check_bar(
            standings[kind, key],
            asked=asked,
            sufficiency=framework.sufficiency,
            today=today,
            crowding=crowding,
        )
        leads = kind == Subject.PRINCIPLE and candidacy.target_level in framework.principle(key).leads_at
        subjects.append(SubjectStanding(kind, key, name, leads, standings[kind, key], bar))
    every_story = {s.story_id: s for subject in facts.values() for s in subject.stories}
    return Portfolio(tuple(subjects), tuple(every_story[pk] for pk in sorted(every_story)))


def _facts_of(
    own: Mapping[SubjectKey, int | None],
    stories: Iterable[Row],
    projects: Iterable[tuple[ProjectFacts, list[SubjectKey]]],
    endorsements: Mapping[StorySubject, list[Endorsement]],
) -> dict[SubjectKey, SubjectFacts]:
    shown: dict[SubjectKey, list[StoryFacts]] = defaultdict(list)
    for row in stories:
        for kind, key in _tags(row["principles"], row["indicators"]):
            shown[kind, key].append(
                StoryFacts(
                    story_id=row["id"],
                    title=row["title"],
                    is_archived=row["archived_at"] is not None,
                    is_complete=bool(row["current_version__is_complete"]),
                    is_measured=bool(row["current_version__is_measured"]),
                    is_unchanged=row["matches_version"],
                    endorsements=tuple(endorsements.get((row["id"], kind, key), ())),
                    project_id=row["project_id"],
                    ended_on=row["ended_on"],
                    has_changes_asked=row["review_state"] == ReviewState.CHANGES,
                )
            )
    held: dict[SubjectKey, list[ProjectFacts]] = defaultdict(list)
    for project, subjects in projects:
        for subject in subjects:
            held[subject].append(project)
    return {
        subject: SubjectFacts(
            own_rating=own.get(subject),
            stories=tuple(shown.get(subject, ())),
            projects=tuple(held.get(subject, ())),
        )
        for subject in own.keys() | shown.keys() | held.keys()
    }


def _own_ratings_of(candidacies: Iterable[Candidacy]) -> defaultdict[int, dict[SubjectKey, int | None]]:
    """By candidacy."""
    found: defaultdict[int, dict[SubjectKey, int | None]] = defaultdict(dict)
    ratings = SelfRating.objects.filter(candidacy__in=[candidacy.pk for candidacy in candidacies]).current()
    for candidacy, kind, key, value in ratings.values_list("candidacy", "kind", "key", "value"):
        found[candidacy][kind, key] = value
    return found


def _stories_of(people: Iterable[int]) -> defaultdict[int, list[Row]]:
    """By owner."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    rows = (
        Story.objects.alive()
        .filter(owner__in=people)
        .values(
            "id", "title", "archived_at", "principles", "indicators", "project_id", "ended_on", "owner_id",
            "matches_version", "review_state", "current_version__is_complete", "current_version__is_measured",
        )
    )  # fmt: skip
    for row in rows:
        found[row["owner_id"]].append(dict(row))
    return found


def _projects_of(people: Iterable[int]) -> defaultdict[int, list[tuple[ProjectFacts, list[SubjectKey]]]]:
    """By owner, each with the subjects it is tagged with."""
    found: defaultdict[int, list[tuple[ProjectFacts, list[SubjectKey]]]] = defaultdict(list)
    rows = Project.objects.filter(owner__in=people).values_list(
        "owner_id", "id", "name", "principles", "indicators"
    )
    for owner, pk, name, principles, indicators in rows:
        found[owner].append((ProjectFacts(pk, name), _tags(principles, indicators)))
    return found


def _endorsements_of(
    people: Iterable[int],
) -> defaultdict[tuple[int, str], defaultdict[StorySubject, list[Endorsement]]]:
    """By owner and the level they were given for: endorsing ratings of current versions."""
    ratings = Rating.objects.filter(
        review__sent_at__isnull=False,
        review__verdict=Verdict.ENDORSE,
        review__version__story__owner__in=people,
        review__version=F("review__version__story__current_version"),
    ).exclude(review__mentorship__mentor=F("review__version__story__owner"))
    found: defaultdict[tuple[int, str], defaultdict[StorySubject, list[Endorsement]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for owner, level, story_id, kind, key, value, mentor in ratings.values_list(
        "review__version__story__owner_id", "review__target_level",
        "review__version__story_id", "kind", "key", "value", "review__mentorship__mentor__name",
    ):  # fmt: skip
        found[owner, level][story_id, kind, key].append(Endorsement(mentor or "", value))
    return found


def _tags(principles: Iterable[str], indicators: Iterable[str]) -> list[SubjectKey]:
    return [
        *((Subject.PRINCIPLE.value, key) for key in principles),
        *((Subject.INDICATOR.value, key) for key in indicators),
    ]
