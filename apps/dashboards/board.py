"""A cohort as its organisers see it: steps, dates, names and counts, and no word that somebody wrote.

What an organiser may see is a list in the definitions; whatever is added to `Member` is added to that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from statistics import median_low

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, CandidacyQuerySet, Mentorship, Subject
from apps.candidates.phases import PhaseWindow, current_window
from apps.candidates.timeline import windows_of
from apps.cohorts.models import Cohort, CohortInvitation, Membership
from apps.frameworks.schema import Phase
from apps.readiness.actions import refresh_standings
from apps.readiness.ladder import Step
from apps.readiness.models import Standing
from apps.reviews.models import Review

ACTIVE_WITHIN = 7  # days


@dataclass(frozen=True)
class Progress:
    """What a candidacy shows of itself. A step of None: its framework does not ask for that subject."""

    target_level: str
    target_on: date
    window: PhaseWindow
    mentors: tuple[str, ...]
    steps: tuple[int | None, ...]
    at_the_bar: int
    silent_days: int
    is_silent: bool
    is_decided: bool
    reviews_waiting: int
    review_days: int

    @property
    def with_evidence(self) -> int:
        return sum(step is not None and step >= Step.EVIDENCED for step in self.steps)

    @property
    def misses_a_mentor(self) -> bool:
        return not self.mentors and not self.is_decided


@dataclass(frozen=True)
class Member:
    """`progress` is None until the person brings a candidacy into the cohort. `pk` is the person's."""

    pk: int
    name: str
    membership_id: int
    joined_at: datetime
    progress: Progress | None

    @property
    def initials(self) -> str:
        return User(name=self.name).initials


@dataclass(frozen=True)
class Subjects:
    """The columns of the heat map."""

    kind: str
    keys: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    cohort: Cohort
    subjects: Subjects
    members: tuple[Member, ...]
    invitations: dict[str, int]
    phases: tuple[tuple[Phase, int], ...]

    @cached_property
    def shown(self) -> tuple[tuple[Member, Progress], ...]:
        """Those who brought a candidacy."""
        return tuple((member, member.progress) for member in self.members if member.progress)

    @cached_property
    def silent(self) -> tuple[tuple[Member, Progress], ...]:
        found = [row for row in self.shown if row[1].is_silent]
        return tuple(sorted(found, key=lambda row: -row[1].silent_days))

    @cached_property
    def without_mentor(self) -> tuple[tuple[Member, Progress], ...]:
        return tuple(row for row in self.shown if row[1].misses_a_mentor)

    @cached_property
    def waiting(self) -> tuple[tuple[Member, Progress], ...]:
        found = [row for row in self.shown if row[1].reviews_waiting]
        return tuple(sorted(found, key=lambda row: -row[1].review_days))

    @property
    def reviews_waiting(self) -> int:
        return sum(progress.reviews_waiting for _, progress in self.waiting)

    @property
    def active_this_week(self) -> int:
        return sum(progress.silent_days < ACTIVE_WITHIN for _, progress in self.shown)

    @property
    def median_at_the_bar(self) -> int:
        return median_low(progress.at_the_bar for _, progress in self.shown) if self.shown else 0

    @cached_property
    def without_evidence(self) -> list[int]:
        """For each column, how many have no evidence yet."""
        steps = [progress.steps for _, progress in self.shown]
        return [
            sum(step is not None and step < Step.EVIDENCED for step in column)
            for column in zip(*steps, strict=True)
        ] or [0] * len(self.subjects.keys)

    @property
    def widest_gaps(self) -> list[tuple[str, int]]:
        gaps = sorted(
            zip(self.subjects.names, self.without_evidence, strict=True), key=lambda gap: (-gap[1], gap[0])
        )
        return [gap for gap in gaps if gap[1]][:3]


def board_of(cohort: Cohort, *, kind: str, most_gaps_first: bool, now: datetime) -> Board:
    """Read the board in seven statements, however many members; more where standings are old."""
    subjects = subjects_of(cohort, kind)
    members = members_of(cohort, subjects, now=now)
    if most_gaps_first:
        members = tuple(sorted(members, key=_by_gaps))
    phases = Counter(member.progress.window.phase.key for member in members if member.progress)
    return Board(
        cohort=cohort,
        subjects=subjects,
        members=members,
        invitations=CohortInvitation.objects.of_cohort(cohort).counted(now),
        phases=tuple((phase, phases[phase.key]) for phase in cohort.framework.phases),
    )


