"""What the ladder counts for frameworks and reminders."""

from datetime import datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.projects.models import ProjectStatus
from apps.readiness.actions import refreshed_portfolio
from apps.readiness.facts import OF_STANDINGS, count, count_changes, count_reach
from apps.readiness.models import Standing
from tests.cast import CountStatements
from tests.factories.candidates import CandidacyFactory, SelfRatingFactory
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory


def test_without_evidence_nothing_is_reached(candidacy: Candidacy, now: datetime) -> None:
    known = count([candidacy], now.date())[candidacy.pk]

    assert known == dict.fromkeys(OF_STANDINGS, 0) | {"principles_without_evidence": 16}


def test_steps_are_counted_by_kind_and_height(candidate: User, candidacy: Candidacy, now: datetime) -> None:
    SelfRatingFactory.create(candidacy=candidacy, key="think_big", value=3)
    StoryFactory.create(owner=candidate, principles=["dive_deep"])
    story = StoryFactory.create(owner=candidate, principles=["ownership"], indicators=["l6_mentors_l5"])
    StoryMetricFactory.create(story=story)
    StoryVersionFactory.create(story=story)

    known = count([candidacy], now.date())[candidacy.pk]

    assert known == {
        "principles_claimed": 3,
        "principles_evidenced": 1,
        "principles_corroborated": 0,
        "principles_at_the_bar": 0,
        "principles_without_evidence": 14,
        "share_of_principles_evidenced": 1 / 16,
        "indicators_evidenced": 1,
        "indicators_corroborated": 0,
    }


def test_stored_standings_are_counted_unless_the_evidence_is_newer(
    candidacy: Candidacy, now: datetime
) -> None:
    refreshed_portfolio(candidacy, now=now)
    Standing.objects.filter(candidacy=candidacy, key="ownership").update(step=4, is_at_the_bar=True)

    stored = count([candidacy], now.date())[candidacy.pk]
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()
    candidacy.refresh_from_db()
    computed = count([candidacy], now.date())[candidacy.pk]

    assert (stored["principles_corroborated"], stored["principles_at_the_bar"]) == (1, 1)
    assert (computed["principles_corroborated"], computed["principles_at_the_bar"]) == (0, 0)


@pytest.mark.parametrize("people", [1, 3, 100])
def test_old_standings_of_many_are_computed_in_four_statements_more(
    now: datetime, statements: CountStatements, people: int
) -> None:
    candidacies = CandidacyFactory.create_batch(people)
    for candidacy in candidacies[:3]:
        StoryFactory.create(owner=candidacy.person)
    count(candidacies, now.date())  # the framework is read once in a process

    with statements() as done:
        count(candidacies, now.date())

    assert done.count == 5, done.sql


def test_steps_gained_leave_out_the_first_day(candidate: User, candidacy: Candidacy, now: datetime) -> None:
    StoryFactory.create(owner=candidate)
    began = datetime.combine(candidacy.started_on, now.timetz())
    refreshed_portfolio(candidacy, now=began)
    ProjectFactory.create(owner=candidate, principles=["think_big"])
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()
    candidacy.refresh_from_db()
    refreshed_portfolio(candidacy, now=began + timedelta(days=1))

    assert count_changes([candidacy], now.date()) == {candidacy.pk: {"steps_gained": 2}}


def test_reach_counts_stories_and_projects_of_this_person_in_one_statement(
    candidate: User, candidacy: Candidacy, other_candidate: User, now: datetime, statements: CountStatements
) -> None:
    for teams in (None, 1, 2, 3):
        StoryFactory.create(owner=candidate, teams_affected=teams)
    StoryFactory.create(owner=candidate, teams_affected=5, archived_at=now)
    StoryFactory.create(owner=candidate, teams_affected=5, deleted_at=now)
    ProjectFactory.create(owner=candidate, teams_affected=2)
    ProjectFactory.create(owner=candidate, teams_affected=2, status=ProjectStatus.DROPPED)
    StoryFactory.create(owner=other_candidate, teams_affected=2)

    with statements() as done:
        known = count_reach([candidacy], now.date())

    assert known == {candidacy.pk: {"evidence_beyond_own_team": 3}}
    assert done.count == 1, done.sql
