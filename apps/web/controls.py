"""Draws the controls of forms as Django's templates do, but for line ends, without their templates.

A select of sixteen principles is some fifty inclusions of templates, and an editor has three of
them: that was a third of its time.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

type Widget = Mapping[str, Any]


def _written(value: Any) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))


def _attributes(widget: Widget) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_written(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    written = "" if value is None else f' value="{_written(value)}"'
    return SafeString(
        f'<input type="{widget["type"]}" name="{_written(widget["name"])}"{written}{_attributes(widget)}>'
    )


def _textarea(widget: Widget) -> SafeString:
    name, value = _written(widget["name"]), widget["value"]
    return SafeString(
        f'<textarea name="{name}"{_attributes(widget)}>\n{_written(value) if value else ""}</textarea>'
    )


def _options(widget: Widget) -> Iterator[str]:
    for group, options, _ in widget["optgroups"]:
        if group:
            yield f'\n  <optgroup label="{_written(group)}">'
        for option in options:
            yield (
                f'\n  <option value="{_written(option["value"])}"{_attributes(option)}>'
                f"{_written(option['label'])}</option>"
            )
        if group:
            yield "\n  </optgroup>"


def _select(widget: Widget) -> SafeString:
    options = "".join(_options(widget))
    return SafeString(f'<select name="{_written(widget["name"])}"{_attributes(widget)}>{options}\n</select>')


def _choice(option: Widget) -> str:
    if not option["wrap_label"]:
        return _input(option)
    tied = f' for="{_written(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<label{tied}>{_input(option)} {_written(option['label'])}</label>"


def _choices(widget: Widget) -> Iterator[str]:
    for group, options, _ in widget["optgroups"]:
        if group:
            yield f"\n  <div><label>{_written(group)}</label>"
        for option in options:
            yield f"<div>\n    {_choice(option)}</div>"
        if group:
            yield "\n  </div>"


def _multiple(widget: Widget) -> SafeString:
    given = "".join(
        f' {name}="{_written(widget["attrs"][name])}"'
        for name in ("id", "class")
        if widget["attrs"].get(name)
    )
    return SafeString(f"<div{given}>{''.join(_choices(widget))}\n</div>")


def side_by_side(widget: Widget, classes: str) -> SafeString:
    """Draw radio buttons whose labels stand in a row."""
    ident = widget["attrs"].get("id")
    choices = "".join(
        f'<input class="vh" type="radio" name="{_written(option["name"])}" '
        f'value="{_written(option["value"])}"{_attributes(option)}>'
        f'<label for="{_written(option["attrs"].get("id", ""))}">{_written(option["label"])}</label>'
        for _, options, _ in widget["optgroups"]
        for option in options
    )
    tied = f' id="{_written(ident)}"' if ident else ""
    return SafeString(f'<div class="{classes}"{tied}>{choices}</div>')


_WIDGETS = "django/forms/widgets"

# By the name of the template that each of them replaces.
DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    **{
        f"{_WIDGETS}/{kind}.html": _input
        for kind in ("date", "email", "hidden", "input", "number", "password", "text", "url")
    },
    f"{_WIDGETS}/textarea.html": _textarea,
    f"{_WIDGETS}/select.html": _select,
    f"{_WIDGETS}/checkbox_select.html": _multiple,
    f"{_WIDGETS}/radio.html": _multiple,
}
