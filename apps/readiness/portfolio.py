"""Everything a candidacy can show, read once from the database and put on the ladder."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

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
from apps.reviews.models import Rating
from apps.stories.models import ReviewState, Story

NOTHING = SubjectFacts()
# Looking the value of a choice up costs more than what is done with it, thousands of times.
CHANGES = ReviewState.CHANGES.value
PRINCIPLE, INDICATOR = Subject.PRINCIPLE.value, Subject.INDICATOR.value

type SubjectKey = tuple[str, str]
# What was endorsed of one version.
type Endorsed = dict[SubjectKey, tuple[Endorsement, ...]]


class StoryRow(NamedTuple):
    """A story as it is read, with the subjects it is tagged with."""

    facts: StoryFacts
    subjects: tuple[SubjectKey, ...]
    version_id: int | None


class SubjectAsked(NamedTuple):
    """A principle or indicator as a framework asks for it at one level."""

    kind: str
    key: str
    name: str
    leads: bool
    asked: int


class Reach(NamedTuple):
    """How far some stories reach, taken together.

    `projects` is how many they come from; a story without one is a project of its own. `latest_on` is the
    most recent end, which a story under way does not have. `teams` and `organisations` are the most that one
    of the stories affected, the own one counted; None when none of them says.
    """

    projects: int = 0
    latest_on: date | None = None
    teams: int | None = None
    organisations: int | None = None


def reach_of(stories: Iterable[StoryFacts]) -> Reach:
    """Return it in one pass: there may be hundreds behind each of the subjects."""
    projects: set[int] = set()
    latest_on, teams, organisations = date.min, 0, 0
    for story in stories:
        projects.add(story.project_id or -story.story_id)
        if story.ended_on and story.ended_on > latest_on:
            latest_on = story.ended_on
        if story.teams and story.teams > teams:
            teams = story.teams
        if story.organisations and story.organisations > organisations:
            organisations = story.organisations
    return Reach(
        len(projects), latest_on if latest_on > date.min else None, teams or None, organisations or None
    )


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
        return self.standing.steps

    @cached_property
    def reach(self) -> Reach:
        return reach_of(found.story for found in self.standing.stories)

    @property
    def latest_on(self) -> date | None:
        return self.reach.latest_on


@dataclass(frozen=True)
class Portfolio:
    """The subjects of the target level in the framework's order, and the stories tagged with any subject.

    What a mentor endorsed in a story stands in the standings alone, for it is of one subject each time.
    """

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
    stories, projects = _stories_of(people), _projects_of(people)
    endorsements = _endorsements_of(stories)
    found = {}
    for candidacy in candidacies:
        person = candidacy.person_id
        endorsed = endorsements[candidacy.target_level]
        facts = _facts_of(own[candidacy.pk], stories[person], projects[person], endorsed)
        told = sorted((row.facts for row in stories[person] if row.subjects), key=attrgetter("story_id"))
        found[candidacy.pk] = Portfolio(tuple(_standings_of(candidacy, facts, today)), tuple(told))
    return found


def portfolios_by_level(
    candidacy: Candidacy, levels: Collection[str], *, today: date
) -> dict[str, Portfolio]:
    """Return what the same facts show for each of these target levels: four statements for all."""
    person = candidacy.person_id
    own = _own_ratings_of([candidacy])[candidacy.pk]
    stories, projects = _stories_of({person}), _projects_of({person})
    endorsements = _endorsements_of(stories)
    told = sorted((row.facts for row in stories[person] if row.subjects), key=attrgetter("story_id"))
    found = {}
    for level in levels:
        aiming = copy(candidacy)
        aiming.target_level = level
        facts = _facts_of(own, stories[person], projects[person], endorsements[level])
        found[level] = Portfolio(tuple(_standings_of(aiming, facts, today)), tuple(told))
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


def _standings_of(
    candidacy: Candidacy, facts: Mapping[SubjectKey, SubjectFacts], today: date
) -> Iterator[SubjectStanding]:
    framework = candidacy.framework
    for _, of_kind in groupby(asked_at(framework, candidacy.target_level), key=attrgetter("kind")):
        asked = list(of_kind)
        standings = [standing_of(facts.get((one.kind, one.key), NOTHING)) for one in asked]
        bars = check_bars(
            [AskedOf(standing, one.asked) for standing, one in zip(standings, asked, strict=True)],
            sufficiency=framework.sufficiency,
            today=today,
        )
        for one, standing, bar in zip(asked, standings, bars, strict=True):
            yield SubjectStanding(one.kind, one.key, one.name, one.leads, standing, bar)


def _facts_of(
    own: Mapping[SubjectKey, int | None],
    stories: Iterable[StoryRow],
    projects: Iterable[tuple[ProjectFacts, tuple[SubjectKey, ...]]],
    endorsements: Mapping[int, Endorsed],
) -> dict[SubjectKey, SubjectFacts]:
    shown: defaultdict[SubjectKey, list[StoryFacts]] = defaultdict(list)
    for story, subjects, version_id in stories:
        endorsed = endorsements.get(version_id) if version_id else None
        if endorsed is None:
            for subject in subjects:
                shown[subject].append(story)
            continue
        # What was endorsed alike for several subjects is one value.
        alike: dict[tuple[Endorsement, ...], StoryFacts] = {(): story}
        for subject in subjects:
            given = endorsed.get(subject, ())
            if given not in alike:
                alike[given] = story._replace(endorsements=given)
            shown[subject].append(alike[given])
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
        "current_version_id",
    )  # fmt: skip
    for (
        owner, principles, indicators, review_state, archived_at, is_complete, is_measured,
        pk, title, is_unchanged, project, started_on, ended_on, teams, organisations,
        version_id,
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
            has_changes_asked=review_state == CHANGES,
            started_on=started_on,
            teams=teams,
            organisations=organisations,
        )
        found[owner].append(StoryRow(facts, _tags(tuple(principles), tuple(indicators)), version_id))
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


def _endorsements_of(stories: Mapping[int, Iterable[StoryRow]]) -> defaultdict[str, dict[int, Endorsed]]:
    """By the level they were given for and the version: endorsing ratings of current versions."""
    owners = {row.version_id: owner for owner, rows in stories.items() for row in rows if row.version_id}
    found: defaultdict[str, dict[int, Endorsed]] = defaultdict(dict)
    for version, level, mentor, name, kind, key, value in Rating.objects.endorsing(owners):
        # Nobody reviews themselves.
        if mentor != owners[version]:
            endorsed = found[level].setdefault(version, {})
            given = (Endorsement(name or "", value),)
            endorsed[kind, key] = endorsed[kind, key] + given if (kind, key) in endorsed else given
    return found


@lru_cache(maxsize=4_096)
def _tags(principles: tuple[str, ...], indicators: tuple[str, ...]) -> tuple[SubjectKey, ...]:
    return (*((PRINCIPLE, key) for key in principles), *((INDICATOR, key) for key in indicators))
