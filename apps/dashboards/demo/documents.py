"""The demo's files as checked values. Days are counted back from today, so that the demo never ages."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

HERE = Path(__file__).parent

type Role = Literal["candidate", "mentor", "organiser", "administrator"]
type StateName = Literal[
    "draft",
    "complete",
    "versioned",
    "asked",
    "changes",
    "revised",
    "endorsed",
    "edited_since",
    "archived",
]

_ASKED = frozenset({"asked_of", "asked_days_ago"})
_REVIEWED = _ASKED | {"review"}
# What a story in each state must say beside its text, and nothing else.
TOLD_BY: dict[str, frozenset[str]] = {
    "draft": frozenset({"edited_days_ago"}),
    "complete": frozenset({"edited_days_ago"}),
    "versioned": frozenset({"saved_days_ago"}),
    "asked": _ASKED,
    "changes": _REVIEWED,
    "revised": _REVIEWED | {"revised", "asked_again_days_ago"},
    "endorsed": _REVIEWED,
    "edited_since": _REVIEWED | {"revised"},
    "archived": frozenset({"archived_days_ago"}),
}
_EVERY_TELLING = frozenset().union(*TOLD_BY.values())


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonPart(Part):
    key: str
    name: str
    email: str
    role: Role
    time_zone: str = "Europe/London"
    organisation: str = ""
    level: str = ""


class RatingPart(Part):
    kind: Literal["principle", "indicator"]
    key: str
    value: int
    days_ago: int
    note: str = ""


class MentorPart(Part):
    mentor: str
    kind: Literal["mentor", "manager"]
    shares: tuple[Literal["readiness"], ...] = ()
    # Without it the mentor is asked as the candidacy begins.
    asked_days_ago: int | None = None


class CandidacyPart(Part):
    person: str
    current_level: str
    target_level: str
    target_in_days: int
    started_days_ago: int
    mentors: tuple[MentorPart, ...]
    # What the briefing was answered with: lines as "group.key", challenges by key (empty: not answered).
    advantages: tuple[str, ...] = ()
    not_mine: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    # Lines of checklists that were ticked, as "phase.item".
    ticks: tuple[str, ...] = ()
    decided_days_ago: int | None = None
    outcome: Literal["", "promoted", "not_this_time", "withdrawn"] = ""


class ProjectPart(Part):
    key: str
    name: str
    summary: str
    teams_affected: int
    organisations_affected: int
    started_days_ago: int
    ended_days_ago: int | None = None


class WinPart(Part):
    days_ago: int
    text: str
    principle: str = ""
    link: str = ""
    story: str | None = None


class MetricPart(Part):
    name: str
    unit: str
    kind: Literal["customer", "business", "operational", "people"]
    before: Decimal | None = None
    is_new: bool
    after: Decimal
    source: str = ""


class GivenRatingPart(Part):
    principle: str | None = None
    indicator: str | None = None
    value: int
    reason: str = ""

    @model_validator(mode="after")
    def _is_about_one_subject(self) -> Self:
        if (self.principle is None) == (self.indicator is None):
            raise ValueError("rates either a principle or an indicator")
        return self

    @property
    def kind(self) -> str:
        return "principle" if self.principle else "indicator"

    @property
    def key(self) -> str:
        return self.principle or self.indicator or ""


class CommentPart(Part):
    section: Literal["situation", "task", "action", "result"]
    body: str


class ReviewPart(Part):
    mentor: str
    verdict: Literal["endorse", "changes"]
    rationale: str
    sent_days_ago: int
    ratings: tuple[GivenRatingPart, ...]
    comments: tuple[CommentPart, ...] = ()


class RevisedPart(Part):
    section: Literal["situation", "task", "action", "result"]
    days_ago: int
    text: str


class StoryPart(Part):
    """A story; for one that was revised the four sections are the reviewed version's."""

    key: str
    state: StateName
    title: str
    situation: str
    task: str
    action: str
    result: str
    own_part: str
    project: str | None = None
    started_days_ago: int
    ended_days_ago: int | None = None
    teams_affected: int | None = None
    organisations_affected: int | None = None
    principles: tuple[str, ...]
    indicators: tuple[str, ...]
    metrics: tuple[MetricPart, ...]
    edited_days_ago: int | None = None
    saved_days_ago: int | None = None
    archived_days_ago: int | None = None
    asked_of: str | None = None
    asked_days_ago: int | None = None
    # What the mentor is asked to look at, the last time.
    question: str = ""
    review: ReviewPart | None = None
    revised: RevisedPart | None = None
    asked_again_days_ago: int | None = None

    @model_validator(mode="after")
    def _says_what_its_state_needs(self) -> Self:
        said = {name for name in _EVERY_TELLING if getattr(self, name) is not None}
        if said != TOLD_BY[self.state]:
            raise ValueError(f"{self.key}: a story that is {self.state} says {sorted(TOLD_BY[self.state])}")
        return self


