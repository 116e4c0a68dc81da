"""The ladder by properties: more evidence never lowers a step, and order makes no difference."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.frameworks.schema import Sufficiency
from apps.readiness.ladder import (
    Endorsement,
    ProjectFacts,
    Standing,
    Step,
    StoryFacts,
    SubjectFacts,
    check_bar,
    crowding_projects,
    standing_of,
)

TODAY = date(2026, 11, 25)

endorsements = st.builds(Endorsement, mentor=st.sampled_from(["Henrik", "Amara"]), rating=st.integers(1, 4))
stories = st.builds(
    StoryFacts,
    story_id=st.integers(1, 50),
    title=st.just("A story"),
    is_archived=st.booleans(),
    is_complete=st.booleans(),
    is_measured=st.booleans(),
    is_unchanged=st.booleans(),
    endorsements=st.lists(endorsements, max_size=3).map(tuple),
    project_id=st.none() | st.integers(1, 4),
    ended_on=st.none() | st.dates(date(2024, 1, 1), TODAY),
)
projects = st.builds(ProjectFacts, project_id=st.integers(1, 9), name=st.just("A project"))
facts = st.builds(
    SubjectFacts,
    own_rating=st.none() | st.integers(1, 4),
    stories=st.lists(stories, max_size=6, unique_by=lambda s: s.story_id).map(tuple),
    projects=st.lists(projects, max_size=3).map(tuple),
)


@given(facts, stories)
def test_one_more_story_never_lowers_the_step(known: SubjectFacts, more: StoryFacts) -> None:
    richer = replace(known, stories=(*known.stories, more))

    assert standing_of(richer).step >= standing_of(known).step


@given(facts, endorsements, st.integers(0, 5))
def test_one_more_endorsement_never_lowers_the_step(known: SubjectFacts, more: Endorsement, at: int) -> None:
    if not known.stories:
        return
    index = at % len(known.stories)
    story = known.stories[index]
    endorsed = replace(story, endorsements=(*story.endorsements, more))
    richer = replace(known, stories=(*known.stories[:index], endorsed, *known.stories[index + 1 :]))

    assert standing_of(richer).step >= standing_of(known).step


@given(facts, projects)
def test_one_more_project_never_lowers_the_step(known: SubjectFacts, more: ProjectFacts) -> None:
    richer = replace(known, projects=(*known.projects, more))

    assert standing_of(richer).step >= standing_of(known).step


@given(facts, st.integers(1, 3))
def test_a_better_own_rating_never_lowers_the_step(known: SubjectFacts, value: int) -> None:
    worse, better = replace(known, own_rating=value), replace(known, own_rating=value + 1)

    assert (
        standing_of(better).step
        >= standing_of(worse).step
        >= standing_of(replace(known, own_rating=None)).step
    )


@given(facts, st.randoms())
def test_the_order_of_facts_makes_no_difference(known: SubjectFacts, rng: random.Random) -> None:
    shuffled_stories, shuffled_projects = list(known.stories), list(known.projects)
    rng.shuffle(shuffled_stories)
    rng.shuffle(shuffled_projects)
    shuffled = replace(known, stories=tuple(shuffled_stories), projects=tuple(shuffled_projects))

    assert standing_of(shuffled).step == standing_of(known).step
    assert standing_of(shuffled).stories == standing_of(known).stories
    assert standing_of(shuffled).is_edited_since == standing_of(known).is_edited_since


def step_by_the_definition(known: SubjectFacts) -> Step:
    """The definition read line by line from the top, as an oracle with another structure."""
    used = [story for story in known.stories if not story.is_archived]
    endorsed = [s for s in used if [e for e in s.endorsements if e.rating >= 3]]
    if [s for s in endorsed if s.is_unchanged]:
        return Step.CORROBORATED
    if endorsed or [s for s in used if s.is_complete and s.is_measured]:
        return Step.EVIDENCED
    if used or known.projects:
        return Step.DRAFTED
    return Step.CLAIMED if (known.own_rating or 0) >= 3 else Step.NOTHING


@given(facts)
def test_the_step_is_what_the_definition_says(known: SubjectFacts) -> None:
    assert standing_of(known).step == step_by_the_definition(known)


@given(facts)
def test_taking_every_endorsement_away_leaves_exactly_what_the_other_facts_hold(known: SubjectFacts) -> None:
    without = replace(known, stories=tuple(replace(s, endorsements=()) for s in known.stories))

    standing = standing_of(without)

    assert standing.step == step_by_the_definition(without)
    assert standing.step <= Step.EVIDENCED
    assert not standing.is_edited_since


ENDORSED = StoryFacts(
    1, "Cut deploys", is_complete=True, is_measured=True, is_unchanged=True,
    endorsements=(Endorsement("Henrik", 3),), project_id=1, ended_on=date(2026, 7, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("story", "step", "is_edited_since"),
    [
        (ENDORSED, Step.CORROBORATED, False),
        (replace(ENDORSED, is_unchanged=False), Step.EVIDENCED, True),
        (replace(ENDORSED, endorsements=(Endorsement("Henrik", 2),)), Step.EVIDENCED, False),
        (replace(ENDORSED, endorsements=()), Step.EVIDENCED, False),
        (replace(ENDORSED, endorsements=(), is_measured=False), Step.DRAFTED, False),
        (replace(ENDORSED, endorsements=(), is_complete=False), Step.DRAFTED, False),
        (replace(ENDORSED, is_measured=False), Step.CORROBORATED, False),
        (replace(ENDORSED, is_archived=True), Step.NOTHING, False),
    ],
)
def test_one_story_holds_the_step_of_its_facts(story: StoryFacts, step: Step, is_edited_since: bool) -> None:
    standing = standing_of(SubjectFacts(stories=(story,)))

    assert (standing.step, standing.is_edited_since) == (step, is_edited_since)


def test_a_project_alone_stays_at_drafted() -> None:
    assert (
        standing_of(SubjectFacts(own_rating=4, projects=(ProjectFacts(1, "Build farm"),))).step
        == Step.DRAFTED
    )


SHIPPED = Sufficiency(
    stories_leading=2, stories_other=1, projects_at_least=2, recent_months=12, recent_at_least=1,
    max_project_share=0.5,
)  # fmt: skip


def bar(*given_stories: StoryFacts, asked: int) -> tuple[str, ...]:
    standing: Standing = standing_of(SubjectFacts(stories=given_stories))
    crowding = crowding_projects(standing.corroborated, max_share=0.5)
    return check_bar(standing, asked=asked, sufficiency=SHIPPED, today=TODAY, crowding=crowding).missing


def test_two_corroborated_stories_from_two_projects_are_at_a_leading_bar() -> None:
    assert bar(ENDORSED, replace(ENDORSED, story_id=2, project_id=2), asked=2) == ()


def test_two_from_one_project_ask_for_another_project() -> None:
    assert bar(ENDORSED, replace(ENDORSED, story_id=2), asked=2) == ("one more from another project",)


def test_a_story_without_a_project_counts_as_a_project_of_its_own() -> None:
    assert bar(ENDORSED, replace(ENDORSED, story_id=2, project_id=None), asked=2) == ()


def test_one_of_two_asks_for_one_more() -> None:
    assert bar(ENDORSED, asked=2) == ("1 more corroborated story",)


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
    assert bar(replace(ENDORSED, ended_on=ended_on), asked=1) == missing


def test_one_lucky_project_cannot_fill_everything() -> None:
    every = [replace(ENDORSED, story_id=n, project_id=1) for n in range(1, 4)]
    every.append(replace(ENDORSED, story_id=9, project_id=2))

    assert crowding_projects(every, max_share=0.5) == {("project", 1)}
