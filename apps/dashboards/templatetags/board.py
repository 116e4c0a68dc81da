"""The heat map's rows: thousands of cells, joined once rather than looped over in a template."""

from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.dashboards.board import Board, Member, Progress
from apps.web.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def heat_rows(board: Board) -> SafeString:
    return format_html_join(
        "\n",
        '<tr class="{}"><th scope="row">{}</th>{}<td class="end num">{}</td><td class="end num">{}</td></tr>',
        (
            (
                "stall" if progress.is_silent else "",
                _name(member, progress),
                format_html_join("", "{}", ((_cell(step),) for step in progress.steps)),
                progress.at_the_bar,
                days_ago(progress.silent_days),
            )
            for member, progress in board.shown
        ),
    )


def _name(member: Member, progress: Progress) -> SafeString | str:
    if not progress.is_silent:
        return member.name
    return format_html(
        '<span class="silent">{}{}<span class="vh">, silent for three weeks or more</span></span>',
        member.name,
        icon("octagon-pause", "i-sm"),
    )


@cache
def _cell(step: int | None) -> SafeString:
    if step is None:
        return SafeString('<td class="h0"><span class="vh">not asked</span></td>')
    return format_html('<td class="h{0}">{0}</td>', step)


@register.filter
def days_ago(days: int) -> str:
    """Write today, 1 day, 26 days."""
    if days == 0:
        return "today"
    return f"{days} day{'' if days == 1 else 's'}"
