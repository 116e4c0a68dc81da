from datetime import timedelta

import pytest

from apps.candidates import destinations, facts
from apps.candidates.models import Candidacy
from apps.candidates.timeline import plan_of
from apps.frameworks.schema import Threshold
from tests.factories.frameworks import shipped_framework

BUILT = {"stories_complete": 4.0, "stories_beyond_own_team": 2.0, "projects_across_three_teams": 1.0}


@pytest.fixture
def late(candidacy: Candidacy) -> Candidacy:
    """Maya when she begins after Build evidence is over."""
    candidacy.target_on = candidacy.started_on + timedelta(days=180)
    return candidacy


def test_what_a_missed_phase_asked_for_is_caught_up_in_the_current_one_only(late: Candidacy) -> None:
    plan = plan_of(late, known={}, today=late.started_on)

    caught_up = {phase.window.phase.key: [c.phase.key for c in phase.catch_up] for phase in plan.phases}
    assert caught_up == {"build": [], "assess": ["build"], "prepare": [], "apply": [], "after": []}


def test_catching_up_moves_on_with_the_current_phase(late: Candidacy) -> None:
    plan = plan_of(late, known={}, today=late.started_on + timedelta(days=120))

    assert plan.current.window.phase.key == "prepare"
    assert [checklist.phase.key for checklist in plan.current.catch_up] == ["build"]


def test_catching_up_ends_when_the_exit_conditions_hold(late: Candidacy) -> None:
    assert plan_of(late, known=BUILT, today=late.started_on).current.catch_up == ()


@pytest.mark.parametrize("fact", list(BUILT))
def test_one_condition_that_fails_or_is_not_known_keeps_the_catch_up(late: Candidacy, fact: str) -> None:
    without = {name: figure for name, figure in BUILT.items() if name != fact}

    assert plan_of(late, known=without, today=late.started_on).current.catch_up
    assert plan_of(late, known=BUILT | {fact: 0.0}, today=late.started_on).current.catch_up


def test_a_task_is_done_by_its_fact_or_by_a_tick_where_nobody_counts_the_fact(candidacy: Candidacy) -> None:
    known = {"has_baseline_rating": 1.0, "has_mentor": 0.0}
    # The tick beside a fact that is counted by now says nothing any more.
    ticked = {("build", "challenges"), ("build", "mentor"), ("assess", "wins")}

    tasks = plan_of(candidacy, known=known, today=candidacy.started_on, ticked=ticked).current.checklist

    by_line = dict(zip((line.key for line in tasks.phase.checklist), tasks.tasks, strict=True))
    assert by_line["baseline"].is_done is True
    assert by_line["mentor"].is_done is False
    assert (by_line["challenges"].is_done, by_line["challenges"].is_tickable) == (True, True)
    assert (by_line["wins"].is_done, by_line["wins"].is_tickable) == (False, True)
    assert not by_line["mentor"].is_tickable
    assert (tasks.done, len(tasks.open)) == (2, 7)


def test_a_task_leads_to_its_page_where_that_page_is_built() -> None:
    assert destinations.url_of("ratings") == "/rate/"
    assert destinations.url_of("timing") == ""


@pytest.mark.parametrize("name", ["nowhere", "ratings"])
def test_a_place_is_known_to_frameworks_and_taken_once(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        destinations.add({name: "candidates:rate"})


@pytest.mark.parametrize("name", ["luck", "has_mentor"])
def test_a_fact_is_known_to_frameworks_and_counted_once(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        facts.add((name,), lambda *_: {})


def test_conditions_that_are_none_never_hold() -> None:
    assert not facts.hold((), {"has_mentor": 1.0})
    assert facts.hold((Threshold(fact="has_mentor", at_least=1),), {"has_mentor": 1.0})


def test_the_shipped_framework_is_planned_whole(candidacy: Candidacy) -> None:
    plan = plan_of(candidacy, known={}, today=candidacy.started_on)

    assert [phase.window.phase for phase in plan.phases] == list(shipped_framework().phases)
    assert plan.number_of_current == 1
