"""The bar by its rules and by properties: better facts never worsen it, and order makes no difference."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.frameworks.schema import Sufficiency
from apps.readiness.ladder import (
    AskedOf,
    BarCheck,
    Endorsement,
    Lack,
    StoryFacts,
    SubjectFacts,
    check_bars,
    guide_to,
    standing_of,
)
from tests.factories.frameworks import shipped_framework
from tests.readiness.strategies import ENDORSED, TODAY, stories

SHIPPED = Sufficiency(
    stories_leading=2, stories_other=1, projects_at_least=2, recent_months=12, recent_at_least=1,
    max_project_share=0.5,
)  # fmt: skip

rules = st.builds(
    Sufficiency,
    stories_leading=st.integers(1, 3),
    stories_other=st.integers(1, 2),
    projects_at_least=st.integers(1, 3),
    recent_months=st.integers(1, 24),
    recent_at_least=st.integers(0, 2),
    max_project_share=st.sampled_from([0.25, 0.5, 1.0]),
)


@st.composite
def linked(draw: st.DrawFn) -> list[tuple[list[StoryFacts], int]]:
    """Up to six subjects, each with its stories and how many the bar asks for; one story may show several."""
    told = draw(st.lists(stories, max_size=8, unique_by=lambda s: s.story_id))
    some = st.lists(st.sampled_from(told), unique=True) if told else st.just([])
    return draw(st.lists(st.tuples(some, st.integers(1, 3)), min_size=1, max_size=6))


def bars(subjects: Sequence[tuple[Sequence[StoryFacts], int]], rule: Sufficiency) -> tuple[BarCheck, ...]:
    asked = [AskedOf(standing_of(SubjectFacts(stories=tuple(told))), number) for told, number in subjects]
    return check_bars(asked, sufficiency=rule, today=TODAY)


def bar(*told: StoryFacts, asked: int) -> BarCheck:
    # Among enough others that its project cannot fill more than its share.
    return bars([(told, asked), ([], 1), ([], 1)], SHIPPED)[0]


@given(linked(), rules, stories, st.integers(0, 5))
def test_one_more_story_takes_nothing_from_its_subject_nor_from_the_number_at_the_bar(
    subjects: list[tuple[list[StoryFacts], int]], rule: Sufficiency, more: StoryFacts, at: int
) -> None:
    at %= len(subjects)
    more = more._replace(story_id=99)
    richer = [([*told, more] if n == at else told, asked) for n, (told, asked) in enumerate(subjects)]

    before, after = bars(subjects, rule), bars(richer, rule)

    assert after[at].is_met >= before[at].is_met
    assert sum(check.is_met for check in after) >= sum(check.is_met for check in before)
    assert after[at].corroborated >= before[at].corroborated


@given(linked(), rules, st.integers(0, 5), st.integers(0, 7))
def test_a_better_story_takes_nothing_from_its_subject_nor_from_the_number_at_the_bar(
    subjects: list[tuple[list[StoryFacts], int]], rule: Sufficiency, at: int, which: int
) -> None:
    at %= len(subjects)
    told, asked = subjects[at]
    if not told:
        return
    which %= len(told)
    better = told[which]._replace(
        is_archived=False,
        is_complete=True,
        is_measured=True,
        is_unchanged=True,
        endorsements=(*told[which].endorsements, Endorsement("Amara", 4)),
        ended_on=TODAY,
    )
    richer = list(subjects)
    richer[at] = ([*told[:which], better, *told[which + 1 :]], asked)

    before, after = bars(subjects, rule), bars(richer, rule)

    assert after[at].is_met >= before[at].is_met
    assert sum(check.is_met for check in after) >= sum(check.is_met for check in before)


@given(linked(), rules, st.randoms())
def test_the_order_of_stories_makes_no_difference_to_the_bar(
    subjects: list[tuple[list[StoryFacts], int]], rule: Sufficiency, rng: random.Random
) -> None:
    shuffled = [(rng.sample(told, len(told)), asked) for told, asked in subjects]

    assert bars(shuffled, rule) == bars(subjects, rule)


@given(linked(), rules)
def test_no_project_alone_fills_more_than_its_share(
    subjects: list[tuple[list[StoryFacts], int]], rule: Sufficiency
) -> None:
    checks = bars(subjects, rule)
    alone = [
        next(iter(projects))
        for (told, _), check in zip(subjects, checks, strict=True)
        if check.is_met
        and len(projects := {s.project for s in standing_of(SubjectFacts(stories=tuple(told))).corroborated})
        == 1
    ]

    assert all(
        alone.count(project) <= max(1, rule.max_project_share * len(subjects)) for project in set(alone)
    )


@given(linked(), rules)
def test_at_the_bar_is_nothing_missing_and_never_fewer_stories_than_asked(
    subjects: list[tuple[list[StoryFacts], int]], rule: Sufficiency
) -> None:
    for (_, asked), check in zip(subjects, bars(subjects, rule), strict=True):
        assert check.is_met == (not check.missing) == (not check.lacks) == (not check.in_short)
        assert len(check.missing) == len(check.lacks)
        assert not check.is_met or check.corroborated >= asked


def test_two_corroborated_stories_from_two_projects_are_at_a_leading_bar() -> None:
    assert bar(ENDORSED, ENDORSED._replace(story_id=2, project_id=2), asked=2).is_met


def test_two_from_one_project_ask_for_another_project() -> None:
    check = bar(ENDORSED, ENDORSED._replace(story_id=2), asked=2)

    assert check.missing == ("one more story from another project",)
    assert check.lacks == (Lack.PROJECT,)


def test_a_story_without_a_project_counts_as_a_project_of_its_own() -> None:
    assert bar(ENDORSED, ENDORSED._replace(story_id=2, project_id=None), asked=2).is_met


def test_one_of_two_asks_for_one_more_from_elsewhere() -> None:
    assert bar(ENDORSED, asked=2).missing == ("1 more corroborated story, from another project",)
    assert bar(asked=2).missing == ("2 corroborated stories",)


@pytest.mark.parametrize(
    ("ended_on", "missing"),
    [
        (date(2025, 11, 26), ()),
        (date(2025, 11, 25), ("one that ended in the last 12 months",)),
        (None, ()),
    ],
)
def test_the_bar_asks_for_one_that_ended_in_the_last_twelve_months(
    ended_on: date | None, missing: tuple[str, ...]
) -> None:
    assert bar(ENDORSED._replace(ended_on=ended_on), asked=1).missing == missing


def test_one_lucky_project_cannot_fill_everything() -> None:
    lucky = [([ENDORSED], 1)] * 16

    checks = bars(lucky, SHIPPED)

    assert [check.is_met for check in checks] == [True] * 8 + [False] * 8
    assert checks[8].missing == ("one from another project, since this one alone already fills 8 of the 16",)


def test_a_story_from_another_project_fills_what_the_lucky_one_cannot() -> None:
    other = ENDORSED._replace(story_id=2, project_id=2, ended_on=TODAY - timedelta(days=1))

    checks = bars([*[([ENDORSED], 1)] * 15, ([ENDORSED, other], 1)], SHIPPED)

    assert checks[15].is_met


def test_the_bar_is_explained_by_the_rule_of_the_framework() -> None:
    guide = guide_to(shipped_framework(), "L6")

    assert guide.bar == (
        (
            "Two corroborated stories for each principle that leads at L6, one corroborated story for every "
            "other principle and for each indicator."
        ),
        (
            "Where two or more are asked, they come from two projects. A story without a project counts as a "
            "project of its own."
        ),
        "One of them ended in the last 12 months or is still under way.",
        (
            "No project alone fills more than 8 of the 16 principles, nor more than 3 of the 6 indicators. What "
            "comes later in the list asks for a story from another project."
        ),
    )
    assert [int(step) for step in guide.steps] == [4, 3, 2, 1, 0]
