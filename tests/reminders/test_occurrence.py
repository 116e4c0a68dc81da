from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.candidates.phases import add_months
from apps.frameworks.schema import ReminderRule
from apps.reminders.occurrence import WEEKDAYS, Due, Span, instant_of, next_occurrence

ZONES = sorted(available_timezones())
AREAS = sorted({zone.partition("/")[0] for zone in ZONES})
START = date(2026, 1, 1)
END = START + timedelta(days=730)
ALWAYS = (Span(date(2000, 1, 1), None),)


def rule_of(**fields: Any) -> ReminderRule:
    return ReminderRule.model_validate(
        {
            "key": "some_rule",
            "name": "Some rule",
            "audience": "candidate",
            "action": "Do it.",
            "page": "wins",
            **fields,
        }
    )


WEEKLY = rule_of(every_weeks=1, weekday="friday")
days = st.dates(START, END)
local_times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES).map(ZoneInfo)
cadences = st.one_of(
    st.builds(
        lambda n, weekday: rule_of(every_weeks=n, weekday=weekday),
        st.integers(1, 6),
        st.sampled_from(WEEKDAYS),
    ),
    st.builds(lambda n: rule_of(every_months=n), st.integers(1, 6)),
)


@st.composite
def spans_in_order(draw: st.DrawFn) -> tuple[Span, ...]:
    bounds = sorted(draw(st.sets(days, min_size=2, max_size=6)))
    spans = [Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    return (*spans[:-1], Span(spans[-1].starts_on, None)) if draw(st.booleans()) else tuple(spans)


def occurrences(rule: ReminderRule, *, until: date = END, after: date = START, **rest: Any) -> list[Due]:
    return list(_occurrences(rule, until=until, after=after, **rest))


def _occurrences(rule: ReminderRule, *, until: date, after: date, **rest: Any) -> Iterator[Due]:
    given: dict[str, Any] = {"spans": ALWAYS, "began_on": START, "zone": UTC} | rest
    while (due := next_occurrence(rule, after=after, **given)) and due.on < until:
        yield due
        after = due.on


def clock_changes(tz: ZoneInfo) -> list[tuple[datetime, timedelta, timedelta]]:
    """The instants of two years at which a zone's offset changes, with the offsets before and after."""
    found = []
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year < 2028:
        following = moment + timedelta(days=1)
        before, after = offset_at(moment, tz), offset_at(following, tz)
        if before != after:
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if offset_at(middle, tz) == before else (low, middle)
            found.append((high, before, after))
        moment = following
    return found


def offset_at(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def zones_of(area: str) -> list[ZoneInfo]:
    return [ZoneInfo(zone) for zone in ZONES if zone.partition("/")[0] == area]


@pytest.mark.parametrize("area", AREAS)
def test_eight_in_the_morning_comes_once_on_every_friday_of_two_years_in_every_zone(area: str) -> None:
    fridays = [START + timedelta(days=n) for n in range(1, 730) if (START + timedelta(days=n)).weekday() == 4]
    for zone in zones_of(area):
        found = occurrences(WEEKLY, zone=zone)

        assert [due.on for due in found] == fridays, zone
        for due in found:
            local = due.at.astimezone(zone)
            assert (local.date(), local.time(), local.fold) == (due.on, time(8), 0), zone


@pytest.mark.parametrize("area", AREAS)
def test_times_around_every_clock_change_of_every_zone_are_one_instant(area: str) -> None:
    for zone in zones_of(area):
        for change, before, after in clock_changes(zone):
            lower = (change + min(before, after)).replace(tzinfo=None)
            for local in (lower, lower + abs(after - before) / 2):
                got = instant_of(local.date(), local.time(), zone)
                if after > before:
                    assert got == change, zone  # left out: the first instant after it
                else:
                    assert got == (local - before).replace(tzinfo=UTC), zone  # there twice: the first


@settings(max_examples=300, deadline=None)
@given(day=days, at=local_times, zone=zones)
def test_an_instant_reads_as_its_local_time_or_follows_a_gap(day: date, at: time, zone: ZoneInfo) -> None:
    got = instant_of(day, at, zone)

    local = got.astimezone(zone).replace(tzinfo=None)
    assert local >= datetime.combine(day, at)
    if local != datetime.combine(day, at):
        just_before = (got - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < datetime.combine(day, at)


@settings(max_examples=200, deadline=None)
@given(rule=cadences, spans=spans_in_order(), began=days, zone=zones, at=local_times)
def test_dates_rise_stay_in_their_spans_and_keep_their_distance(
    rule: ReminderRule, spans: tuple[Span, ...], began: date, zone: ZoneInfo, at: time
) -> None:
    found = occurrences(rule, spans=spans, began_on=began, zone=zone, local_time=at)

    assert [due.on for due in found] == sorted({due.on for due in found})
    assert [due.at for due in found] == sorted({due.at for due in found})
    assert all(any(due.on in span for span in spans) for due in found)
    assert all(due.on >= began for due in found)
    # The same dates from a model that looks at every single day.
    assert [due.on for due in found] == [
        day
        for day in (START + timedelta(days=n) for n in range(1, 730))
        if any(day in span for span in spans) and _is_on_the_grid(rule, day, began)
    ]


def _is_on_the_grid(rule: ReminderRule, day: date, began: date) -> bool:
    if day < began:
        return False
    if rule.every_weeks:
        return WEEKDAYS[day.weekday()] == rule.weekday and ((day - began).days // 7) % rule.every_weeks == 0
    assert rule.every_months
    return any(add_months(began, rule.every_months * n) == day for n in range(1, 40))


@settings(max_examples=200, deadline=None)
@given(rule=cadences, moves=st.lists(zones, min_size=1, max_size=8), at=local_times)
def test_a_change_of_zone_yields_neither_none_nor_two(
    rule: ReminderRule, moves: list[ZoneInfo], at: time
) -> None:
    at_home = [due.on for due in occurrences(rule, zone=moves[0], local_time=at)]

    travelled, after = [], START
    for n in range(len(at_home)):
        due = next_occurrence(
            rule, spans=ALWAYS, began_on=START, zone=moves[n % len(moves)], after=after, local_time=at
        )
        assert due is not None
        travelled.append(due.on)
        after = due.on

    assert travelled == at_home


@settings(max_examples=200, deadline=None)
@given(
    anchors=st.lists(days, max_size=4),
    steps=st.sets(st.integers(-40, 40), min_size=1, max_size=4),
    spans=spans_in_order(),
    after=days,
)
def test_an_event_is_followed_by_each_of_its_days_once(
    anchors: list[date], steps: set[int], spans: tuple[Span, ...], after: date
) -> None:
    rule = rule_of(event="target_date", days=tuple(steps))

    found = occurrences(rule, anchors=anchors, spans=spans, after=after, until=date(2100, 1, 1))

    wanted = {anchor + timedelta(days=n) for anchor in anchors for n in steps}
    assert [due.on for due in found] == sorted(
        day for day in wanted if day > after and any(day in span for span in spans)
    )


def test_a_rule_that_has_gone_monthly_keeps_to_its_weekday() -> None:
    due = next_occurrence(
        WEEKLY,
        spans=ALWAYS,
        began_on=START,
        zone=UTC,
        after=date(2026, 3, 6),
        not_before=add_months(date(2026, 3, 6), 1),
    )

    assert due == Due(date(2026, 4, 10), datetime(2026, 4, 10, 8, tzinfo=UTC))


def test_a_fortnight_keeps_its_rhythm_when_a_phase_moves() -> None:
    rule = rule_of(every_weeks=2, weekday="tuesday")
    moved = (Span(date(2026, 1, 14), None),)

    first = occurrences(rule, until=date(2026, 3, 1))
    then = occurrences(rule, spans=moved, until=date(2026, 3, 1))

    assert [due.on for due in then] == [due.on for due in first if due.on >= date(2026, 1, 14)]
    assert then


def test_a_time_of_the_persons_own_replaces_the_rules() -> None:
    zone = ZoneInfo("Europe/Berlin")
    (due,) = occurrences(WEEKLY, zone=zone, local_time=time(6, 30), until=date(2026, 1, 8))

    assert due.at == datetime(2026, 1, 2, 5, 30, tzinfo=UTC)


def test_half_past_two_on_the_night_of_the_change_is_three_in_berlin() -> None:
    zone = ZoneInfo("Europe/Berlin")

    assert instant_of(date(2026, 3, 29), time(2, 30), zone) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant_of(date(2026, 10, 25), time(2, 30), zone) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
