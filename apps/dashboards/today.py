"""Everything the candidate's first page shows, read in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.facts import facts_of
from apps.candidates.models import Candidacy, Mentorship
from apps.candidates.phases import PhaseWindow, current_window, phase_windows
from apps.dashboards.next_steps import NextStep, Situation, StoryLine, next_steps
from apps.readiness.actions import refreshed_portfolio
from apps.readiness.ladder import Step, StoryStanding
from apps.readiness.models import Action
from apps.readiness.portfolio import Portfolio, SubjectStanding
from apps.reviews.models import Review
from apps.stories.models import Story, Win

RECENT_STORIES = 4


@dataclass(frozen=True)
class Signal:
    """A count of stories to which something applies, out of all in use."""

    label: str
    count: int
    total: int


@dataclass(frozen=True)
class Today:
    candidacy: Candidacy
    windows: tuple[PhaseWindow, ...]
    steps: tuple[NextStep, ...]
    portfolio: Portfolio
    principles: tuple[SubjectStanding, ...]
    recent: tuple[Story, ...]
    has_evidence: bool
    signals: tuple[Signal, ...]
    days_left: int
    has_chosen_challenges: bool

    @property
    def now(self) -> PhaseWindow:
        return current_window(self.windows)

    @property
    def at_the_bar(self) -> tuple[SubjectStanding, ...]:
        return tuple(p for p in self.portfolio.principles if p.bar.is_met)

    @property
    def close(self) -> int:
        """How many principles have evidence, and are not at the bar."""
        return sum(not p.bar.is_met and p.standing.step >= Step.EVIDENCED for p in self.portfolio.principles)


def today_of(user: User, candidacy: Candidacy, *, now: datetime, gaps_first: bool) -> Today:
    today = timezone.localdate(now)
    portfolio = refreshed_portfolio(candidacy, now=now)
    stories = list(Story.objects.visible_to(user).for_list().in_use().order_by("-edited_at", "-pk")[:200])
    known = facts_of(candidacy, today, {"has_chosen_challenges"})
    has_chosen_challenges = bool(known["has_chosen_challenges"])
    situation = _situation(
        user, candidacy, portfolio, stories, today, has_chosen_challenges=has_chosen_challenges
    )
    principles = portfolio.principles
    if gaps_first:
        principles = tuple(
            sorted(principles, key=lambda p: (p.bar.is_met, p.bar.corroborated - p.bar.asked, p.name))
        )
    return Today(
        candidacy=candidacy,
        windows=phase_windows(
            candidacy.framework.phases,
            target_on=candidacy.target_on,
            started_on=candidacy.started_on,
            decided_on=candidacy.decided_on,
            today=today,
        ),
        steps=next_steps(situation, now=now),
        portfolio=portfolio,
        principles=principles,
        recent=tuple(stories[:RECENT_STORIES]),
        has_evidence=bool(portfolio.stories) or any(s.standing.own_rating for s in portfolio.subjects),
        signals=_signals(portfolio, stories),
        days_left=(candidacy.target_on - today).days,
        has_chosen_challenges=has_chosen_challenges,
    )


def _situation(
    user: User,
    candidacy: Candidacy,
    portfolio: Portfolio,
    stories: list[Story],
    today: date,
    *,
    has_chosen_challenges: bool,
) -> Situation:
    unseen = (
        Review.objects.received_by(user)
        .filter(seen_at=None)
        .order_by("-sent_at")
        .values_list("pk", "mentorship__mentor__name", "version__story__title")
    )
    wins = list(
        Win.objects.visible_to(user).newest_first().values_list("pk", "text", "story", "happened_on")[:30]
    )
    return Situation(
        rated_subjects=sum(s.standing.own_rating is not None for s in portfolio.subjects),
        subjects=len(portfolio.subjects),
        has_mentor=Mentorship.objects.standing().showing_plan().filter(candidacy=candidacy).exists(),
        unseen_reviews=tuple(unseen),
        stories=tuple(StoryLine(s.pk, s.title, str(s.state), s.edited_at) for s in stories),
        loose_wins=tuple((pk, text) for pk, text, story, _ in wins if story is None),
        last_win_on=wins[0][3] if wins else None,
        open_principles=tuple(
            p.name for p in portfolio.principles if p.leads and p.standing.step <= Step.CLAIMED
        ),
        has_chosen_challenges=has_chosen_challenges,
        is_decided=candidacy.decided_on is not None,
        due_actions=tuple(Action.objects.due_soon(candidacy, today)),
    )


def _signals(portfolio: Portfolio, stories: list[Story]) -> tuple[Signal, ...]:
    best: dict[int, StoryStanding] = {}
    for subject in portfolio.subjects:
        for found in subject.standing.stories:
            best[found.story.story_id] = max(
                found, best.get(found.story.story_id, found), key=lambda s: s.step
            )
    total = len(stories)
    return (
        Signal("Beyond own team", sum((s.teams_affected or 0) >= 2 for s in stories), total),
        Signal("With numbers", sum(s.current_version is not None and s.current_version.is_measured for s in stories), total),
        Signal("Evidenced", sum(s.step >= Step.EVIDENCED for s in best.values()), total),
        Signal("Corroborated", sum(s.step == Step.CORROBORATED for s in best.values()), total),
    )  # fmt: skip
