"""The ladder: which of five steps a principle or indicator stands on, from facts anyone can check.

Everything that shows a step reads it from here. Definitions: "The ladder" and "At the bar".
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from apps.candidates.phases import add_months
from apps.frameworks.schema import Sufficiency

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


@dataclass(frozen=True)
class Endorsement:
    """A sent review's verdict *endorse* with its rating of one subject, at this target level."""

    mentor: str
    rating: int


@dataclass(frozen=True)
class StoryFacts:
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


@dataclass(frozen=True)
class StoryStanding:
    story: StoryFacts
    step: Step
    is_edited_since: bool


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
    def corroborated(self) -> tuple[StoryFacts, ...]:
        return tuple(s.story for s in self.stories if s.step is Step.CORROBORATED)


def story_standing(story: StoryFacts) -> StoryStanding | None:
    """Return the step one story lends to the subject; None for an archived one."""
    if story.is_archived:
        return None
    endorsed = any(e.rating >= CORROBORATES_FROM for e in story.endorsements)
    if endorsed and story.is_unchanged:
        return StoryStanding(story, Step.CORROBORATED, is_edited_since=False)
    if endorsed or (story.is_complete and story.is_measured):
        return StoryStanding(story, Step.EVIDENCED, is_edited_since=endorsed)
    return StoryStanding(story, Step.DRAFTED, is_edited_since=False)


def standing_of(facts: SubjectFacts) -> Standing:
    """Return where a subject stands. The order of stories and projects makes no difference."""
    stories = sorted(
        filter(None, map(story_standing, facts.stories)), key=lambda s: (-s.step, s.story.story_id)
    )
    if stories:
        step = stories[0].step
    elif facts.projects:
        step = Step.DRAFTED
    elif facts.own_rating is not None and facts.own_rating >= CLAIMS_FROM:
        step = Step.CLAIMED
    else:
        step = Step.NOTHING
    return Standing(
        step=step,
        is_edited_since=step is Step.EVIDENCED and any(s.is_edited_since for s in stories),
        stories=tuple(stories),
        projects=facts.projects,
        own_rating=facts.own_rating,
    )


@dataclass(frozen=True)
class BarCheck:
    """What the bar still asks of a subject, in words; nothing means it is at the bar."""

    asked: int
    corroborated: int
    missing: tuple[str, ...]
    # The same in as few words as a table has room for.
    in_short: str

    @property
    def is_met(self) -> bool:
        return not self.missing


def check_bar(
    standing: Standing,
    *,
    asked: int,
    sufficiency: Sufficiency,
    today: date,
    crowding: frozenset[tuple[str, int]],
) -> BarCheck:
    """Hold a subject against the sufficiency rule of the framework.

    `asked` is the number of corroborated stories; `crowding` are the projects that more than the
    allowed share of all corroborated stories come from (`crowding_projects`).
    """
    stories = standing.corroborated
    missing: list[tuple[str, str]] = []
    if len(stories) < asked:
        lacking = f"{asked - len(stories)} more" if stories else str(asked)
        noun = "story" if asked - len(stories) == 1 else "stories"
        missing.append((lacking if stories else f"{lacking} {noun}", f"{lacking} corroborated {noun}"))
    projects = {story.project for story in stories}
    if asked >= sufficiency.projects_at_least > len(projects) and len(stories) >= asked:
        missing.append(("another project", "one more from another project"))
    since = add_months(today, -sufficiency.recent_months)
    recent = sum(1 for story in stories if story.ended_on is None or story.ended_on > since)
    if stories and recent < min(sufficiency.recent_at_least, asked):
        missing.append(("a recent one", f"one that ended in the last {sufficiency.recent_months} months"))
    if stories and not missing and projects <= crowding:
        words = "one from another project, since this one holds more than its share of your stories"
        missing.append(("another project", words))
    in_short = missing[0][0] if missing else ""
    return BarCheck(asked, len(stories), tuple(words for _, words in missing), in_short)


def crowding_projects(stories: Iterable[StoryFacts], *, max_share: float) -> frozenset[tuple[str, int]]:
    """Return the project that holds more than `max_share` of all these stories, if one does.

    Two stories or fewer cannot be spread any better, so there nothing crowds.
    """
    by_story = {story.story_id: story.project for story in stories}
    if len(by_story) <= 2:
        return frozenset()
    counts = Counter(by_story.values())
    return frozenset(project for project, count in counts.items() if count > max_share * len(by_story))
