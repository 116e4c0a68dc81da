"""What a candidate does next: one line each, from facts, the most pressing first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

STALE_AFTER = timedelta(days=14)
MOST_SHOWN = 6
WINS_ARE_FRESH_FOR = timedelta(days=7)


@dataclass(frozen=True)
class NextStep:
    """`url_name` and `url_args` lead to the very form that completes it."""

    text: str
    why: str
    icon: str
    button: str
    url_name: str
    url_args: tuple[int, ...] = ()
    tone: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.url_args)


@dataclass(frozen=True)
class StoryLine:
    story_id: int
    title: str
    state: str
    edited_at: datetime


@dataclass(frozen=True)
class Situation:
    """The facts that decide. `stories` are those in use; `open_principles` the ones without evidence."""

    rated_subjects: int
    subjects: int
    has_mentor: bool
    unseen_reviews: tuple[tuple[int, str, str], ...]  # review, mentor, story
    stories: tuple[StoryLine, ...]
    loose_wins: tuple[tuple[int, str], ...]  # wins no story was made of
    last_win_on: date | None
    open_principles: tuple[str, ...]
    has_chosen_challenges: bool = True
    is_decided: bool = False
    due_actions: tuple[tuple[int, str, date], ...] = ()  # those late or due within a week, by date


def next_steps(situation: Situation, *, now: datetime) -> tuple[NextStep, ...]:
    return tuple(_steps(situation, now))[:MOST_SHOWN]


def _steps(situation: Situation, now: datetime) -> Iterator[NextStep]:
    for review_id, mentor, title in situation.unseen_reviews:
        yield NextStep(
            f"Read {mentor}’s review of “{title}”",
            "It came back and you have not opened it",
            "message-square-reply", "Read", "reviews:show", (review_id,), "warn",
        )  # fmt: skip
    if situation.is_decided:
        # The case is closed; what remains is to go on noting what one does.
        yield from _logging_steps(situation, now)
        return
    for action_id, title, due_on in situation.due_actions[:2]:
        is_late = due_on < now.date()
        yield NextStep(
            title, f"{'Was due' if is_late else 'Due'} {due_on.day} {due_on:%B}, for a gap you took on",
            "route", "Open", "readiness:action_edit", (action_id,), "warn" if is_late else "info",
        )  # fmt: skip
    for story in _in_state(situation, "changes"):
        yield NextStep(
            f"Revise “{story.title}”", "Your mentor asked for changes",
            "pencil-line", "Revise", "stories:edit", (story.story_id,), "warn",
        )  # fmt: skip
    if not situation.has_chosen_challenges:
        yield NextStep(
            "Read the briefing", "Mark which challenges apply to you, and what you can make use of",
            "book-open", "Read", "candidates:briefing", (), "info",
        )  # fmt: skip
    if situation.rated_subjects < situation.subjects:
        started = situation.rated_subjects > 0
        yield NextStep(
            "Finish rating yourself" if started else "Rate yourself once, as a baseline",
            f"{situation.rated_subjects} of {situation.subjects} rated",
            "gauge", "Continue" if started else "Start", "candidates:rate", (), "info",
        )  # fmt: skip
    if not situation.has_mentor:
        yield NextStep(
            "Ask somebody to be your mentor", "Only a mentor’s endorsement corroborates a story",
            "user-plus", "Ask", "candidates:mentors",
        )  # fmt: skip
    for story in _in_state(situation, "edited"):
        yield NextStep(
            f"Ask again about “{story.title}”", "You edited it since its last version",
            "send", "Ask", "reviews:ask", (story.story_id,),
        )  # fmt: skip
    yield from _writing_steps(situation, now)


def _logging_steps(situation: Situation, now: datetime) -> Iterator[NextStep]:
    if situation.last_win_on is None or now.date() - situation.last_win_on >= WINS_ARE_FRESH_FOR:
        why = "None logged yet" if situation.last_win_on is None else "None logged in the last seven days"
        yield NextStep("Log a win", why, "sparkles", "Log it", "stories:win_new")


def _writing_steps(situation: Situation, now: datetime) -> Iterator[NextStep]:
    yield from _logging_steps(situation, now)
    for story in sorted(_in_state(situation, "draft"), key=lambda s: s.edited_at)[:2]:
        is_stale = now - story.edited_at >= STALE_AFTER
        yield NextStep(
            f"Continue “{story.title}”",
            "Untouched for two weeks or more" if is_stale else "A draft, only yours so far",
            "notebook-pen", "Continue", "stories:edit", (story.story_id,), "info",
        )  # fmt: skip
    for story in _in_state(situation, "saved")[:2]:
        yield NextStep(
            f"Ask for a review of “{story.title}”", "It has a version nobody has looked at",
            "send", "Ask", "reviews:ask", (story.story_id,),
        )  # fmt: skip
    for _win_id, text in situation.loose_wins[:1]:
        yield NextStep(
            f"Make a story of “{text}”", "Logged, and in no story yet", "sparkles", "Choose", "stories:wins"
        )
    for name in situation.open_principles[:1]:
        yield NextStep(
            f"Find evidence for {name}", "No story shows it yet", "circle-dashed", "Look", "readiness:index"
        )


def _in_state(situation: Situation, state: str) -> list[StoryLine]:
    return [story for story in situation.stories if story.state == state]
