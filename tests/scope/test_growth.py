from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.scope.growth import LISTS, Measures, lines_of, measures_grown

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(0, 50)
MEASURES = st.builds(
    Measures,
    taken_on=DAYS,
    budget=st.none() | COUNTS,
    currency=st.sampled_from(["EUR", "USD"]),
    pk=st.integers(1, 10**6),
    **dict.fromkeys(LISTS, COUNTS),
)
# Several of one day too.
SERIES = st.lists(MEASURES, max_size=8, unique_by=lambda one: one.pk)


def test_nothing_has_grown_before_a_second_snapshot() -> None:
    assert measures_grown([]) == 0
    assert measures_grown([Measures(date(2027, 1, 1), teams=9)]) == 0


def test_each_figure_is_compared_with_its_first() -> None:
    first = Measures(date(2027, 1, 1), teams=1, organisations=1, direct_reports=3)
    between = Measures(date(2027, 2, 1), teams=9, organisations=1, direct_reports=3)
    newest = Measures(date(2027, 3, 1), teams=2, organisations=1, direct_reports=2)

    assert measures_grown([first, between, newest]) == 1


def test_a_budget_that_was_never_said_is_no_budget_of_nothing() -> None:
    lines = lines_of([Measures(date(2027, 1, 1)), Measures(date(2027, 2, 1), budget=5)])

    budget = next(line for line in lines if line.figure.name == "budget")
    assert budget.points == ((date(2027, 2, 1), 5),)
    assert not budget.has_grown


def test_budgets_in_two_currencies_are_not_compared() -> None:
    euros = Measures(date(2027, 1, 1), budget=5, currency="EUR")
    dollars = Measures(date(2027, 2, 1), budget=9, currency="USD")
    more = Measures(date(2027, 3, 1), budget=10, currency="USD")

    assert measures_grown([euros, dollars]) == 0
    assert measures_grown([euros, dollars, more]) == 1


def test_of_two_snapshots_on_one_day_the_later_made_is_the_newer() -> None:
    first, second = Measures(date(2027, 1, 1), teams=1, pk=1), Measures(date(2027, 1, 1), teams=2, pk=2)

    assert measures_grown([second, first]) == 1


def test_changes_leave_out_what_stayed() -> None:
    days = [date(2027, 1, day) for day in range(1, 6)]
    series = [Measures(day, teams=teams) for day, teams in zip(days, (2, 2, 3, 3, 2), strict=True)]

    teams = next(line for line in lines_of(series) if line.figure.name == "teams")

    assert teams.changes == ((days[0], 2), (days[2], 3), (days[4], 2))


@given(series=SERIES)
def test_changes_say_the_same_line(series: list[Measures]) -> None:
    for line in lines_of(series):
        value = None
        for point in line.points:
            value = point[1] if point in line.changes else value
            assert value == point[1]


def test_decisions_are_counted_up_to_each_day() -> None:
    days = [date(2027, 2, 1), date(2027, 1, 1), date(2027, 2, 1)]

    line = lines_of([], days)[-1]

    assert line.points == ((date(2027, 1, 1), 1), (date(2027, 2, 1), 3))


@given(series=SERIES, decided=st.lists(DAYS, max_size=6), order=st.randoms())
def test_order_makes_no_difference(series: list[Measures], decided: list[date], order: object) -> None:
    shuffled, other = list(series), list(decided)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    order.shuffle(other)  # type: ignore[attr-defined]

    assert lines_of(series, decided) == lines_of(shuffled, other)


@given(series=SERIES.filter(bool), name=st.sampled_from(LISTS), more=st.integers(1, 9))
def test_a_higher_newest_figure_never_lowers_growth(series: list[Measures], name: str, more: int) -> None:
    newest = max(series, key=lambda one: (one.taken_on, one.pk))
    raised = [replace(one, **{name: getattr(one, name) + more}) if one is newest else one for one in series]

    assert measures_grown(raised) >= measures_grown(series)


@given(series=SERIES.filter(bool), name=st.sampled_from(LISTS))
def test_a_newer_snapshot_that_is_nowhere_lower_never_lowers_growth(
    series: list[Measures], name: str
) -> None:
    newest = max(series, key=lambda one: (one.taken_on, one.pk))
    later = replace(newest, taken_on=newest.taken_on + timedelta(days=1), **{name: getattr(newest, name) + 1})

    assert measures_grown([*series, later]) >= measures_grown(series)
