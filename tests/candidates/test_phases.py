import calendar
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.candidates.phases import PhaseState, PhaseWindow, add_months, current_window, phase_windows
from apps.frameworks.schema import Phase
from tests.factories.frameworks import shipped_framework

DAYS = st.dates(date(2001, 1, 1), date(2199, 12, 31))
STARTED_ON = date(2026, 1, 15)


def windows(
    *,
    target_on: date,
    started_on: date = STARTED_ON,
    today: date | None = None,
    decided_on: date | None = None,
    phases: tuple[Phase, ...] | None = None,
) -> tuple[PhaseWindow, ...]:
    return phase_windows(
        phases or shipped_framework().phases,
        target_on=target_on,
        started_on=started_on,
        today=today or started_on,
        decided_on=decided_on,
    )


def states(found: tuple[PhaseWindow, ...]) -> list[str]:
    return [window.state.value for window in found]


@st.composite
def phases(draw: st.DrawFn) -> tuple[Phase, ...]:
    """Draw the phases of some framework: touching windows of months, the last without end."""
    months = sorted(draw(st.sets(st.integers(-36, 24), min_size=1, max_size=7)))
    template = shipped_framework().phases[0]
    return tuple(
        template.model_copy(
            update={
                "key": f"phase_{position}",
                "from_month": first,
                "until_month": months[position + 1] if position + 1 < len(months) else None,
                # As the definitions have it: the phase that waits for a decision begins at the target.
                "until_decision": first == 0 and position + 1 < len(months),
            }
        )
        for position, first in enumerate(months)
    )


@st.composite
def candidacies(draw: st.DrawFn) -> dict[str, date | None]:
    started_on = draw(DAYS)
    today = started_on + timedelta(days=draw(st.integers(-2, 1500)))
    decided_on = draw(st.none() | st.integers(0, 1500).map(lambda days: started_on + timedelta(days=days)))
    return {
        "target_on": started_on + timedelta(days=draw(st.integers(1, 1500))),
        "started_on": started_on,
        "today": today,
        "decided_on": min(decided_on, max(today, started_on)) if decided_on else None,
    }


@given(phases(), candidacies())
def test_exactly_one_phase_is_now(phases: tuple[Phase, ...], candidacy: dict[str, date]) -> None:
    found = windows(phases=phases, **candidacy)

    assert states(found).count("now") == 1
    assert current_window(found).starts_on <= max(candidacy["today"], candidacy["started_on"])


@given(phases(), candidacies())
def test_windows_touch_and_the_last_has_no_end(phases: tuple[Phase, ...], candidacy: dict[str, date]) -> None:
    found = windows(phases=phases, **candidacy)

    for window, following in itertools.pairwise(found):
        assert window.ends_on is not None
        assert window.is_clipped or window.starts_on <= window.ends_on
        assert following.starts_on == max(
            window.ends_on, candidacy["started_on"] if following.is_clipped else window.ends_on
        )
    assert found[-1].ends_on is None


@given(phases(), candidacies())
def test_phases_come_in_the_order_missed_done_now_ahead(
    phases: tuple[Phase, ...], candidacy: dict[str, date]
) -> None:
    order = list(PhaseState)
    found = [order.index(window.state) for window in windows(phases=phases, **candidacy)]

    assert found == sorted(found)


@given(phases(), candidacies())
def test_only_a_window_that_the_start_cuts_is_clipped_and_then_begins_with_it(
    phases: tuple[Phase, ...], candidacy: dict[str, date]
) -> None:
    for window in windows(phases=phases, **candidacy):
        if window.state is PhaseState.MISSED:
            assert not window.is_clipped
            assert window.ends_on is not None
            assert window.ends_on <= candidacy["started_on"]
        elif window.is_clipped:
            assert window.starts_on == candidacy["started_on"]
        else:
            assert window.starts_on >= candidacy["started_on"]


@given(DAYS, st.integers(-60, 60))
def test_months_keep_the_day_or_take_the_last_one_of_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)

    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


@pytest.mark.parametrize(
    "day, months, expected",
    [
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 8, 31), -6, date(2027, 2, 28)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
    ],
)
def test_months_across_leap_years_and_month_ends(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_shipped_windows_of_somebody_who_begins_a_year_ahead() -> None:
    found = windows(target_on=date(2027, 1, 15))

    assert [(window.phase.key, window.starts_on, window.last_on) for window in found] == [
        ("build", date(2026, 1, 15), date(2026, 7, 14)),
        ("assess", date(2026, 7, 15), date(2026, 10, 14)),
        ("prepare", date(2026, 10, 15), date(2027, 1, 14)),
        ("apply", date(2027, 1, 15), date(2027, 3, 14)),
        ("after", date(2027, 3, 15), None),
    ]
    assert states(found) == ["now", "ahead", "ahead", "ahead", "ahead"]


def test_whoever_begins_earlier_than_a_year_ahead_begins_the_first_phase_at_once() -> None:
    found = windows(target_on=date(2028, 1, 15))

    assert found[0].starts_on == STARTED_ON
    assert states(found)[0] == "now"
    assert not found[0].is_clipped


def test_a_late_starter_misses_what_is_over_and_has_a_shorter_phase() -> None:
    found = windows(target_on=date(2026, 6, 1))

    assert states(found) == ["missed", "now", "ahead", "ahead", "ahead"]
    assert (found[1].starts_on, found[1].last_on, found[1].is_clipped) == (
        STARTED_ON,
        date(2026, 2, 28),
        True,
    )


def test_who_begins_on_the_day_a_phase_ends_has_missed_it() -> None:
    found = windows(target_on=add_months(STARTED_ON, 6))

    assert states(found) == ["missed", "now", "ahead", "ahead", "ahead"]
    assert not found[1].is_clipped


def test_without_a_decision_apply_goes_on_however_late_it_gets() -> None:
    found = windows(target_on=date(2026, 7, 15), today=date(2027, 5, 1))

    assert current_window(found).phase.key == "apply"


def test_the_decision_ends_apply_and_begins_after() -> None:
    found = windows(target_on=date(2026, 7, 15), today=date(2026, 8, 20), decided_on=date(2026, 8, 20))

    assert found[3].last_on == date(2026, 8, 19)
    assert current_window(found).phase.key == "after"


def test_a_decision_before_the_target_date_leaves_no_phase_open_before_after() -> None:
    found = windows(target_on=date(2027, 1, 15), today=date(2026, 9, 1), decided_on=date(2026, 8, 1))

    assert current_window(found).phase.key == "after"


def test_phases_after_the_decision_keep_their_time() -> None:
    shipped = shipped_framework().phases
    settle = shipped[4].model_copy(update={"key": "settle", "until_month": 8})
    later = shipped[4].model_copy(update={"key": "later", "from_month": 8})

    found = windows(
        phases=(*shipped[:4], settle, later),
        target_on=date(2026, 7, 15),
        today=date(2026, 8, 20),
        decided_on=date(2026, 8, 20),
    )

    assert current_window(found).phase.key == "settle"
    assert found[4].ends_on == date(2027, 3, 15)


def test_a_reader_whose_day_is_still_yesterday_sees_the_first_phase() -> None:
    found = windows(target_on=date(2027, 1, 15), today=STARTED_ON - timedelta(days=1))

    assert states(found)[0] == "now"
