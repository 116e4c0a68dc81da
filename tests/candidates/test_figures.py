import pytest

from apps.candidates.figures import held, watched
from apps.frameworks.schema import Threshold


@pytest.mark.parametrize(
    ("threshold", "figure", "words", "is_met"),
    [
        ({"fact": "stories_complete", "at_least": 4}, 2, "2 of 4 complete stories", False),
        ({"fact": "stories_complete", "at_least": 4}, 0, "0 of 4 complete stories", False),
        ({"fact": "stories_complete", "at_least": 4}, 5, "5 complete stories", True),
        ({"fact": "projects_across_three_teams", "at_least": 1}, 0, "No projects affecting three or more teams yet", False),
        ({"fact": "projects_across_three_teams", "at_least": 1}, 1, "Projects affecting three or more teams: 1", True),
        ({"fact": "gaps_without_action", "at_most": 0}, 0, "No open gaps without a dated action", True),
        ({"fact": "gaps_without_action", "at_most": 0}, 3, "3 open gaps without a dated action", False),
        ({"fact": "has_outcome", "at_least": 1}, 0, "Not yet: the outcome was recorded", False),
        ({"fact": "has_outcome", "at_least": 1}, 1, "The outcome was recorded", True),
        ({"fact": "packet_ready", "at_least": 1}, None, "The packet is ready: not known yet", None),
        ({"fact": "days_since_win", "at_most": 7}, 0, "Days since the newest win: 0", True),
    ],
)  # fmt: skip
def test_a_condition_is_told_with_its_figure(
    threshold: dict[str, object], figure: float | None, words: str, is_met: bool | None
) -> None:
    condition = Threshold.model_validate(threshold)

    (told,) = held([condition], {condition.fact: figure})

    assert (told.text, told.is_met) == (words, is_met)


def test_what_is_watched_is_met_where_there_is_trouble() -> None:
    condition = Threshold(fact="stories_beyond_own_team", at_most=0)

    (none,), (two,) = (watched([condition], {condition.fact: figure}) for figure in (0, 2))

    assert (none.text, none.is_met) == ("No stories affecting two or more teams yet", True)
    assert (two.text, two.is_met) == ("2 stories affecting two or more teams", False)


def test_a_share_is_told_in_a_hundred() -> None:
    condition = Threshold(fact="share_of_stories_with_unexplained_terms", above=0)

    (told,) = watched([condition], {condition.fact: 0.25})

    assert told.text == "Share of stories with a term or context left unexplained: 25 in 100"


def test_a_fact_that_nobody_counts_is_not_known() -> None:
    (told,) = held([Threshold(fact="advocates", at_least=1)], {})

    assert told.is_met is None
