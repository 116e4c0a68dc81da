"""Success factors, mistakes and growth: what is held against which facts, and what nobody knows yet."""

import random
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.frameworks.schema import Threshold
from apps.projects.models import Project
from apps.readiness.actions import refreshed_portfolio
from apps.readiness.factors import (
    FactCheck,
    Held,
    check_factors,
    check_mistakes,
    facts_asked,
)
from apps.readiness.growth import Change, growth_of, steps_gained
from apps.readiness.ladder import AskedOf, Step, SubjectFacts, check_bars, standing_of
from apps.readiness.portfolio import SubjectStanding, asked_at
from apps.readiness.sustained import month_of
from apps.stories.models import Story
from tests.cast import CountStatements, SignIn
from tests.factories.frameworks import shipped_framework
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory
from tests.readiness.strategies import ENDORSED, TODAY

FRAMEWORK = shipped_framework()
ASKED = asked_at(FRAMEWORK, "L6")
NAMES = sorted(facts_asked(FRAMEWORK))

known_facts = st.dictionaries(st.sampled_from(NAMES), st.none() | st.integers(0, 5).map(float))
some_steps = st.lists(st.sampled_from(Step), min_size=len(ASKED), max_size=len(ASKED))


def standing_at(step: Step) -> SubjectFacts:
    drafted = ENDORSED._replace(endorsements=(), is_complete=False)
    return {
        Step.NOTHING: SubjectFacts(),
        Step.CLAIMED: SubjectFacts(own_rating=3),
        Step.DRAFTED: SubjectFacts(stories=(drafted,)),
        Step.EVIDENCED: SubjectFacts(stories=(ENDORSED._replace(endorsements=()),)),
        Step.CORROBORATED: SubjectFacts(stories=(ENDORSED,)),
    }[step]


def subjects_at(steps: list[Step]) -> list[SubjectStanding]:
    standings = [standing_of(standing_at(step)) for step in steps]
    bars = check_bars(
        [AskedOf(standing, one.asked) for standing, one in zip(standings, ASKED, strict=True)],
        sufficiency=FRAMEWORK.sufficiency,
        today=TODAY,
    )
    return [
        SubjectStanding(one.kind, one.key, one.name, one.leads, standing, bar)
        for one, standing, bar in zip(ASKED, standings, bars, strict=True)
    ]


def held(steps: list[Step], known: dict[str, float | None]) -> list[Held]:
    return [
        line.held for check in check_factors(FRAMEWORK, subjects_at(steps), known) for line in check.lines
    ]


@given(some_steps, known_facts, st.integers(0, len(ASKED) - 1))
def test_a_higher_step_never_takes_a_line_away(
    steps: list[Step], known: dict[str, float | None], at: int
) -> None:
    higher = [*steps[:at], Step.CORROBORATED, *steps[at + 1 :]]

    for before, after in zip(held(steps, known), held(higher, known), strict=True):
        assert (before, after) in {(one, one) for one in Held} | {
            (Held.NO, Held.YES),
            (Held.NO, Held.UNKNOWN),
        }


@given(some_steps, known_facts, st.sampled_from(NAMES))
def test_a_better_figure_never_takes_a_line_away(
    steps: list[Step], known: dict[str, float | None], name: str
) -> None:
    better = known | {name: (known.get(name) or 0) + 1}

    before, after = held(steps, known), held(steps, better)

    assert all(b is Held.YES for a, b in zip(before, after, strict=True) if a is Held.YES)


@given(known_facts, st.sampled_from(["evidence_beyond_own_team", "evidence_from_outside"]))
def test_more_evidence_never_makes_a_mistake(known: dict[str, float | None], name: str) -> None:
    better = known | {name: (known.get(name) or 0) + 1}

    for before, after in zip(
        check_mistakes(FRAMEWORK, known), check_mistakes(FRAMEWORK, better), strict=True
    ):
        assert after.held is not Held.YES or before.held is Held.YES


@given(some_steps, known_facts, st.randoms())
def test_the_order_of_subjects_and_facts_makes_no_difference(
    steps: list[Step], known: dict[str, float | None], rng: random.Random
) -> None:
    subjects = subjects_at(steps)
    shuffled = dict(rng.sample(sorted(known.items(), key=str), len(known)))

    assert check_factors(FRAMEWORK, rng.sample(subjects, len(subjects)), shuffled) == check_factors(
        FRAMEWORK, subjects, known
    )


def test_what_nobody_counts_is_not_known_and_never_nought() -> None:
    checks = check_mistakes(FRAMEWORK, {})

    assert [check.held for check in checks] == [Held.UNKNOWN] * 4
    assert {fact.said for check in checks for fact in check.facts} == {"not known yet"}


def test_one_fact_that_does_not_hold_decides_beside_an_unknown_one() -> None:
    relied_on = check_mistakes(FRAMEWORK, {"share_of_principles_evidenced": 0.75})[3]

    assert relied_on.held is Held.NO
    assert [fact.held for fact in relied_on.facts] == [Held.UNKNOWN, Held.NO]


def test_a_line_asks_only_for_indicators_of_the_target_level() -> None:
    lines = {
        line.line.key: line
        for check in check_factors(FRAMEWORK, subjects_at([Step.EVIDENCED] * len(ASKED)), {})
        for line in check.lines
    }

    assert [s.key for s in lines["developing"].subjects] == ["hire_and_develop", "l6_mentors_l5"]
    assert lines["developing"].held is Held.YES


