"""Rows and pictures of the pages of readiness, joined once rather than looped over in a template."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.candidates import destinations
from apps.candidates.models import Candidacy, Subject
from apps.frameworks.schema import Framework, Sufficiency
from apps.readiness.growth import Growth
from apps.readiness.ladder import Guide, Step
from apps.readiness.portfolio import SubjectStanding
from apps.readiness.sustained import Sustained
from apps.web.templatetags.ui import DOT, icon, ladder_dot, mark, month

register = template.Library()

MOST_DOTS = 4  # a step's stories beyond it are said in a number


@register.filter
def rating_name(framework: Framework, value: int) -> str:
    return framework.rating(value).name


@register.simple_tag
def ladder_guide(guide: Guide) -> SafeString:
    """Draw the panel that explains the ladder and the bar; the same for everybody at one level."""
    return _ladder_guide(guide)


@lru_cache(maxsize=64)
def _ladder_guide(guide: Guide) -> SafeString:
    return render_to_string("readiness/_ladder.html", {"guide": guide})


@register.simple_tag
def ladder_legend(level: str) -> SafeString:
    return _ladder_legend(level)


@lru_cache(maxsize=64)
def _ladder_legend(level: str) -> SafeString:
    return render_to_string("readiness/_legend.html", {"level": level})


@register.simple_tag
def options(names: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Draw the options of a select."""
    return _options(tuple(names), chosen)


@lru_cache(maxsize=64)
def _options(names: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if value == chosen else "", name) for value, name in names),
    )


@register.simple_tag
def coverage_rows(subjects: Iterable[SubjectStanding]) -> SafeString:
    return format_html_join(
        "", "{}{}", ((_head(s.kind, s.key, s.name, leads=s.leads), _cells(s)) for s in subjects)
    )


@lru_cache(maxsize=512)
def _head(kind: str, key: str, name: str, *, leads: bool) -> SafeString:
    return format_html(
        '<tr role="row"><th scope="row" role="rowheader"><a href="{}">{}</a>{}</th>',
        reverse("readiness:show", args=[kind, key]),
        name,
        SafeString(' <span class="tag lead">leads</span>') if leads else "",
    )


def _cells(subject: SubjectStanding) -> SafeString:
    standing, bar, reach = subject.standing, subject.bar, subject.reach
    return format_html(
        '{}{}{}{}<td role="cell" class="reach">{}</td><td role="cell" class="r num muted when">{}</td>'
        '<td role="cell" class="to-bar">{}</td></tr>',
        _step(subject.kind, subject.key, subject.name, int(standing.step)),
        _marks(Step.CORROBORATED, standing.count(Step.CORROBORATED), bar.asked),
        _marks(Step.EVIDENCED, standing.count(Step.EVIDENCED), 0),
        _marks(Step.DRAFTED, standing.count(Step.DRAFTED), 0),
        _reach(reach.projects, reach.teams, reach.organisations, len(standing.projects)),
        month(reach.latest_on),
        _to_the_bar(bar.missing, is_edited_since=standing.is_edited_since),
    )


@lru_cache(maxsize=512)
def _step(kind: str, key: str, name: str, step: int) -> SafeString:
    address = reverse("readiness:show", args=[kind, key])
    return format_html(
        '<td role="cell" class="at-step"><details class="drop why" hx-get="{0}" hx-trigger="toggle once"'
        ' hx-target="find .why-of"><summary>{1}{2}<span class="vh">: why is {3} at this step?</span></summary>'
        '<div class="why-of"><a href="{0}#why">What stands behind it</a></div></details></td>',
        address,
        ladder_dot(step, alone=False),
        Step(step).label.capitalize(),
        name,
    )


@lru_cache(maxsize=512)
def _marks(step: int, count: int, asked: int) -> SafeString:
    """Draw a cell of the dot plot: a mark a story, a gap for each one the bar still asks for, and the bar."""
    gaps = max(asked - count, 0)
    shown = [step] * count if count <= MOST_DOTS else [step]
    drawn = [*shown, *[0] * gaps]
    tick = len(drawn) * DOT + 1.5
    picture = SafeString("")
    if drawn:
        line = format_html('<line class="tick" x1="{0}" x2="{0}" y1="0" y2="16"/>', tick) if asked else ""
        picture = format_html(
            '<svg class="dots" width="{0}" height="16" viewBox="0 0 {0} 16" aria-hidden="true">{1}{2}</svg>',
            tick + 2,
            format_html_join("", "{}", ((mark(one, 8 + DOT * n),) for n, one in enumerate(drawn))),
            line if gaps or count <= asked else "",
        )
    number = f"{count} of {asked} asked" if asked else str(count)
    return format_html(
        '<td role="cell" class="marks">{}<span class="{}">{}</span></td>',
        picture,
        "num" if count > MOST_DOTS else "vh",
        f"{count}" if count > MOST_DOTS else number,
    )


