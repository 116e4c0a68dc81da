"""The ladder and the bar: on which of five steps a principle or indicator stands, and what is still asked.

From facts anyone can check, by pure functions. Every page, export and reminder that shows a step, a bar or
their meaning reads it from here. Definitions: "The ladder" and "At the bar".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import cache, cached_property
from math import floor
from operator import attrgetter
from typing import NamedTuple

from apps.candidates.phases import add_months
from apps.frameworks.schema import Framework, Sufficiency

CLAIMS_FROM = 3
CORROBORATES_FROM = 3


class Step(IntEnum):
    NOTHING = 0
    CLAIMED = 1
    DRAFTED = 2
    EVIDENCED = 3
    CORROBORATED = 4

    @property
    def label(self) -> str:
        return self.name.lower()

    @property
    def meaning(self) -> str:
        """What holds on this step."""
        return MEANINGS[self]

    @property
    def leads_on(self) -> str:
        """What leads to the next step."""
        return LEADS_ON[self]


MEANINGS = {
    Step.NOTHING: "You have not rated yourself at the bar or above, and no story and no project is linked.",
    Step.CLAIMED: "You rate yourself at the bar or above, and nothing shows it yet.",
    Step.DRAFTED: "A story or a project is linked, and no linked story is complete and measured yet.",
    Step.EVIDENCED: "The newest version of a linked story is complete and measured.",
    Step.CORROBORATED: "A mentor endorsed a linked story as it stands and rated it at the bar or above for this.",
}
LEADS_ON = {
    Step.NOTHING: "Link a story to it. A rating of your own at the bar or above is a claim.",
    Step.CLAIMED: "Link a story that shows it.",
    Step.DRAFTED: "Complete a story, give it a figure with before and after, and save a version.",
    Step.EVIDENCED: "Ask a mentor to review a story for this at your target level.",
    Step.CORROBORATED: "Nothing leads higher. The bar may still ask for more stories.",
}
EDITED_SINCE = "A story was endorsed and edited since. Ask for a review again, and it is corroborated."


class Endorsement(NamedTuple):
    """A sent review's verdict *endorse* with its rating of one subject, at this target level."""

    mentor: str
    rating: int


class StoryFacts(NamedTuple):
    """What the ladder needs to know of one story linked to one subject.

    `is_complete` and `is_measured` are of the newest version (False without one). `endorsements`
    are of the newest version and this subject. `is_unchanged` says that no word of the four sections
    and no metric differs from that version.
    """

    story_id: int
    title: str
    is_archived: bool = False
    is_complete: bool = False
    is_measured: bool = False
    is_unchanged: bool = False
    endorsements: tuple[Endorsement, ...] = ()
    project_id: int | None = None
    ended_on: date | None = None
    # Shown beside the step, which it does not lower.
    has_changes_asked: bool = False
    started_on: date | None = None
    # Both count the own one; None says that the candidate did not say.
    teams: int | None = None
    organisations: int | None = None

    @property
    def project(self) -> tuple[str, int]:
        """A story without a project counts as a project of its own."""
        return ("project", self.project_id) if self.project_id else ("story", self.story_id)


@dataclass(frozen=True)
class ProjectFacts:
    project_id: int
    name: str


@dataclass(frozen=True)
class SubjectFacts:
    """All that bears on one principle or indicator."""

    own_rating: int | None = None
    stories: tuple[StoryFacts, ...] = ()
    projects: tuple[ProjectFacts, ...] = ()


class StoryStanding(NamedTuple):
    """The step that one story lends to one subject."""

    story: StoryFacts
    step: Step
    is_edited_since: bool = False

    @property
    def why(self) -> str:
        """Why the story lends this step and no other."""
        if self.step is Step.CORROBORATED:
            return "Endorsed as it stands, and rated at the bar or above for this"
        if self.is_edited_since:
            return "Endorsed, and edited since"
        if self.step is Step.EVIDENCED:
            return "Complete and measured, not corroborated yet"
        return "No measured figure yet" if self.story.is_complete else "No complete version yet"


