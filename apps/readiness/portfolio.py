"""Everything a candidacy can show, read once from the database and put on the ladder."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import F

from apps.candidates.models import Candidacy, SelfRating, Subject
from apps.frameworks.schema import Framework
from apps.projects.models import Project
from apps.readiness.ladder import (
    AskedOf,
    BarCheck,
    Endorsement,
    ProjectFacts,
    Standing,
    StoryFacts,
    SubjectFacts,
    check_bars,
    standing_of,
)
from apps.reviews.models import Rating, Verdict
from apps.stories.models import ReviewState, Story

NOTHING = SubjectFacts()
# Looking the value of a choice up costs more than what is done with it, thousands of times.
PRINCIPLE, INDICATOR = Subject.PRINCIPLE.value, Subject.INDICATOR.value

type SubjectKey = tuple[str, str]
type StorySubject = tuple[int, str, str]


class StoryRow(NamedTuple):
    """A story as it is read, with the subjects it is tagged with."""

    facts: StoryFacts
    subjects: tuple[SubjectKey, ...]


class SubjectAsked(NamedTuple):
    """A principle or indicator as a framework asks for it at one level."""

    kind: str
    key: str
    name: str
    leads: bool
    asked: int


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

    @property
    def projects(self) -> int:
        """How many projects the stories come from; one without a project is a project of its own."""
        return len({s.story.project for s in self.standing.stories})

    @property
    def teams(self) -> int | None:
        """The most teams one of the stories reached, the own one counted; None when none says."""
        return max((s.story.teams for s in self.standing.stories if s.story.teams), default=None)

    @property
    def organisations(self) -> int | None:
        """As for teams."""
        return max(
            (s.story.organisations for s in self.standing.stories if s.story.organisations), default=None
        )


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


def asked_at(framework: Framework, level: str) -> list[SubjectAsked]:
    """Return what has a standing at this level, in the framework's order: principles, then indicators."""
    return [
        *(
            SubjectAsked(
                PRINCIPLE,
                p.key,
                p.name,
                level in p.leads_at,
                framework.stories_asked(p.key, level),
            )
            for p in framework.principles
        ),
        *(
            SubjectAsked(INDICATOR, i.key, i.name, leads=False, asked=framework.sufficiency.stories_other)
            for i in framework.indicators_for(level)
        ),
    ]


def _portfolio(candidacy: Candidacy, facts: Mapping[SubjectKey, SubjectFacts], *, today: date) -> Portfolio:
    framework = candidacy.framework
    subjects: list[SubjectStanding] = []
    for _, of_kind in groupby(asked_at(framework, candidacy.target_level), key=attrgetter("kind")):
        asked = list(of_kind)
        standings = [standing_of(facts.get((one.kind, one.key), NOTHING)) for one in asked]
        bars = check_bars(
            [AskedOf(standing, one.asked) for standing, one in zip(standings, asked, strict=True)],
            sufficiency=framework.sufficiency,
            today=today,
        )
        subjects.extend(
            SubjectStanding(one.kind, one.key, one.name, one.leads, standing, bar)
            for one, standing, bar in zip(asked, standings, bars, strict=True)
        )
    every_story = {s.story_id: s for subject in facts.values() for s in subject.stories}
    return Portfolio(tuple(subjects), tuple(every_story[pk] for pk in sorted(every_story)))


def _facts_of(
    own: Mapping[SubjectKey, int | None],
    stories: Iterable[StoryRow],
    projects: Iterable[tuple[ProjectFacts, tuple[SubjectKey, ...]]],
    endorsements: Mapping[StorySubject, list[Endorsement]],
) -> dict[SubjectKey, SubjectFacts]:
    shown: defaultdict[SubjectKey, list[StoryFacts]] = defaultdict(list)
    for story, subjects in stories:
        for subject in subjects:
            given = endorsements.get((story.story_id, *subject)) if endorsements else None
            shown[subject].append(story.endorsed(tuple(given)) if given else story)
    held: defaultdict[SubjectKey, list[ProjectFacts]] = defaultdict(list)
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


def _stories_of(people: Iterable[int]) -> defaultdict[int, list[StoryRow]]:
    """By owner."""
    found: defaultdict[int, list[StoryRow]] = defaultdict(list)
    rows = Story.objects.alive().filter(owner__in=people).order_by().values_list(
        "owner_id", "principles", "indicators", "review_state", "archived_at",
        "current_version__is_complete", "current_version__is_measured",
        "id", "title", "matches_version", "project_id", "started_on", "ended_on",
        "teams_affected", "organisations_affected",
    )  # fmt: skip
    for (
        owner, principles, indicators, review_state, archived_at, is_complete, is_measured,
        pk, title, is_unchanged, project, started_on, ended_on, teams, organisations,
    ) in rows:  # fmt: skip
        facts = StoryFacts(
            story_id=pk,
            title=title,
            is_archived=archived_at is not None,
            is_complete=bool(is_complete),
            is_measured=bool(is_measured),
            is_unchanged=is_unchanged,
            project_id=project,
            ended_on=ended_on,
            has_changes_asked=review_state == ReviewState.CHANGES,
            started_on=started_on,
            teams=teams,
            organisations=organisations,
        )
        found[owner].append(StoryRow(facts, _tags(tuple(principles), tuple(indicators))))
    return found


def _projects_of(
    people: Iterable[int],
) -> defaultdict[int, list[tuple[ProjectFacts, tuple[SubjectKey, ...]]]]:
    """By owner, each with the subjects it is tagged with."""
    found: defaultdict[int, list[tuple[ProjectFacts, tuple[SubjectKey, ...]]]] = defaultdict(list)
    rows = Project.objects.filter(owner__in=people).values_list(
        "owner_id", "id", "name", "principles", "indicators"
    )
    for owner, pk, name, principles, indicators in rows:
        found[owner].append((ProjectFacts(pk, name), _tags(tuple(principles), tuple(indicators))))
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


@lru_cache(maxsize=4_096)
def _tags(principles: tuple[str, ...], indicators: tuple[str, ...]) -> tuple[SubjectKey, ...]:
    return (*((PRINCIPLE, key) for key in principles), *((INDICATOR, key) for key in indicators))
