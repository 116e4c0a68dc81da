from datetime import UTC, date, datetime
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lucide import IconDoesNotExist

from apps.web.templatetags import ui


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (our own markup)


def test_icon_is_hidden_from_screen_readers_and_sized_by_its_class() -> None:
    svg = parsed(ui.icon("plus", "i-sm"))

    assert (svg.get("class"), svg.get("aria-hidden")) == ("i i-sm", "true")


def test_icon_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(IconDoesNotExist):
        ui.icon("no-such-icon")


@pytest.mark.parametrize(
    ("step", "words"),
    [(0, "Nothing"), (1, "Claimed"), (2, "Drafted"), (3, "Evidenced"), (4, "Corroborated")],
)
def test_step_says_its_name(step: int, words: str) -> None:
    svg = parsed(ui.ladder_dot(step))

    assert (svg.get("role"), svg.get("aria-label")) == ("img", words)


def test_each_step_has_a_shape_of_its_own() -> None:
    shapes = {ui.ladder_dot(step, alone=False) for step in range(5)}

    assert len(shapes) == 5


def test_step_beside_its_name_is_silent() -> None:
    svg = parsed(ui.ladder_dot(3, alone=False))

    assert (svg.get("aria-hidden"), svg.get("aria-label")) == ("true", None)


@pytest.mark.parametrize(
    ("steps", "bar", "words"),
    [
        ([2, 4, 3, 4], 2, "2 corroborated, 1 evidenced, 1 drafted; the bar is 2"),
        ([2], 1, "1 drafted; the bar is 1"),
        ([], 2, "No story yet; the bar is 2"),
    ],
)
def test_dots_are_said_in_words(steps: list[int], bar: int, words: str) -> None:
    assert ui.dots(steps, bar).endswith(f'<span class="vh">{words}</span>')


@given(st.lists(st.integers(2, 4), max_size=30), st.integers(1, 4))
def test_dots_show_every_story_and_a_gap_for_each_missing(steps: list[int], bar: int) -> None:
    svg = parsed(ui.dots(steps, bar).partition("<span")[0])
    circles = [float(circle.get("cx", "")) for circle in svg.iter("circle")]

    assert len(circles) == max(len(steps), bar)
    assert max(circles) + 8 <= float(svg.get("width", ""))
    tick = float(next(svg.iter("line")).get("x1", ""))
    assert sum(x < tick for x in circles) == bar


@pytest.mark.parametrize(
    ("value", "total", "width"), [(8, 11, "72.73%"), (0, 0, "0%"), (3, 2, "100.0%"), (0, 5, "0.0%")]
)
def test_progress_stays_within_its_track(value: int, total: int, width: str) -> None:
    svg = parsed(ui.progress(value, total, "stories rated"))

    assert svg.get("aria-label") == f"{value} of {total} stories rated"
    assert [rect.get("width") for rect in svg.iter("rect")] == ["100%", width]


def test_segments_say_what_they_show() -> None:
    svg = parsed(ui.segments(11, 16, close=1))

    assert svg.get("aria-label") == "11 of 16 at the bar, 1 close"
    assert [box.get("class") for box in svg.iter("rect")] == ["seg-3"] * 11 + ["seg-1"] + ["seg-0"] * 4


@pytest.mark.parametrize(("percent", "x"), [(61.04, "61.0%"), (-5, "0%"), (400, "100%")])
def test_today_stays_within_its_phase(percent: float, x: str) -> None:
    svg = parsed(ui.phase_bar("now", percent))

    assert [line.get("x1") for line in svg.iter("line")] == [x]


def test_name_in_an_avatar_is_escaped() -> None:
    assert "&lt;B" in ui.avatar(SimpleNamespace(pk=3, initials="<B"))


@time_machine.travel(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), tick=False)
def test_dates_are_written_in_the_readers_zone() -> None:
    with timezone.override("Europe/Berlin"):
        late = datetime(2026, 11, 24, 23, 15, tzinfo=UTC)

        assert ui.full_date(late) == "Wed 25 November 2026"
        assert ui.clock(late) == "00:15"
        assert ui.day_in_words(late) == "today"


@pytest.mark.parametrize(
    ("day", "words", "short"),
    [
        (date(2026, 11, 24), "today", "24 Nov"),
        (date(2026, 11, 23), "yesterday", "23 Nov"),
        (date(2026, 11, 25), "tomorrow", "25 Nov"),
        (date(2026, 11, 12), "12 November", "12 Nov"),
        (date(2025, 12, 2), "2 December 2025", "2 Dec 2025"),
    ],
)
def test_days_are_written_plainly(day: date, words: str, short: str) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        assert (ui.day_in_words(day), ui.short_date(day)) == (words, short)


def test_tags_need_no_load() -> None:
    html = Template("{% icon 'x' %}{% ladder_dot 2 %}{{ day|full_date }}").render(
        Context({"day": date(2026, 12, 2)})
    )

    assert html.endswith("Wed 2 December 2026")
