"""Charts as SVG from the server: geometry in attributes, colour in classes, each beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 240, 72
# Room for the dot at the end, and for the line of what is expected at the very top.
MARGIN = 6


def step_chart(
    points: Sequence[tuple[date, int]], *, until: date, since: date, label: str, expected: float | None = None
) -> SafeString:
    """Draw a value that holds until the next one, from `since` until `until`.

    `expected` is a dashed line across. `label` is what a screen reader says instead.
    """
    highest = max([value for _, value in points] + [expected or 0, 1])
    days = max((until - since).days, 1)

    def x(day: date) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (day - since).days / days, 1)

    def y(value: float) -> float:
        return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / highest, 1)

    path = ""
    for day, value in points:
        path += f"H{x(day)}V{y(value)}" if path else f"M{x(day)} {y(value)}"
    line = ""
    if points:
        line = format_html(
            '<path class="line" d="{}H{}"/>{}<circle class="now" cx="{}" cy="{}" r="4"/>',
            path,
            x(until),
            format_html_join(
                "",
                '<circle class="at" cx="{}" cy="{}" r="2.5"/>',
                ((x(day), y(value)) for day, value in points),
            ),
            x(until),
            y(points[-1][1]),
        )
    asked = ""
    if expected is not None:
        asked = format_html(
            '<line class="asked" x1="{}" x2="{}" y1="{}" y2="{}"/>',
            MARGIN,
            WIDTH - MARGIN,
            y(expected),
            y(expected),
        )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><line class="base" x1="{}" x2="{}" '
        'y1="{}" y2="{}"/>{}{}</svg>',
        WIDTH,
        HEIGHT,
        label,
        MARGIN,
        WIDTH - MARGIN,
        y(0),
        y(0),
        asked,
        line,
    )
