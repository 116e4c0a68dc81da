"""Sustained at level: months in a row, and the day from which they are enough."""

import random
import re
from collections.abc import Sequence
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.candidates.phases import add_months
from apps.frameworks.schema import Sufficiency
from apps.readiness.ladder import AskedOf, Endorsement, StoryFacts, SubjectFacts, check_bars, standing_of
from apps.readiness.portfolio import SubjectStanding
from apps.readiness.sustained import Sustained, first_of, month_of, sustained_map
from apps.stories.models import Story, StoryVersion, VersionReason
from tests.cast import CountStatements, SignIn
from tests.readiness.strategies import ENDORSED, TODAY, stories


def rule(in_a_row: int = 6, recent: int = 12) -> Sufficiency:
    return Sufficiency(
        stories_leading=2,
        stories_other=1,
        projects_at_least=2,
        recent_months=recent,
        recent_at_least=1,
        max_project_share=0.5,
        sustained_months=in_a_row,
    )


def sustained(told: Sequence[StoryFacts], asked: Sufficiency | None = None) -> Sustained:
    asked = asked or rule()
    standing = standing_of(SubjectFacts(stories=tuple(told)))
    (bar,) = check_bars([AskedOf(standing, 1)], sufficiency=asked, today=TODAY)
    subject = SubjectStanding("indicator", "l6_one", "One", False, standing, bar)
    return sustained_map([subject], sufficiency=asked, today=TODAY).rows[0]


def ran(story_id: int, started_on: str | None, ended_on: str | None) -> StoryFacts:
    return ENDORSED._replace(
        story_id=story_id,
        started_on=date.fromisoformat(started_on) if started_on else None,
        ended_on=date.fromisoformat(ended_on) if ended_on else None,
    )


several = st.lists(stories, max_size=6, unique_by=lambda s: s.story_id)
rules = st.builds(rule, st.integers(1, 8), st.integers(1, 18))


@given(several, stories, rules)
def test_one_more_story_never_ends_nor_delays_what_is_sustained(
    told: list[StoryFacts], more: StoryFacts, asked: Sufficiency
) -> None:
    before, after = sustained(told, asked), sustained([*told, more._replace(story_id=99)], asked)

    assert (after.met_on or date.max) <= (before.met_on or date.max)
    assert after.in_a_row >= before.in_a_row
    assert all(a.stories >= b.stories for a, b in zip(after.cells, before.cells, strict=True))
    assert all(a.step >= b.step for a, b in zip(after.cells, before.cells, strict=True))


@given(several, rules, st.integers(0, 5))
def test_a_better_story_never_ends_nor_delays_what_is_sustained(
    told: list[StoryFacts], asked: Sufficiency, which: int
) -> None:
    if not told:
        return
    which %= len(told)
    better = told[which]._replace(
        is_archived=False,
        is_unchanged=True,
        endorsements=(*told[which].endorsements, Endorsement("Amara", 4)),
    )

    before, after = sustained(told, asked), sustained([*told[:which], better, *told[which + 1 :]], asked)

    assert (after.met_on or date.max) <= (before.met_on or date.max)
    assert after.in_a_row >= before.in_a_row


@given(several, rules, st.randoms())
def test_the_order_of_stories_makes_no_difference_to_the_months(
    told: list[StoryFacts], asked: Sufficiency, rng: random.Random
) -> None:
    assert sustained(rng.sample(told, len(told)), asked) == sustained(told, asked)


@given(several, rules)
def test_the_day_is_that_on_which_the_row_of_months_became_long_enough(
    told: list[StoryFacts], asked: Sufficiency
) -> None:
    """The definition month by month, as an oracle with another structure."""
    evidence = [found.story for found in sustained(told, asked).subject.standing.evidence]

    def runs_in(story: StoryFacts, month: int) -> bool:
        began, ended = story.started_on or story.ended_on, story.ended_on or TODAY
        return began is not None and month_of(began) <= month <= month_of(ended)

    months = {
        m
        for m in range(month_of(date(2023, 1, 1)), month_of(TODAY) + 1)
        if any(runs_in(s, m) for s in evidence)
    }
    days = []
    for month in sorted(months):
        since = month
        while since - 1 in months:
            since -= 1
        until = month
        while until + 1 in months:
            until += 1
        if month - since + 1 == asked.sustained_months and until > month_of(TODAY) - asked.recent_months:
            began = min(s.started_on or s.ended_on or TODAY for s in evidence if runs_in(s, month))
            days.append(max(first_of(month), began))

    assert sustained(told, asked).met_on == min(days, default=None)


