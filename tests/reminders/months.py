"""Months of many people, played by the tick and by a plain model that looks at every single day.

The model shares no code with the app but the framework's rules, which are data: it finds dates by walking
through the calendar, keeps its own ledger, and knows one mail a person and day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.frameworks.schema import ReminderRule
from apps.mail.models import Message
from apps.mail.models import Status as MailStatus
from apps.reminders.models import Occurrence
from apps.reminders.ticks import tick
from tests.factories.candidates import CandidacyFactory
from tests.factories.frameworks import shipped_framework, shipped_version
from tests.factories.stories import StoryFactory, StoryVersionFactory, WinFactory

BEGIN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo")
# Rules whose facts and page are there, and which nothing in these months makes unneeded for good.
PLAYED = (
    "baseline_rating",
    "first_scope",
    "ask_mentor",
    "scope_snapshot",
    "choose_challenges",
    "log_wins",
    "log_wins_later",
    "win_to_story",
    "principles_without_evidence",
    "rate_on_entry",
    "gap_analysis",
    "rate_unfinished",
    "keep_going",
)
NEVER_NEEDED = ("project_check_in", "open_actions")
MONTHS = {"build": (-12, -6), "assess": (-6, -3), "prepare": (-3, 0), "apply": (0, None)}
EARLIER = {"build": ("assess", "prepare", "apply"), "assess": ("prepare", "apply"), "prepare": ("apply",)}

type Key = tuple[int, str, date]


@cache
def months_later(day: date, months: int) -> date:
    """Walk to the same day of another month, or to its last."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    found = first
    while found.day < day.day and (found + timedelta(days=1)).month == first.month:
        found += timedelta(days=1)
    return found


@dataclass
class Standing:
    """A rule of a person as the model sees it: the open occurrence, how many were ignored, until where it is."""

    rule: ReminderRule
    upto: date
    open_on: date | None = None
    told_on: date | None = None
    ignored: int = 0
    is_quiet: bool = False
    # The next day at which to decide, where a month's rest moved it.
    rest_until: date | None = None