@dataclass(frozen=True)
class Standing:
    """The highest step that holds. `because` are the stories that hold it, `stories` all that count."""

    step: Step
    is_edited_since: bool
    stories: tuple[StoryStanding, ...]
    projects: tuple[ProjectFacts, ...]
    own_rating: int | None

    @property
    def because(self) -> tuple[StoryStanding, ...]:
        return tuple(standing for standing in self.stories if standing.step == self.step)

    @property
    def because_projects(self) -> tuple[ProjectFacts, ...]:
        """A project holds the second step and no higher one."""
        return self.projects if self.step is Step.DRAFTED else ()

    @property
    def because_rating(self) -> int | None:
        """An own rating holds the first step and no higher one."""
        return self.own_rating if self.step is Step.CLAIMED else None

    @property
    def meaning(self) -> str:
        return EDITED_SINCE if self.is_edited_since else self.step.meaning

    @cached_property
    def corroborated(self) -> tuple[StoryFacts, ...]:
        return tuple(s.story for s in self.stories if s.step is Step.CORROBORATED)

    @cached_property
    def evidence(self) -> tuple[StoryStanding, ...]:
        """The stories at evidenced or corroborated."""
        return tuple(s for s in self.stories if s.step >= Step.EVIDENCED)

    @cached_property
    def steps(self) -> list[int]:
        """The step of each story, the highest first."""
        return [s.step for s in self.stories]

    def count(self, step: int) -> int:
        return self.steps.count(step)


def story_standing(story: StoryFacts) -> StoryStanding | None:
    """Return the step one story lends to the subject; None for an archived one."""
    if story.is_archived:
        return None
    for endorsement in story.endorsements:
        if endorsement.rating >= CORROBORATES_FROM:
            if story.is_unchanged:
                return StoryStanding(story, Step.CORROBORATED)
            return StoryStanding(story, Step.EVIDENCED, is_edited_since=True)
    if story.is_complete and story.is_measured:
        return StoryStanding(story, Step.EVIDENCED)
    return StoryStanding(story, Step.DRAFTED)


_BY_STORY, _BY_STEP = attrgetter("story.story_id"), attrgetter("step")


def standing_of(facts: SubjectFacts) -> Standing:
    """Return where a subject stands. The order of stories and projects makes no difference."""
    if not facts.stories and not facts.projects:
        return _without_evidence(facts.own_rating)
    stories = [found for story in facts.stories if (found := story_standing(story))]
    # Twice, for keys of two parts take longer than all else here.
    stories.sort(key=_BY_STORY)
    stories.sort(key=_BY_STEP, reverse=True)
    if stories:
        step = stories[0].step
    elif facts.projects:
        step = Step.DRAFTED
    else:
        return _without_evidence(facts.own_rating)
    return Standing(
        step=step,
        is_edited_since=step is Step.EVIDENCED and any(s.is_edited_since for s in stories),
        stories=tuple(stories),
        projects=facts.projects,
        own_rating=facts.own_rating,
    )


@cache
def _without_evidence(own_rating: int | None) -> Standing:
    claims = own_rating is not None and own_rating >= CLAIMS_FROM
    step = Step.CLAIMED if claims else Step.NOTHING
    return Standing(step, is_edited_since=False, stories=(), projects=(), own_rating=own_rating)


class Lack(StrEnum):
    """What can be missing to the bar."""

    STORIES = "stories"
    PROJECT = "project"
    RECENT = "recent"
    SHARE = "share"


