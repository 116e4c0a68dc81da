"""The ladder by properties: more evidence never lowers a step, and order makes no difference."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.readiness.ladder import (
    Endorsement,
    ProjectFacts,
    Step,
    StoryFacts,
    SubjectFacts,
    standing_of,
)
from tests.readiness.strategies import ENDORSED, endorsements, projects, stories, subject_facts


@given(subject_facts, stories)
def test_one_more_story_never_lowers_the_step(known: SubjectFacts, more: StoryFacts) -> None:
    richer = replace(known, stories=(*known.stories, more))

    assert standing_of(richer).step >= standing_of(known).step


@given(subject_facts, endorsements, st.integers(0, 5))
def test_one_more_endorsement_never_lowers_the_step(known: SubjectFacts, more: Endorsement, at: int) -> None:
    if not known.stories:
        return
    index = at % len(known.stories)
    story = known.stories[index]
    endorsed = story._replace(endorsements=(*story.endorsements, more))
    richer = replace(known, stories=(*known.stories[:index], endorsed, *known.stories[index + 1 :]))

    assert standing_of(richer).step >= standing_of(known).step


@given(subject_facts, projects)
def test_one_more_project_never_lowers_the_step(known: SubjectFacts, more: ProjectFacts) -> None:
    richer = replace(known, projects=(*known.projects, more))

    assert standing_of(richer).step >= standing_of(known).step


@given(subject_facts, st.integers(1, 3))
def test_a_better_own_rating_never_lowers_the_step(known: SubjectFacts, value: int) -> None:
    worse, better = replace(known, own_rating=value), replace(known, own_rating=value + 1)

    assert (
        standing_of(better).step
        >= standing_of(worse).step
        >= standing_of(replace(known, own_rating=None)).step
    )


@given(subject_facts, st.randoms())
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


@given(subject_facts)
def test_the_step_is_what_the_definition_says(known: SubjectFacts) -> None:
    assert standing_of(known).step == step_by_the_definition(known)


@given(subject_facts)
def test_taking_every_endorsement_away_leaves_exactly_what_the_other_facts_hold(known: SubjectFacts) -> None:
    without = replace(known, stories=tuple(s._replace(endorsements=()) for s in known.stories))

    standing = standing_of(without)

    assert standing.step == step_by_the_definition(without)
    assert standing.step <= Step.EVIDENCED
    assert not standing.is_edited_since


@pytest.mark.parametrize(
    ("story", "step", "is_edited_since"),
    [
        (ENDORSED, Step.CORROBORATED, False),
        (ENDORSED._replace(is_unchanged=False), Step.EVIDENCED, True),
        (ENDORSED._replace(endorsements=(Endorsement("Henrik", 2),)), Step.EVIDENCED, False),
        (ENDORSED._replace(endorsements=()), Step.EVIDENCED, False),
        (ENDORSED._replace(endorsements=(), is_measured=False), Step.DRAFTED, False),
        (ENDORSED._replace(endorsements=(), is_complete=False), Step.DRAFTED, False),
        (ENDORSED._replace(is_measured=False), Step.CORROBORATED, False),
        (ENDORSED._replace(is_archived=True), Step.NOTHING, False),
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


@given(subject_facts)
def test_the_reasons_are_exactly_what_holds_the_step(known: SubjectFacts) -> None:
    standing = standing_of(known)
    others = {found.story.story_id for found in standing.stories} - {
        found.story.story_id for found in standing.because
    }

    without_them = standing_of(
        replace(
            known,
            stories=tuple(s for s in known.stories if s.story_id in others),
            projects=tuple(p for p in known.projects if p not in standing.because_projects),
            own_rating=None if standing.because_rating else known.own_rating,
        )
    )

    assert all(found.step == standing.step for found in standing.because)
    assert without_them.step < standing.step or standing.step is Step.NOTHING


def test_every_step_says_what_it_means_and_what_leads_on() -> None:
    assert all(step.meaning.endswith(".") and step.leads_on.endswith(".") for step in Step)
    assert len({step.meaning for step in Step}) == len(Step)
