"""Icons, small pictures and dates; drawn as SVG with geometry in attributes and colour in classes."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from apps.web import navigation, toasts, typed
from apps.web.context import Chrome, Link

register = template.Library()

STEPS = ("Nothing", "Claimed", "Drafted", "Evidenced", "Corroborated")
CURRENT = SafeString(' aria-current="page"')
DOT = 17  # from the middle of one dot to the middle of the next
TICK = 5  # the room that the line at the bar takes


@register.simple_tag(takes_context=True)
def typed_by(context: template.RequestContext, route: str = "") -> SafeString:
    """Draw the field by which a form sent too late is given back; `route` is its page where that is another."""
    request = context["request"]
    value = typed.mark_form(request.user, reverse(route) if route else request.path)
    return format_html('<input type="hidden" name="{}" value="{}">', typed.FIELD, value)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw a Lucide icon beside words, which carry its meaning: it is hidden from screen readers."""
    return _icon(str(name), str(classes))


@cache
def _icon(name: str, classes: str) -> SafeString:
    attributes: dict[str, Any] = {"class": f"i {classes}".strip(), "aria_hidden": "true"}
    return SafeString(lucide(name, size=24, **attributes))


@register.simple_tag
def nav_link(link: Link) -> SafeString:
    """Draw an entry of the sidebar."""
    return _nav_link(link.url, link.label, link.icon, link.key, link.count, is_current=link.is_current)


@lru_cache(maxsize=512)
def _nav_link(url: str, label: str, name: str, key: str, count: int, *, is_current: bool) -> SafeString:
    return format_html(
        '<a href="{}"{}{} title="{}">{}<span>{}</span>{}</a>',
        url,
        CURRENT if is_current else "",
        format_html(' data-go="{}"', key) if key else "",
        label,
        _icon(name, ""),
        label,
        _count(count),
    )


@register.simple_tag
def tab_link(link: Link, *, counted: bool = False) -> SafeString:
    """Draw an entry of the phone's bar, or with its number of what the bar unfolds to."""
    return _tab_link(
        link.url, link.label, link.icon, link.count if counted else 0, is_current=link.is_current
    )


@lru_cache(maxsize=512)
def _tab_link(url: str, label: str, name: str, count: int, *, is_current: bool) -> SafeString:
    return format_html(
        '<a href="{}"{}>{}{}{}</a>',
        url,
        CURRENT if is_current else "",
        _icon(name, ""),
        label,
        _count(count),
    )


@register.simple_tag
def tab_row(chrome: Chrome, row: str, label: str) -> SafeString:
    """Draw the row of tabs that this page is one of."""
    return _tab_row(chrome.route, row, label)


@lru_cache(maxsize=64)
def _tab_row(route: str, row: str, label: str) -> SafeString:
    links = ((tab.url, CURRENT if tab.is_current(route) else "", tab.label) for tab in navigation.tabs(row))
    return format_html(
        '<nav class="tabs" aria-label="{}">{}</nav>',
        label,
        format_html_join("", '<a href="{}"{}>{}</a>', links),
    )


def _count(count: int) -> SafeString:
    return format_html('<span class="count">{}</span>', count) if count else SafeString("")


@register.simple_tag
def key_list(shortcuts: Iterable[tuple[str, str]]) -> SafeString:
    """Draw the rows of the list of shortcuts."""
    return _key_list(tuple(shortcuts))


@lru_cache(maxsize=64)
def _key_list(shortcuts: tuple[tuple[str, str], ...]) -> SafeString:
    return format_html_join(
        "", "<div><dt>{}</dt><dd><kbd>{}</kbd></dd></div>", ((does, keys) for keys, does in shortcuts)
    )


@register.simple_tag
def field_notes(field: BoundField) -> SafeString:
    """Draw the help and the errors of a field, under the ids that its control names."""
    notes = SafeString("")
    if field.help_text:
        notes += format_html('<div class="help" id="{}_helptext">{}</div>', field.auto_id, field.help_text)
    if field.errors:
        notes += format_html(
            '<div class="err" id="{}_error">{}<div>{}</div></div>',
            field.auto_id,
            _icon("circle-alert", "i-sm"),
            format_html_join("", "<p>{}</p>", ((error,) for error in field.errors)),
        )
    return notes


def mark(step: int, x: float = 8) -> SafeString:
    """Draw the mark of a step: each has its own shape, so colour is never needed."""
    if step >= 4:
        return format_html('<circle class="d-strong" cx="{}" cy="8" r="5.75"/>', x)
    if step == 3:
        return format_html(
            '<circle class="d-part" cx="{0}" cy="8" r="5"/>'
            '<path class="d-half" d="M{0} 3.4a4.6 4.6 0 0 0 0 9.2z"/>',
            x,
        )
    if step == 2:
        return format_html('<circle class="d-draft" cx="{}" cy="8" r="5"/>', x)
    if step == 1:
        return format_html('<path class="d-claim" d="M{} 3.5l4.5 4.5-4.5 4.5-4.5-4.5z"/>', x)
    return format_html('<circle class="d-gap" cx="{}" cy="8" r="5"/>', x)


@register.simple_tag
def step_name(step: int) -> str:
    return STEPS[step]