@lru_cache(maxsize=1_000)
def _reach(projects: int, teams: int | None, organisations: int | None, linked: int) -> SafeString:
    """Say from how many projects the stories come, and how far the furthest of them reached."""
    if not projects:
        return format_html("<span>{}</span>", "A project, no story" if linked else "")
    said = []
    if teams:
        said.append("own team only" if teams == 1 else f"up to {teams:,} teams")
    if organisations and organisations > 1:
        said.append(f"{organisations:,} organisations")
    return format_html(
        "<span>{} project{}</span> <small>{}</small>",
        projects,
        "" if projects == 1 else "s",
        ", ".join(said) or "reach not said",
    )


@lru_cache(maxsize=1_000)
def _to_the_bar(missing: tuple[str, ...], *, is_edited_since: bool) -> SafeString:
    note = SafeString('<small class="warn">edited since it was endorsed</small>') if is_edited_since else ""
    if not missing:
        return format_html('<span class="need ok">{}At the bar</span>{}', icon("check", "i-sm"), note)
    words = "; ".join(missing)
    return format_html('<span class="soft">{}</span>{}', words[:1].upper() + words[1:], note)


@register.filter
def sustained_rule(sufficiency: Sufficiency) -> str:
    months, recent = sufficiency.sustained_months, sufficiency.recent_months
    return f"Sustained is {months} month{'' if months == 1 else 's'} in a row, the last of them in the last {recent}."


@register.simple_tag
def month_heads(months: Sequence[date]) -> SafeString:
    """Draw two rows: the years over their months."""
    years = Counter(month.year for month in months)
    return format_html(
        '<tr><th scope="col" rowspan="2">Indicator</th>{}</tr><tr>{}</tr>',
        format_html_join(
            "", '<th scope="colgroup" colspan="{}">{}</th>', ((count, year) for year, count in years.items())
        ),
        format_html_join("", '<th scope="col">{}</th>', ((f"{month:%b}",) for month in months)),
    )


@register.simple_tag
def month_rows(rows: Iterable[Sustained]) -> SafeString:
    return format_html_join(
        "",
        '<tr><th scope="row"><a href="{}">{}</a></th>{}</tr>',
        (
            (
                reverse("readiness:show", args=[row.subject.kind, row.subject.key]),
                row.subject.name,
                format_html_join("", "{}", ((_month_cell(cell.stories, cell.step),) for cell in row.cells)),
            )
            for row in rows
        ),
    )


@lru_cache(maxsize=512)
def _month_cell(stories: int, step: int) -> SafeString:
    """Outlined for evidenced and filled for corroborated, so that shape says it as well."""
    if not stories:
        return SafeString(
            '<td class="mo0"><span aria-hidden="true">·</span><span class="vh">none</span></td>'
        )
    return format_html('<td class="mo{}">{}<span class="vh"> {}</span></td>', step, stories, Step(step).label)


@register.filter
def place_url(place: str) -> str:
    """Return where a place of the framework's is, or nothing for a page that is not built yet."""
    return destinations.url_of(place) if place else ""


@register.simple_tag
def growth_chart(growth: Growth) -> SafeString:
    """Draw two step lines over the months; the table beside it says the same."""
    top, bottom, room = 16, 136, 100 / len(growth.months)

    def height(count: int) -> float:
        return round(bottom - (bottom - top) * count / max(growth.subjects, 1), 1)

    def line(counts: Sequence[int], classes: str) -> SafeString:
        heights = [height(count) for count in counts]
        level = ((classes, f"{n * room:.3f}", f"{(n + 1) * room:.3f}", y, y) for n, y in enumerate(heights))
        rises = (
            (classes, f"{n * room:.3f}", f"{n * room:.3f}", before, after)
            for n, (before, after) in enumerate(pairwise(heights), 1)
            if before != after
        )
        return format_html_join("", '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>', [*level, *rises])

    months = growth.months
    return format_html(
        '<svg class="chart" width="100%" height="160" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="100%" y1="{bottom}" y2="{bottom}"/>{}{}'
        '<text class="axis-t" x="0" y="154">{}</text>'
        '<text class="axis-t" x="100%" y="154" text-anchor="end">{}</text></svg>',
        f"Of {growth.subjects} principles and indicators, {months[-1].evidenced} are evidenced or above now, "
        f"{months[0].evidenced} at the end of the first month; {months[-1].corroborated} are corroborated now",
        line([month.evidenced for month in months], "ln ln-part"),
        line([month.corroborated for month in months], "ln"),
        f"{months[0].first:%b %Y}",
        f"{months[-1].first:%b %Y}" if len(months) > 1 else "",
        bottom=bottom,
    )


@register.simple_tag
def subject_name(candidacy: Candidacy, kind: str, key: str) -> str:
    return candidacy.framework.subject_name("principle" if kind == Subject.PRINCIPLE else "indicator", key)