@pytest.mark.parametrize(
    ("limit", "value", "said", "asked"),
    [
        ({"fact": "advocates", "at_least": 3}, 2, "2", "at least 3"),
        ({"fact": "advocates", "at_most": 0}, 0, "0", "none"),
        ({"fact": "people_influenced", "above": 1000}, 1200, "1,200", "more than 1,000"),
        ({"fact": "share_of_principles_evidenced", "below": 0.5}, 0.4375, "44 in 100", "less than half"),
        ({"fact": "advocates", "at_least": 3}, None, "not known yet", "at least 3"),
    ],
)
def test_a_fact_is_said_in_words(
    limit: dict[str, object], value: float | None, said: str, asked: str
) -> None:
    check = FactCheck(Threshold.model_validate(limit), value)

    assert (check.said, check.asked) == (said, asked)


# Growth -----------------------------------------------------------------------------------------------

BEGAN = date(2026, 6, 10)
changes = st.builds(
    Change,
    kind=st.just("principle"),
    key=st.sampled_from(["ownership", "dive_deep", "think_big"]),
    from_step=st.integers(0, 4),
    to_step=st.integers(0, 4),
    changed_at=st.integers(0, 4_000).map(lambda h: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=h)),
)
SUBJECTS = [("principle", "ownership"), ("principle", "dive_deep")]


@given(st.lists(changes, max_size=8), st.randoms())
def test_the_order_of_changes_makes_no_difference(series: list[Change], rng: random.Random) -> None:
    shuffled = rng.sample(series, len(series))

    assert growth_of(shuffled, subjects=SUBJECTS, began_on=BEGAN, today=TODAY) == growth_of(
        series, subjects=SUBJECTS, began_on=BEGAN, today=TODAY
    )


@given(st.lists(changes, max_size=8), changes)
def test_a_step_up_never_lowers_what_was_gained(series: list[Change], more: Change) -> None:
    up = more._replace(from_step=min(more.from_step, more.to_step), to_step=max(more.from_step, more.to_step))

    assert steps_gained([*series, up], began_on=BEGAN) >= steps_gained(series, began_on=BEGAN)


@given(st.lists(changes, max_size=8), changes)
def test_a_last_step_to_the_top_never_lowers_a_month(series: list[Change], more: Change) -> None:
    last = max([BEGAN, *(c.changed_on for c in series)]) + timedelta(days=1)
    at = datetime.combine(last, datetime.min.time(), UTC)
    top = more._replace(to_step=4, changed_at=at)

    before = growth_of(series, subjects=SUBJECTS, began_on=BEGAN, today=date(2026, 12, 31))
    after = growth_of([*series, top], subjects=SUBJECTS, began_on=BEGAN, today=date(2026, 12, 31))

    assert all(a.evidenced >= b.evidenced for a, b in zip(after.months, before.months, strict=True))
    assert all(a.corroborated >= b.corroborated for a, b in zip(after.months, before.months, strict=True))


def change(key: str, on: str, from_step: int, to_step: int) -> Change:
    return Change("principle", key, from_step, to_step, datetime.fromisoformat(f"{on}T12:00+00:00"))


def test_what_was_brought_along_on_the_first_day_is_no_growth() -> None:
    series = [
        change("ownership", "2026-06-10", 0, 3),
        change("dive_deep", "2026-07-02", 0, 2),
        change("dive_deep", "2026-08-31", 2, 4),
        change("ownership", "2026-09-01", 3, 2),
    ]

    growth = growth_of(series, subjects=SUBJECTS, began_on=BEGAN, today=date(2026, 9, 30))

    assert growth.gained == 3
    assert [(one.key, one.from_step, one.to_step) for one in growth.risen] == [("dive_deep", 0, 4)]
    assert [(m.month - month_of(BEGAN), m.evidenced, m.corroborated) for m in growth.months] == [
        (0, 1, 0),
        (1, 1, 0),
        (2, 2, 1),
        (3, 1, 1),
    ]


# The page ---------------------------------------------------------------------------------------------


def test_the_page_counts_lines_and_says_what_is_not_known(
    candidate: User, candidacy: Candidacy, sign_in: SignIn, now: datetime
) -> None:
    StoryFactory.create(owner=candidate, teams_affected=3, principles=["dive_deep"])
    ProjectFactory.create(owner=candidate, teams_affected=2)

    html = unescape(sign_in(candidate).get(reverse("readiness:factors")).content.decode())

    assert "Stories and projects affecting two or more teams</a>: 2, asked is at least 2" in html
    assert "Advocates registered: not known yet, found at at least 3" in html
    assert "0 of 4 lines stand" in html


def test_growth_is_shown_from_dated_changes(
    candidate: User, candidacy: Candidacy, sign_in: SignIn, now: datetime
) -> None:
    StoryFactory.create(owner=candidate, principles=["dive_deep"])
    refreshed_portfolio(candidacy, now=now)

    html = sign_in(candidate).get(reverse("readiness:factors")).content.decode()

    assert "2 steps of the ladder gained since your first day." in html
    assert ">Dive Deep</a>: Nothing to Drafted, Tue 24 November 2026" in html


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_overview_takes_as_many_statements_for_a_hundred_stories_as_for_one(
    candidate: User, sign_in: SignIn, statements: CountStatements, rows: int
) -> None:
    Story.objects.bulk_create(
        Story(owner=candidate, title=f"Story {n}", principles=["ownership"], teams_affected=2)
        for n in range(rows)
    )
    Project.objects.bulk_create(Project(owner=candidate, name=f"P{n}") for n in range(rows))
    client = sign_in(candidate)
    client.get(reverse("readiness:factors"))

    with statements() as done:
        client.get(reverse("readiness:factors"))

    assert done.count == 11, done.sql


def test_somebody_without_a_candidacy_is_led_from_the_factors_to_one(stranger: User, sign_in: SignIn) -> None:
    assert sign_in(stranger).get(reverse("readiness:factors"))["Location"] == reverse("candidates:start")