class TalkPart(Part):
    """A talk with the manager; the next one may be ahead, as a negative number of days."""

    days_ago: int
    talked_about: str
    agreed: str = ""
    next_days_ago: int | None = None


class AnswerPart(Part):
    days_ago: int
    state: Literal["not_asked", "asked", "yes", "not_yet"]
    reason: str = ""


class RecordPart(Part):
    """A cycle that took `days`; the month in which it ended is added to its name."""

    cycle: str
    ended_days_ago: int
    days: int
    kept_days_ago: int
    company_rating: str = ""
    rating: int | None = None
    said: str = ""
    link: str = ""
    kept_at: str = ""


class SnapshotPart(Part):
    days_ago: int
    direct_reports: tuple[str, ...] = ()
    people_influenced: tuple[str, ...] = ()
    systems_owned: tuple[str, ...] = ()
    systems_influenced: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    budget: int | None = None
    currency: str = ""
    note: str = ""


class DecisionPart(Part):
    title: str
    days_ago: int
    horizon_months: int | None = None
    teams: tuple[str, ...] = ()
    reasoning: str = ""


class StepPart(Part):
    """A step of a gap. `shown_by` is a story's key; settled without one, `word` says why."""

    title: str
    due_in_days: int
    evidence_wanted: str = ""
    status: Literal["planned", "under_way", "done", "dropped"] = "planned"
    progress: str = ""
    settled_days_ago: int | None = None
    shown_by: str | None = None
    word: str = ""


class GivenReadinessPart(Part):
    """What a mentor with the readiness grant says of a subject, sent on that day."""

    mentor: str
    kind: Literal["principle", "indicator"]
    key: str
    value: int
    days_ago: int
    note: str = ""


class ScalePart(Part):
    """A candidate's words on a principle at scale."""

    key: str
    days_ago: int
    current_scope: str = ""
    expanded_scope: str = ""
    evidence_needed: str = ""


class GapPart(Part):
    """A gap taken on or dismissed."""

    source: str = ""
    title: str
    missing: str = ""
    evidence_wanted: str = ""
    days_ago: int
    status: Literal["open", "closed", "dismissed"] = "open"
    settled_days_ago: int | None = None
    word: str = ""
    steps: tuple[StepPart, ...] = ()


class CandidatePart(Part):
    candidacy: CandidacyPart
    ratings: tuple[RatingPart, ...]
    projects: tuple[ProjectPart, ...] = ()
    wins: tuple[WinPart, ...] = ()
    stories: tuple[StoryPart, ...] = ()
    snapshots: tuple[SnapshotPart, ...] = ()
    decisions: tuple[DecisionPart, ...] = ()
    gaps: tuple[GapPart, ...] = ()
    readiness_ratings: tuple[GivenReadinessPart, ...] = ()
    principle_notes: tuple[ScalePart, ...] = ()
    talks: tuple[TalkPart, ...] = ()
    answers: tuple[AnswerPart, ...] = ()
    records: tuple[RecordPart, ...] = ()


def read_people() -> tuple[PersonPart, ...]:
    return tuple(PersonPart.model_validate(part) for part in _read(HERE / "people.toml")["people"])


def read_candidate(key: str) -> CandidatePart:
    return CandidatePart.model_validate(_read(HERE / "candidates" / f"{key}.toml"))


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)
