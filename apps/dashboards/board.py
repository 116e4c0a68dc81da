"""A cohort as its organisers see it: steps, dates, names and counts, and no word that somebody wrote.

What an organiser may see is a list in the definitions; whatever is added to `Member` is added to that.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from statistics import median_low
from typing import Any, NamedTuple

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import (
    BoardRow,
    Candidacy,
    CandidacyQuerySet,
    Mentorship,
    Subject,
    days_since,
    is_silent,
)
from apps.candidates.phases import PhaseWindow, current_window, phase_windows
from apps.cohorts.models import Cohort, CohortInvitation, Membership
from apps.frameworks.models import content_of
from apps.frameworks.schema import Phase
from apps.readiness.actions import refresh_standings
from apps.readiness.ladder import Step
from apps.readiness.models import Standing, subject_keys
from apps.reviews.models import Review

ACTIVE_WITHIN = 7  # days
# Letters that are no other letter with a mark.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


NOT_ASKED = "-"
WITHOUT_EVIDENCE = [str(int(step)) for step in Step if step < Step.EVIDENCED]


def _below_evidence(digits: Sequence[str]) -> int:
    return sum(map(digits.count, WITHOUT_EVIDENCE))


class Progress(NamedTuple):
    """What a candidacy shows of itself.

    `digits` has the step of each column, or a dash where its framework does not ask for the subject:
    a text for sixteen steps, since there are thousands of them on a page.
    """

    target_level: str
    target_on: date
    window: PhaseWindow
    mentors: tuple[str, ...]
    digits: str
    at_the_bar: int
    silent_days: int
    is_silent: bool
    is_decided: bool
    reviews_waiting: int
    review_days: int

    @property
    def steps(self) -> tuple[int | None, ...]:
        return tuple(None if digit == NOT_ASKED else int(digit) for digit in self.digits)

    @property
    def with_evidence(self) -> int:
        return len(self.digits) - _below_evidence(self.digits) - self.digits.count(NOT_ASKED)

    @property
    def misses_a_mentor(self) -> bool:
        return not self.mentors and not self.is_decided


class Member(NamedTuple):
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
        columns = zip(*(progress.digits for _, progress in self.shown), strict=True)
        return [_below_evidence(column) for column in columns] or [0] * len(self.subjects.keys)

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
        return 99, 0, ""
    return member.progress.with_evidence, member.progress.at_the_bar, _as_listed(member.name)


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
    rows = memberships.values_list("user", "user__name", "pk", "joined_at")
    found = (
        Member(person, name, pk, joined_at, progress.get(person)) for person, name, pk, joined_at in rows
    )
    return tuple(sorted(found, key=lambda member: (_as_listed(member.name), member.membership_id)))


def _as_listed(name: str) -> str:
    """Put Émile beside Emil and Łukasz beside Lukas; the database compares code points."""
    name = name.casefold()
    if name.isascii():
        return name
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _progress_of(candidacies: CandidacyQuerySet, subjects: Subjects, *, now: datetime) -> dict[int, Progress]:
    """By person."""
    today = timezone.localdate(now)
    rows = candidacies.for_board()
    standings = _standings_of(rows, candidacies, subjects, now=now)
    mentors: dict[int, tuple[str, ...]] = {}
    for candidacy_id, name in Mentorship.objects.names_by_candidacy(candidacies):
        mentors[candidacy_id] = (*mentors.get(candidacy_id, ()), name)
    waiting = {
        pk: (number, (today - timezone.localdate(since)).days)
        for pk, number, since in Review.objects.waiting_by_candidacy(candidacies)
    }
    found = {}
    for row in rows:
        digits, at_the_bar = standings[row.pk]
        reviews_waiting, review_days = waiting.get(row.pk, (0, 0))
        found[row.person] = Progress(
            target_level=row.target_level,
            target_on=row.target_on,
            window=_window(row.framework_version, row.target_on, row.started_on, row.decided_on, today),
            mentors=mentors.get(row.pk, ()),
            digits=digits,
            at_the_bar=at_the_bar,
            silent_days=days_since(row.active_on, today),
            is_silent=is_silent(row.active_on, row.decided_on, today),
            is_decided=row.decided_on is not None,
            reviews_waiting=reviews_waiting,
            review_days=review_days,
        )
    return found


@lru_cache(maxsize=10_000)
def _window(
    framework_version: int, target_on: date, started_on: date, decided_on: date | None, today: date
) -> PhaseWindow:
    """Return the current phase of a plan; the same all day, and for many of a cohort."""
    return current_window(
        phase_windows(
            content_of(framework_version).phases,
            target_on=target_on,
            started_on=started_on,
            today=today,
            decided_on=decided_on,
        )
    )


def _standings_of(
    rows: Iterable[BoardRow], candidacies: CandidacyQuerySet, subjects: Subjects, *, now: datetime
) -> dict[int, tuple[str, int]]:
    """By candidacy, the digits of the columns and how many are at the bar; old ones are stored anew."""
    stored = Standing.objects.of_candidacies(candidacies).in_rows(subjects.kind)
    found = {row[0]: row for row in stored}
    old = [row.pk for row in rows if row.pk not in found or found[row.pk][3] != row.evidence_rev]
    if old:
        refresh_standings(old, now=now)
        found = {row[0]: row for row in stored.all()}
    standings = {}
    columns: dict[tuple[int, str], itemgetter[Any]] = {}
    for row in rows:
        plan = (row.framework_version, row.target_level)
        if plan not in columns:
            columns[plan] = _columns(*plan, subjects)
        _, digits, at_the_bar, _ = found[row.pk]
        standings[row.pk] = "".join(columns[plan](digits + NOT_ASKED)), at_the_bar
    return standings


def _columns(framework_version: int, level: str, subjects: Subjects) -> itemgetter[Any]:
    """Return what picks, from the digits of a candidacy and a dash behind them, those of the columns."""
    keys = subject_keys(content_of(framework_version), level, subjects.kind)
    places = {key: place for place, key in enumerate(keys)}
    return itemgetter(*(places.get(key, -1) for key in subjects.keys))
