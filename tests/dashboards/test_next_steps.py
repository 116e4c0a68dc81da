from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from apps.dashboards.next_steps import Situation, StoryLine, next_steps

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

NOTHING_OPEN = Situation(
    rated_subjects=22,
    subjects=22,
    has_mentor=True,
    unseen_reviews=(),
    stories=(),
    loose_wins=(),
    last_win_on=date(2026, 11, 24),
    open_principles=(),
)


def texts(situation: Situation) -> list[str]:
    return [step.text for step in next_steps(situation, now=NOW)]


def story(state: str, *, days_ago: int = 1) -> StoryLine:
    return StoryLine(7, "Faster deploys", state, NOW - timedelta(days=days_ago))


def test_nothing_open_asks_for_nothing() -> None:
    assert texts(NOTHING_OPEN) == []


@pytest.mark.parametrize(
    ("situation", "text", "url"),
    [
        (
            replace(NOTHING_OPEN, unseen_reviews=((3, "Henrik Dahl", "Faster deploys"),)),
            "Read Henrik Dahl’s review of “Faster deploys”",
            "/reviews/3/read",
        ),
        (replace(NOTHING_OPEN, stories=(story("changes"),)), "Revise “Faster deploys”", "/stories/7/"),
        (replace(NOTHING_OPEN, has_chosen_challenges=False), "Read the briefing", "/briefing/"),
        (replace(NOTHING_OPEN, rated_subjects=0), "Rate yourself once, as a baseline", "/rate/"),
        (replace(NOTHING_OPEN, rated_subjects=5), "Finish rating yourself", "/rate/"),
        (replace(NOTHING_OPEN, has_mentor=False), "Ask somebody to be your mentor", "/mentors/"),
        (
            replace(NOTHING_OPEN, stories=(story("edited"),)),
            "Ask again about “Faster deploys”",
            "/reviews/ask/7",
        ),
        (replace(NOTHING_OPEN, last_win_on=None), "Log a win", "/wins/new"),
        (replace(NOTHING_OPEN, last_win_on=date(2026, 11, 18)), "Log a win", "/wins/new"),
        (replace(NOTHING_OPEN, stories=(story("draft"),)), "Continue “Faster deploys”", "/stories/7/"),
        (
            replace(NOTHING_OPEN, stories=(story("saved"),)),
            "Ask for a review of “Faster deploys”",
            "/reviews/ask/7",
        ),
        (replace(NOTHING_OPEN, loose_wins=((1, "Fixed it"),)), "Make a story of “Fixed it”", "/wins/"),
        (replace(NOTHING_OPEN, open_principles=("Think Big",)), "Find evidence for Think Big", "/readiness/"),
    ],
)
def test_one_open_thing_is_one_step_that_leads_to_its_form(situation: Situation, text: str, url: str) -> None:
    (step,) = next_steps(situation, now=NOW)

    assert (step.text, step.url) == (text, url)


@pytest.mark.parametrize("state", ["asked", "endorsed", "archived"])
def test_a_story_that_waits_for_others_asks_for_nothing(state: str) -> None:
    assert texts(replace(NOTHING_OPEN, stories=(story(state),))) == []


def test_what_others_wait_for_comes_first_and_six_are_shown() -> None:
    everything = Situation(
        rated_subjects=0,
        subjects=22,
        has_mentor=False,
        unseen_reviews=((1, "Henrik", "A"), (2, "Amara", "B")),
        stories=(story("draft"), story("changes"), story("saved"), story("edited")),
        loose_wins=((1, "Fixed it"),),
        last_win_on=None,
        open_principles=("Think Big",),
    )

    assert texts(everything) == [
        "Read Henrik’s review of “A”",
        "Read Amara’s review of “B”",
        "Revise “Faster deploys”",
        "Rate yourself once, as a baseline",
        "Ask somebody to be your mentor",
        "Ask again about “Faster deploys”",
    ]


def test_after_the_decision_only_logging_goes_on() -> None:
    decided = replace(
        NOTHING_OPEN,
        is_decided=True,
        stories=(story("changes"), story("edited"), story("draft")),
        open_principles=("Think Big",),
        last_win_on=None,
    )

    assert texts(decided) == ["Log a win"]


def test_a_draft_untouched_for_two_weeks_says_so() -> None:
    (step,) = next_steps(replace(NOTHING_OPEN, stories=(story("draft", days_ago=14),)), now=NOW)

    assert step.why == "Untouched for two weeks or more"