@register.simple_tag
def ladder_dot(step: int, *, alone: bool = True) -> SafeString:
    """Draw a step of the ladder; pass `alone=False` where its name stands beside it."""
    words: SafeString = (
        format_html('role="img" aria-label="{}"', STEPS[step]) if alone else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="dot" width="16" height="16" viewBox="0 0 16 16" {}>{}</svg>', words, mark(step)
    )


@register.simple_tag
def dots(steps: Iterable[int], bar: int) -> SafeString:
    """Draw a principle's stories, strongest first, with a line where the bar is and a gap for each missing."""
    marks = sorted(steps, reverse=True)
    shown = [*marks, *[0] * (bar - len(marks))]
    places = [8 + DOT * n + (TICK if n >= bar else 0) for n in range(len(shown))]
    tick = DOT * bar + 1.5
    width = max([*(place + 8 for place in places), tick + 3])
    return format_html(
        '<svg class="dots" width="{0}" height="16" viewBox="0 0 {0} 16" aria-hidden="true">{1}'
        '<line class="tick" x1="{2}" x2="{2}" y1="0" y2="16"/></svg><span class="vh">{3}</span>',
        width,
        format_html_join("", "{}", ((mark(step, x),) for step, x in zip(shown, places, strict=True))),
        tick,
        dots_in_words(marks, bar),
    )


def dots_in_words(steps: Iterable[int], bar: int) -> str:
    count = Counter(steps)
    said = [f"{count[step]} {STEPS[step].lower()}" for step in (4, 3, 2) if count[step]]
    return f"{', '.join(said) or 'No story yet'}; the bar is {bar}"


@register.simple_tag
def progress(value: int, total: int, label: str = "", classes: str = "fill") -> SafeString:
    """Draw how many of a known number are done; say it in words too, or let `label` do it."""
    words = f"{value} of {total} {label}".strip()
    share = 0 if total <= 0 else round(100 * min(value, total) / total, 2)
    return format_html(
        '<svg class="meter" width="100%" height="8" role="img" aria-label="{}">'
        '<rect class="track" width="100%" height="8" rx="4"/>'
        '<rect class="{}" width="{}%" height="8" rx="4"/></svg>',
        words,
        classes,
        share,
    )


@register.simple_tag
def segments(full: int, total: int, close: int = 0) -> SafeString:
    """Draw one box for each of a total: full ones, close ones, open ones."""
    room = 100 / max(total, 1)
    kinds = ["seg-3"] * full + ["seg-1"] * close
    kinds += ["seg-0"] * (total - len(kinds))
    boxes = ((kind, f"{room * n:.3f}", f"{room - 0.9:.3f}") for n, kind in enumerate(kinds[:total]))
    return format_html(
        '<svg class="meter" width="100%" height="10" role="img" aria-label="{}">{}</svg>',
        f"{full} of {total} at the bar" + (f", {close} close" if close else ""),
        format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="10" rx="2.5"/>', boxes),
    )


@register.simple_tag
def phase_bar(state: str, percent: float = 0) -> SafeString:
    """Draw the bar over a phase's name: `done`, `now` with how far it is, or `todo`."""
    if state == "done":
        inner = SafeString('<rect class="pdone" y="18" width="100%" height="6" rx="3"/>')
    else:
        inner = SafeString('<rect class="track" y="18" width="100%" height="6" rx="3"/>')
    if state == "now":
        inner += format_html(
            '<rect class="pnow" y="18" width="{0}%" height="6" rx="3"/>'
            '<line class="today-l" x1="{0}%" x2="{0}%" y1="14" y2="28"/>'
            '<text class="axis-t axis-b hide-m" x="{0}%" y="9" text-anchor="middle">Today</text>',
            round(min(max(percent, 0), 100), 1),
        )
    return format_html('<svg class="pb" width="100%" height="30" aria-hidden="true">{}</svg>', inner)


@register.simple_tag
def avatar(person: Any, classes: str = "") -> SafeString:
    """Draw somebody's initials; their name stands beside it."""
    colour = "abcd"[(person.pk or 0) % 4]
    return format_html(
        '<span class="av {} {}" aria-hidden="true">{}</span>', colour, classes, person.initials
    )


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def full_date(value: date | datetime | None) -> str:
    """Write Wed 2 December 2026."""
    if not value:
        return ""
    day = _day(value)
    return f"{day:%a} {day.day} {day:%B %Y}"


@register.filter
def short_date(value: date | datetime | None) -> str:
    """Write 2 Dec, with the year unless it is this one."""
    if not value:
        return ""
    day = _day(value)
    return f"{day.day} {day:%b}" + ("" if day.year == timezone.localdate().year else f" {day.year}")


@register.filter
def month(value: date | None) -> str:
    """Write Aug 2026."""
    return f"{value:%b %Y}" if value else ""


@register.filter
def day_in_words(value: date | datetime | None) -> str:
    """Write today, yesterday, tomorrow or 12 November, with the year unless it is this one."""
    if not value:
        return ""
    day, today = _day(value), timezone.localdate()
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get((day - today).days)
    return near or f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


@register.filter
def clock(value: datetime | None) -> str:
    """Write 14:32, in the reader's time zone."""
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def undo_path(message: Message) -> str:
    """Return where the message's Undo button posts to, or nothing."""
    return toasts.undo_path(message.extra_tags)
