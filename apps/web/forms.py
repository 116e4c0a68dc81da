"""How forms look everywhere: the renderer, and the controls that Django does not have."""

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.web.controls import DRAWN, side_by_side


class Renderer(TemplatesSetting):
    """Label, control, help and error in the project's own markup.

    `{{ form }}` gives the summary of errors and every field, `{{ form.title.as_field_group }}` one.
    Controls are drawn by functions (`controls`), what stands around them by templates.
    """

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


class DateInput(forms.DateInput):
    """The browser's own date control, whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Segments(forms.RadioSelect):
    """Radio buttons side by side, for a handful of short choices that exclude each other."""

    classes = "seg"

    def _render(
        self, _template_name: str, context: dict[str, Any], _renderer: BaseRenderer | None = None
    ) -> SafeString:
        return side_by_side(context["widget"], self.classes)


class Rating(Segments):
    """The scale of one to four; the keys 1 to 4 choose on it."""

    classes = "opts"