@given(several, rules)
def test_the_day_is_never_ahead(told: list[StoryFacts], asked: Sufficiency) -> None:
    assert (sustained(told, asked).met_on or date.min) <= TODAY


@pytest.mark.parametrize(
    ("told", "met_on", "in_a_row"),
    [
        ([ran(1, "2026-02-10", "2026-07-20")], "2026-07-01", 6),
        ([ran(1, "2026-02-10", "2026-06-20")], None, 5),
        # Two that touch are one row, and the day is that on which the second one began.
        ([ran(1, "2026-02-10", "2026-06-20"), ran(2, "2026-07-15", "2026-07-30")], "2026-07-15", 6),
        # A month without evidence breaks the row.
        ([ran(1, "2026-02-10", "2026-05-20"), ran(2, "2026-07-15", "2026-09-30")], None, 4),
        # Long enough, and too long ago.
        ([ran(1, "2024-01-10", "2025-11-30")], None, 0),
        ([ran(1, "2024-01-10", "2025-12-01")], "2024-06-01", 24),
        # What has not ended runs on.
        ([ran(1, "2026-06-20", None)], "2026-11-01", 6),
        # Nothing but an end is one month, and nothing at all is none.
        ([ran(1, None, "2026-08-20")], None, 1),
        ([ran(1, None, None)], None, 0),
    ],
)
def test_the_window_is_met_by_six_months_in_a_row_the_last_of_them_recent(
    told: list[StoryFacts], met_on: str | None, in_a_row: int
) -> None:
    found = sustained(told)

    assert found.met_on == (date.fromisoformat(met_on) if met_on else None)
    assert found.in_a_row == in_a_row


def test_a_draft_is_in_no_month() -> None:
    draft = ENDORSED._replace(endorsements=(), is_measured=False)

    assert {cell.stories for cell in sustained([draft]).cells} == {0}


def test_the_map_shows_enough_months_for_the_oldest_row_that_counts() -> None:
    cells = sustained([]).cells

    assert [first_of(cells[0].month), first_of(cells[-1].month)] == [date(2025, 6, 1), date(2026, 11, 1)]


# The page ---------------------------------------------------------------------------------------------


def tell(owner: User, number: int, today: date) -> None:
    told = Story.objects.bulk_create(
        Story(
            owner=owner,
            title=f"Story {n}",
            indicators=["l6_leads_three_teams"],
            started_on=add_months(today, -8),
            ended_on=add_months(today, -1),
        )
        for n in range(number)
    )
    versions = StoryVersion.objects.bulk_create(
        StoryVersion(
            story=story, number=1, content={}, reason=VersionReason.SAVED, is_complete=True, is_measured=True
        )
        for story in told
    )
    for story, version in zip(told, versions, strict=True):
        story.current_version = version
    Story.objects.bulk_update(told, ["current_version"])


def test_the_page_shows_months_and_since_when(candidate: User, sign_in: SignIn, today: date) -> None:
    tell(candidate, 2, today)

    html = sign_in(candidate).get(reverse("readiness:sustained")).content.decode()

    assert "1 of 6 indicators sustained" in html
    assert "Since Sat 1 August 2026" in html
    line = re.search(r"<tr><th scope=\"row\"><a [^>]*>Leads work across three teams</a>.*?</tr>", html)
    assert line
    cells = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", line[0])]
    assert cells == [*["· none"] * 9, *["2 evidenced"] * 8, "· none"]


def test_somebody_new_reads_what_will_be_here(candidate: User, stranger: User, sign_in: SignIn) -> None:
    assert "No evidence yet" in sign_in(candidate).get(reverse("readiness:sustained")).content.decode()
    assert sign_in(stranger).get(reverse("readiness:sustained"))["Location"] == reverse("candidates:start")


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_months_take_eight_statements(
    candidate: User, sign_in: SignIn, statements: CountStatements, today: date, rows: int
) -> None:
    tell(candidate, rows, today)
    client = sign_in(candidate)
    client.get(reverse("readiness:sustained"))

    with statements() as done:
        client.get(reverse("readiness:sustained"))

    assert done.count == 8, done.sql
