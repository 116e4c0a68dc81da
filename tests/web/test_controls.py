import re
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from apps.web.controls import DRAWN
from apps.web.forms import Renderer

ODD = 'a "quoted" <b>&amp;'
GROUPED = [("", "None"), ("Fruit", [("a", "Apple & pear"), ("b", ODD)]), (3, "Three")]
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"id": "id_x", "class": "in wide", "required": True, "disabled": False, "title": ODD},
]


def _without_space(html: str) -> str:
    """Leave out what the line ends of templates put between tags, which no browser shows."""
    return re.sub(r"(?<=>)\s+|\s+(?=<|$)", "", html)


@pytest.mark.parametrize("attrs", ATTRIBUTES)
@pytest.mark.parametrize("value", [None, "", "a", ODD, 3, ["a", "3"]])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(),
        forms.NumberInput(),
        forms.EmailInput(),
        forms.URLInput(),
        forms.PasswordInput(render_value=True),
        forms.HiddenInput(),
        forms.DateInput(),
        forms.Textarea(),
        forms.Select(choices=GROUPED),
        forms.CheckboxSelectMultiple(choices=GROUPED),
        forms.RadioSelect(choices=GROUPED),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_control_is_drawn_as_its_template_does(
    widget: forms.Widget, value: object, attrs: dict[str, Any]
) -> None:
    context = widget.get_context("x-y", value, attrs)

    drawn = widget.render("x-y", value, attrs, renderer=Renderer())

    assert widget.template_name in DRAWN
    assert _without_space(drawn) == _without_space(render_to_string(widget.template_name, context))
