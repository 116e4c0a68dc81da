"""Everything a candidacy can show, read once from the database and put on the ladder."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from apps.candidates.models import Candidacy, Subject
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
    framework = candidacy.framework
    facts = _facts_of(candidacy)
    keys = [
        *((Subject.PRINCIPLE.value, p.key, p.name) for p in framework.principles),
        *((Subject.INDICATOR.value, i.key, i.name) for i in framework.indicators_for(candidacy.target_level)),
    ]
    standings = {(kind, key): standing_of(facts[kind, key]) for kind, key, _ in keys}
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


def _facts_of(candidacy: Candidacy) -> defaultdict[SubjectKey, SubjectFacts]:
    own = {
        (rating.kind, rating.key): rating.value
        for rating in candidacy.self_ratings.current().only("candidacy", "kind", "key", "value")
    }
    endorsements = _endorsements_of(candidacy)
    stories: dict[SubjectKey, list[StoryFacts]] = defaultdict(list)
    rows = (
        Story.objects.alive()
        .filter(owner=candidacy.person_id)
        .values(
            "id", "title", "archived_at", "principles", "indicators", "project_id", "ended_on",
            "matches_version", "review_state", "current_version__is_complete", "current_version__is_measured",
        )
    )  # fmt: skip
    for row in rows:
        for kind, key in _tags(row["principles"], row["indicators"]):
            stories[kind, key].append(
                StoryFacts(
                    story_id=row["id"],
                    title=row["title"],
                    is_archived=row["archived_at"] is not None,
                    is_complete=bool(row["current_version__is_complete"]),
                    is_measured=bool(row["current_version__is_measured"]),
                    is_unchanged=row["matches_version"],
                    endorsements=tuple(endorsements[row["id"], kind, key]),
                    project_id=row["project_id"],
                    ended_on=row["ended_on"],
                    has_changes_asked=row["review_state"] == ReviewState.CHANGES,
                )
            )
    projects: dict[SubjectKey, list[ProjectFacts]] = defaultdict(list)
    for pk, name, principles, indicators in Project.objects.filter(owner=candidacy.person_id).values_list(
        "id", "name", "principles", "indicators"
    ):
        for subject in _tags(principles, indicators):
            projects[subject].append(ProjectFacts(pk, name))
    facts = defaultdict(SubjectFacts)
    for subject in own.keys() | stories.keys() | projects.keys():
        facts[subject] = SubjectFacts(
            own_rating=own.get(subject), stories=tuple(stories[subject]), projects=tuple(projects[subject])
        )
    return facts


def _endorsements_of(candidacy: Candidacy) -> defaultdict[tuple[int, str, str], list[Endorsement]]:
    """By story, kind and key: endorsing ratings of current versions, given at this target level."""
    ratings = Rating.objects.filter(
        review__sent_at__isnull=False,
        review__verdict=Verdict.ENDORSE,
        review__version__story__owner=candidacy.person_id,
        review__version=F("review__version__story__current_version"),
        review__target_level=candidacy.target_level,
    ).exclude(review__mentorship__mentor=candidacy.person_id)
    found = defaultdict(list)
    for story_id, kind, key, value, mentor in ratings.values_list(
        "review__version__story_id", "kind", "key", "value", "review__mentorship__mentor__name"
    ):
        found[story_id, kind, key].append(Endorsement(mentor or "", value))
    return found


def _tags(principles: Iterable[str], indicators: Iterable[str]) -> list[SubjectKey]:
    return [
        *((Subject.PRINCIPLE.value, key) for key in principles),
        *((Subject.INDICATOR.value, key) for key in indicators),
    ]