@dataclass(frozen=True)
class BarCheck:
    """What the bar still asks of a subject, in words; nothing means it is at the bar."""

    asked: int
    corroborated: int
    missing: tuple[str, ...] = ()
    # The same in as few words as a table has room for.
    in_short: str = ""
    lacks: tuple[Lack, ...] = ()

    @property
    def is_met(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class AskedOf:
    """A standing with how many corroborated stories the bar asks for."""

    standing: Standing
    asked: int


def check_bars(subjects: Sequence[AskedOf], *, sufficiency: Sufficiency, today: date) -> tuple[BarCheck, ...]:
    """Hold all subjects of one kind, in the framework's order, against its rule of sufficiency.

    No project alone fills more than its share of them: those beyond it miss a story from another project.
    So one lucky project cannot fill everything, and one more story never takes anything away from the
    subject it is linked to, nor lowers how many are at the bar.
    """
    since = add_months(today, -sufficiency.recent_months)
    most = most_of_one_project(len(subjects), sufficiency)
    filled: Counter[tuple[str, int]] = Counter()
    checks = []
    for subject in subjects:
        if not subject.standing.corroborated:
            checks.append(_nothing_yet(subject.asked))
            continue
        check = _check_bar(subject, sufficiency, since)
        projects = {story.project for story in subject.standing.corroborated}
        if check.is_met and len(projects) == 1:
            (project,) = projects
            filled[project] += 1
            if filled[project] > most:
                check = _beyond_share(check, most, len(subjects))
        checks.append(check)
    return tuple(checks)


def most_of_one_project(subjects: int, sufficiency: Sufficiency) -> int:
    """Return how many of these subjects one project alone may fill."""
    return max(1, floor(subjects * sufficiency.max_project_share + 1e-9))


@cache
def _nothing_yet(asked: int) -> BarCheck:
    noun = "story" if asked == 1 else "stories"
    return BarCheck(asked, 0, (f"{asked} corroborated {noun}",), f"{asked} {noun}", (Lack.STORIES,))


def _check_bar(subject: AskedOf, sufficiency: Sufficiency, since: date) -> BarCheck:
    """Hold a subject with a corroborated story against what is asked of it alone."""
    stories, asked = subject.standing.corroborated, subject.asked
    lacking = max(asked - len(stories), 0)
    projects = len({story.project for story in stories})
    wants_projects = sufficiency.projects_at_least - projects if asked >= sufficiency.projects_at_least else 0
    missing: list[tuple[Lack, str, str]] = []
    if lacking:
        words = f"{lacking} more corroborated {'story' if lacking == 1 else 'stories'}"
        if wants_projects > 0:
            words += ", from another project"
        missing.append((Lack.STORIES, words, f"{lacking} more"))
    elif wants_projects > 0:
        missing.append((Lack.PROJECT, "one more story from another project", "another project"))
    recent = sum(1 for story in stories if story.ended_on is None or story.ended_on > since)
    if recent < min(sufficiency.recent_at_least, asked):
        months = sufficiency.recent_months
        missing.append((Lack.RECENT, f"one that ended in the last {months} months", "a recent one"))
    return BarCheck(
        asked,
        len(stories),
        missing=tuple(words for _, words, _ in missing),
        in_short=missing[0][2] if missing else "",
        lacks=tuple(lack for lack, _, _ in missing),
    )


def _beyond_share(check: BarCheck, most: int, subjects: int) -> BarCheck:
    words = f"one from another project, since this one alone already fills {most} of the {subjects}"
    return BarCheck(check.asked, check.corroborated, (words,), "another project", (Lack.SHARE,))


@dataclass(frozen=True)
class Guide:
    """What the panel says that explains the ladder and the bar."""

    level: str
    bar: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The highest first."""
        return tuple(sorted(Step, reverse=True))


def guide_to(framework: Framework, level: str) -> Guide:
    principles, indicators = len(framework.principles), len(framework.indicators_for(level))
    rules = bar_in_words(framework.sufficiency, level=level, principles=principles, indicators=indicators)
    return Guide(level, rules)


def bar_in_words(
    sufficiency: Sufficiency, *, level: str, principles: int, indicators: int
) -> tuple[str, ...]:
    """Return the rules of the bar as sentences."""
    leading, other = sufficiency.stories_leading, sufficiency.stories_other
    asked = f"{_stories(leading).capitalize()} for each principle that leads at {level}"
    rules = [f"{asked}, {_stories(other)} for every other principle and for each indicator."]
    if sufficiency.projects_at_least > 1:
        number = _number(sufficiency.projects_at_least)
        rules.append(
            f"Where {number} or more are asked, they come from {number} projects. "
            "A story without a project counts as a project of its own."
        )
    if sufficiency.recent_at_least:
        number = _number(sufficiency.recent_at_least).capitalize()
        rules.append(
            f"{number} of them ended in the last {sufficiency.recent_months} months or is still under way."
        )
    if sufficiency.max_project_share < 1:
        rules.append(
            f"No project alone fills more than {most_of_one_project(principles, sufficiency)} of the "
            f"{principles} principles, nor more than {most_of_one_project(indicators, sufficiency)} of the "
            f"{indicators} indicators. What comes later in the list asks for a story from another project."
        )
    return tuple(rules)


def _stories(count: int) -> str:
    return f"{_number(count)} corroborated {'story' if count == 1 else 'stories'}"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six")
    return words[count] if count < len(words) else str(count)