@dataclass
class Person:
    pk: int
    zone: ZoneInfo
    started: date
    target: date
    wins: list[date] = field(default_factory=list)
    edits: list[date] = field(default_factory=list)
    rules: dict[str, Standing] = field(default_factory=dict)
    ledger: dict[Key, str] = field(default_factory=dict)
    waiting_mail: datetime | None = None
    mails: set[date] = field(default_factory=set)
    sent_at: list[datetime] = field(default_factory=list)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def morning(self, day: date) -> datetime:
        # No zone of these has a clock change at eight.
        return datetime.combine(day, time(8), self.zone).astimezone(UTC)

    def phase_days(self, phase: str) -> tuple[date, date | None]:
        begins, ends = MONTHS[phase]
        start = months_later(self.target, begins)
        if phase == "build":
            start = min(start, self.started)
        return max(start, self.started), None if ends is None else months_later(self.target, ends)

    def is_missed(self, phase: str) -> bool:
        ends = self.phase_days(phase)[1]
        return ends is not None and ends <= self.started

    def is_in(self, day: date, phase: str) -> bool:
        start, end = self.phase_days(phase)
        return not self.is_missed(phase) and start <= day and (end is None or day < end)

    def holds(self, rule: ReminderRule, day: date) -> bool:
        """Whether the rule is in force on a day, a missed phase's in those after it."""
        if not rule.phases:
            return day >= self.started
        for phase in rule.phases:
            if phase in MONTHS and self.is_in(day, phase):
                return True
            if phase in EARLIER and self.is_missed(phase):
                for later in EARLIER[phase]:
                    if self.is_in(day, later) and not _is_replaced(rule.name, rule.key, later):
                        return True
        return False

    def asks_on(self, rule: ReminderRule, day: date) -> bool:
        """Whether the rule's own rhythm or event falls on a day."""
        if day < self.started or not self.holds(rule, day):
            return False
        if rule.every_weeks:
            is_day = day.strftime("%A").lower() == rule.weekday
            return is_day and ((day - self.started).days // 7) % rule.every_weeks == 0
        if rule.every_months:
            return any(months_later(self.started, rule.every_months * n) == day for n in range(1, 60))
        if rule.event == "candidacy_started":
            return (day - self.started).days in rule.days
        if rule.event == "phase_entered":
            anchors = [self.started if self.is_missed(p) else self.phase_days(p)[0] for p in rule.phases]
            return any((day - anchor).days in rule.days for anchor in anchors)
        raise AssertionError(rule)

    def is_unneeded(self, key: str, now: datetime) -> bool:
        today = self.today(now)
        win_days = (today - max(self.wins)).days if self.wins else 1000
        if key == "log_wins":
            return win_days < 7
        if key in {"log_wins_later", "keep_going"}:
            return win_days < 14
        if key == "win_to_story":
            moved = (today - max(self.edits)).days if self.edits else 1000
            return moved < 14 or not self.wins
        return key in NEVER_NEEDED

    def days_upto(self, standing: Standing, now: datetime) -> Iterator[date]:
        """The rule's days behind its cursor whose morning is over."""
        day = standing.upto + timedelta(days=1)
        if standing.rest_until:
            day = max(day, standing.rest_until)
        while self.morning(day) <= now:
            if self.asks_on(standing.rule, day):
                yield day
            standing.upto = day
            day += timedelta(days=1)

    def plan(self, now: datetime) -> None:
        due: list[date] = []
        for key, standing in self.rules.items():
            due += self._plan_rule(key, standing, now)
        if due:
            self._mail(min(due), now)
        self._look(now)

    def _plan_rule(self, key: str, standing: Standing, now: datetime) -> list[date]:
        days = [] if standing.is_quiet else list(self.days_upto(standing, now))
        if not days:
            return []
        standing.rest_until = None
        *older, newest = days
        for day in older:
            self.ledger[self.pk, key, day] = "skipped"
        standing.upto = newest
        if self.is_unneeded(key, now):
            self._close(key, standing, "done")
            standing.ignored = 0
            return []
        ignored = standing.ignored + (standing.open_on is not None)
        if standing.rule.event is None and ignored >= 5:
            standing.is_quiet, standing.ignored = True, ignored
            return []
        if standing.rule.event is None and ignored >= 3 and standing.told_on:
            rest = months_later(standing.told_on, 1)
            if newest < rest:
                standing.rest_until = rest
                return []
        if now - self.morning(newest) > timedelta(days=standing.rule.grace_days):
            self.ledger[self.pk, key, newest] = "skipped"
            return []
        self._close(key, standing, "passed")
        self.ledger[self.pk, key, newest] = "digested"
        standing.open_on = standing.told_on = newest
        standing.ignored = ignored
        return [newest]

    def _close(self, key: str, standing: Standing, status: str) -> None:
        if standing.open_on is not None:
            self.ledger[self.pk, key, standing.open_on] = status
            standing.open_on = None

    def _look(self, now: datetime) -> None:
        for key, standing in self.rules.items():
            if self.is_unneeded(key, now):
                if standing.open_on is not None:
                    self._close(key, standing, "done")
                    standing.ignored = 0
                if standing.is_quiet:
                    standing.is_quiet, standing.ignored = False, 0
                    standing.upto = max(standing.upto, self.today(now))

    def _mail(self, due: date, now: datetime) -> None:
        if self.waiting_mail is not None:
            return
        day = self.today(now)
        if self.morning(due) > self.morning(day):
            day += timedelta(days=1)
        # A day is one of the zone somebody lives in now.
        taken = self.mails | {self.today(moment) for moment in self.sent_at}
        while day in taken or day.weekday() >= 5:
            day += timedelta(days=1)
        # In the zone somebody has now: a move later on leaves it as it is.
        self.waiting_mail = self.morning(day)
        self.mails.add(day)

    def send(self, now: datetime) -> None:
        if self.waiting_mail is not None and self.waiting_mail <= now:
            self.waiting_mail = None
            self.sent_at.append(now)


@cache
def _is_replaced(name: str, key: str, phase: str) -> bool:
    return any(
        other.name == name and other.key != key and phase in other.phases
        for other in shipped_framework().reminder_rules
    )


@dataclass(frozen=True)
class Found:
    ledger: dict[Key, str]
    mails: set[tuple[int, date]]


class Months:
    def __init__(self, people: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.rules = {rule.key: rule for rule in shipped_framework().reminder_rules}
        version = shipped_version()
        self.people = [self._arrive(n, version) for n in range(people)]

    def _arrive(self, n: int, version: object) -> Person:
        zone = ZONES[n % len(ZONES)]
        started = BEGIN.astimezone(ZoneInfo(zone)).date()
        target = months_later(started, self.random.randint(2, 14)) + timedelta(
            days=self.random.randint(0, 27)
        )
        candidacy = CandidacyFactory.create(
            person__time_zone=zone, framework_version=version, started_on=started, target_on=target
        )
        person = Person(candidacy.person_id, ZoneInfo(zone), started, target)
        for key in (*PLAYED, *NEVER_NEEDED):
            rule = self.rules[key]
            upto = started - timedelta(days=1) if rule.event else started
            person.rules[key] = Standing(rule, upto)
        return person

    def play(self, days: int) -> None:
        """Tick every few hours, with outages; people log wins and edit stories now and then."""
        now, ends = BEGIN, BEGIN + timedelta(days=days)
        while now < ends:
            self._live(now)
            tick(now)
            for person in self.people:
                person.plan(now)
            self._deliver(now)
            pause = (
                self.random.choice((4, 9, 14, 22))
                if self.random.random() < 0.96
                else 24 * self.random.randint(2, 30)
            )
            now += timedelta(hours=pause, minutes=self.random.randint(0, 59))

    def _live(self, now: datetime) -> None:
        for person in self.people:
            roll = self.random.random()
            if roll < 0.03:
                WinFactory.create(owner_id=person.pk, happened_on=person.today(now))
                person.wins.append(person.today(now))
            elif roll < 0.05:
                story = StoryFactory.create(owner_id=person.pk, edited_at=now)
                StoryVersionFactory.create(story=story)
                person.edits.append(now.date())
            elif roll < 0.055:
                self._move(person)

    def _move(self, person: Person) -> None:
        person.zone = ZoneInfo(self.random.choice(ZONES))
        User.objects.get_queryset().filter(pk=person.pk).update(time_zone=person.zone.key)

    def _deliver(self, now: datetime) -> None:
        Message.objects.filter(status=MailStatus.PENDING, due_at__lte=now).update(
            status=MailStatus.SENT, sent_at=now
        )
        for person in self.people:
            person.send(now)

    def expected(self) -> Found:
        ledger = {key: status for person in self.people for key, status in person.ledger.items()}
        return Found(ledger, {(person.pk, day) for person in self.people for day in person.mails})

    def found(self) -> Found:
        rows = Occurrence.objects.values_list("person_id", "rule", "local_date", "status")
        mails = Message.objects.filter(kind="digest").values_list("user_id", "ref")
        return Found(
            {(person, rule, day): status for person, rule, day, status in rows},
            {(user or 0, date.fromisoformat(ref["on"])) for user, ref in mails},
        )

    def rows(self) -> int:
        return Occurrence.objects.count()

    def candidacies(self) -> int:
        return Candidacy.objects.count()
