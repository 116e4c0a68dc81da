from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.stories.facts import COUNTED, count, count_content
from apps.stories.models import ReviewState, Story
from tests.cast import CountStatements
from tests.factories.projects import MetricFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory, WinFactory


def test_facts_of_somebody_with_nothing_are_nought_and_no_newest_win(
    candidacy: Candidacy, today: date
) -> None:
    nothing = dict.fromkeys(COUNTED, 0) | {"days_since_win": None, "days_since_story_moved": None}

    assert count([candidacy], today) == {candidacy.pk: nothing}


def test_facts_count_what_is_in_use_of_this_person(
    candidate: User, candidacy: Candidacy, other_candidate: User, today: date, statements: CountStatements
) -> None:
    gone = {"deleted_at": timezone.now()}
    WinFactory.create(owner=candidate, happened_on=today - timedelta(days=9))
    WinFactory.create(owner=candidate, happened_on=today - timedelta(days=30))
    WinFactory.create(owner=candidate, happened_on=today, **gone)
    WinFactory.create(owner=other_candidate, happened_on=today)
    for teams, is_complete, is_measured in ((3, True, True), (2, True, False), (1, False, True)):
        story = StoryFactory.create(owner=candidate, teams_affected=teams, organisations_affected=teams - 1)
        StoryVersionFactory.create(story=story, is_complete=is_complete, is_measured=is_measured)
    # Of two that are endorsed, one was edited since.
    endorsed = Story.objects.visible_to(candidate).filter(archived_at=None)
    endorsed.filter(teams_affected__gte=2).update(review_state=ReviewState.ENDORSED)
    endorsed.filter(teams_affected=3).update(matches_version=False)
    StoryFactory.create(owner=candidate, teams_affected=9, archived_at=timezone.now())
    StoryFactory.create(owner=candidate, teams_affected=9, **gone)
    StoryFactory.create(owner=other_candidate, teams_affected=9)

    with statements() as done:
        known = count([candidacy], today)[candidacy.pk]

    assert known == {
        "wins_logged": 2,
        "days_since_win": 9,
        "days_since_story_moved": 0,
        "stories": 3,
        "stories_complete": 2,
        "stories_measured": 1,
        "stories_beyond_own_team": 2,
        "stories_across_three_teams": 1,
        "stories_across_organisations": 1,
        "stories_endorsed": 1,
    }
    assert done.count == 1, done.sql


def test_facts_count_the_kinds_of_figures_and_how_long_work_ran(
    candidate: User, candidacy: Candidacy, other_candidate: User, today: date, statements: CountStatements
) -> None:
    def quoting(*kinds: str, owner: User = candidate, after: int | None = 5, **more: object) -> None:
        story = StoryFactory.create(owner=owner, **more)
        for kind in kinds:
            StoryMetricFactory.create(
                story=story, metric=MetricFactory.create(owner=owner, kind=kind, after=after)
            )

    half_a_year: dict[str, Any] = {"started_on": date(2026, 1, 31), "ended_on": date(2026, 7, 31)}
    quoting("business", "business", "people", **half_a_year)
    quoting("business", **half_a_year | {"ended_on": date(2026, 7, 30)})
    quoting("customer", after=None, started_on=None, ended_on=None)
    quoting("operational", started_on=today - timedelta(days=200), ended_on=None, archived_at=timezone.now())
    quoting("operational", owner=other_candidate)

    with statements() as done:
        known = count_content([candidacy], today)[candidacy.pk]

    assert known == {
        "stories_with_customer_metric": 0,
        "stories_with_business_metric": 2,
        "stories_with_operational_metric": 0,
        "stories_with_people_metric": 1,
        "stories_over_six_months": 1,
    }
    assert done.count == 1, done.sql