def _by_gaps(member: Member) -> tuple[int, int, str]:
    if member.progress is None:
        return 99, 0, member.name
    return member.progress.with_evidence, member.progress.at_the_bar, member.name


def subjects_of(cohort: Cohort, kind: str) -> Subjects:
    framework = cohort.framework
    found: Iterable[tuple[str, str]]
    if kind == Subject.INDICATOR:
        found = ((one.key, one.name) for one in framework.indicators_for(cohort.target_level))
    else:
        found = ((one.key, one.name) for one in framework.principles)
    keys, names = zip(*found, strict=True)
    return Subjects(kind, keys, names)


def members_of(
    cohort: Cohort, subjects: Subjects, *, now: datetime, only: User | None = None
) -> tuple[Member, ...]:
    """Return the members by name, or one of them; old standings are stored anew first."""
    memberships = Membership.objects.standing().of_cohort(cohort)
    candidacies = Candidacy.objects.open().of_cohort(cohort)
    if only is not None:
        memberships, candidacies = memberships.of_user(only), candidacies.editable_by(only)
    progress = _progress_of(candidacies, subjects, now=now)
    rows = memberships.order_by("user__name", "pk").values_list("user", "user__name", "pk", "joined_at")
    return tuple(
        Member(person, name, pk, joined_at, progress.get(person)) for person, name, pk, joined_at in rows
    )


def _progress_of(candidacies: CandidacyQuerySet, subjects: Subjects, *, now: datetime) -> dict[int, Progress]:
    """By person."""
    today = timezone.localdate(now)
    rows = list(candidacies)
    standings = _standings_of(rows, candidacies, subjects, now=now)
    mentors: dict[int, list[str]] = {}
    for candidacy_id, name in Mentorship.objects.names_by_candidacy(candidacies):
        mentors.setdefault(candidacy_id, []).append(name)
    waiting = {pk: (number, since) for pk, number, since in Review.objects.waiting_by_candidacy(candidacies)}
    windows: dict[tuple[object, ...], PhaseWindow] = {}
    found = {}
    for row in rows:
        plan = (row.framework_version_id, row.target_on, row.started_on, row.decided_on)
        if plan not in windows:
            windows[plan] = current_window(windows_of(row, today))
        steps, at_the_bar = standings[row.pk]
        number, since = waiting.get(row.pk, (0, now))
        found[row.person_id] = Progress(
            target_level=row.target_level,
            target_on=row.target_on,
            window=windows[plan],
            mentors=tuple(mentors.get(row.pk, ())),
            steps=steps,
            at_the_bar=at_the_bar,
            silent_days=row.silent_days(today),
            is_silent=row.is_silent(today),
            is_decided=row.decided_on is not None,
            reviews_waiting=number,
            review_days=(today - timezone.localdate(since)).days,
        )
    return found


type Steps = tuple[int | None, ...]


def _standings_of(
    rows: list[Candidacy], candidacies: CandidacyQuerySet, subjects: Subjects, *, now: datetime
) -> dict[int, tuple[Steps, int]]:
    """By candidacy, in the order of the columns, with how many are at the bar."""
    stored = Standing.objects.of_candidacies(candidacies).in_rows(subjects.kind)
    found = {row[0]: row for row in stored}
    old = [row.pk for row in rows if row.pk not in found or found[row.pk][4] != row.evidence_rev]
    if old:
        refresh_standings(old, now=now)
        found = {row[0]: row for row in stored.all()}
    places: dict[str, list[int | None]] = {}
    standings: dict[int, tuple[Steps, int]] = {}
    for row in rows:
        _, keys, digits, at_the_bar, _ = found.get(row.pk, (row.pk, "", "", 0, 0))
        if keys not in places:
            # The same for everybody on the same framework and level.
            known = {key: place for place, key in enumerate(keys.split(","))} if keys else {}
            places[keys] = [known.get(key) for key in subjects.keys]
        steps = tuple(None if place is None else int(digits[place]) for place in places[keys])
        standings[row.pk] = steps, at_the_bar
    return standings
