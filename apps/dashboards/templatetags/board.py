"""The heat map's rows: thousands of cells, joined once rather than looped over in a template."""

from functools import cache, lru_cache
from itertools import batched, chain

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.dashboards.board import NOT_ASKED, Board, Member, Progress
from apps.web.templatetags.ui import icon

register = template.Library()


# Cells are drawn four at a time: there are six kinds, so 1,296 pieces at most are kept, and drawing
# sixteen thousand cells one by one takes several times as long as everything else on the page.
CELLS_IN_A_PIECE = 4
# Calling the formatting takes longer than what it does for one row.
ROWS_AT_ONCE = 50


@register.simple_tag
def heat_rows(board: Board) -> SafeString:
    rows = batched((_row(member, progress) for member, progress in board.shown), ROWS_AT_ONCE)
    return format_html_join("", "{}", ((_joined(*chain.from_iterable(some)),) for some in rows))


def _joined(*pieces: str) -> SafeString:
    return format_html("{}" * len(pieces), *pieces)


def _row(member: Member, progress: Progress) -> tuple[SafeString, str, SafeString]:
    digits = progress.digits
    rest = _SILENT_END if progress.is_silent else _END
    for start in range(0, len(digits), CELLS_IN_A_PIECE):
        rest += _cells(digits[start : start + CELLS_IN_A_PIECE])
    head = _SILENT_HEAD if progress.is_silent else _HEAD
    return head, member.name, rest + _figures(progress.at_the_bar, progress.silent_days)


_HEAD = SafeString('<tr><th scope="row">')
_END = SafeString("</th>")
_SILENT_HEAD = SafeString('<tr class="stall"><th scope="row"><span class="silent">')
_SILENT_END = icon("octagon-pause", "i-sm") + SafeString(
    '<span class="vh">, silent for three weeks or more</span></span></th>'
)


@cache
def _cells(digits: str) -> SafeString:
    return format_html_join("", "{}", ((_cell(digit),) for digit in digits))


def _cell(digit: str) -> SafeString:
    if digit == NOT_ASKED:
        return SafeString('<td class="h0"><span class="vh">not asked</span></td>')
    return format_html('<td class="h{0}">{0}</td>', digit)


@lru_cache(maxsize=10_000)
def _figures(at_the_bar: int, silent_days: int) -> SafeString:
    return format_html(
        '<td class="end num">{}</td><td class="end num">{}</td></tr>', at_the_bar, days_ago(silent_days)
    )


@register.filter
def days_ago(days: int) -> str:
    """Write today, 1 day, 26 days."""
    if days == 0:
        return "today"
    return f"{days} day{'' if days == 1 else 's'}"
