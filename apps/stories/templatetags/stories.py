"""How the parts of a story are written on a page."""

from decimal import Decimal

import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from apps.frameworks.schema import Framework, WorkedExample
from apps.stories.content import StoryContent, count_words, plain_number

register = template.Library()

_ALLOWED = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a"}
_markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .disable(["heading", "lheading", "image", "hr", "html_block", "html_inline", "reference"])
)  # fmt: skip


@register.filter
def paragraphs(text: str) -> SafeString:
    """Turn the Markdown subset of a section into HTML: paragraphs, lists, emphasis, code, links."""
    html = nh3.clean(
        _markdown.render(text),
        tags=_ALLOWED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308  (sanitised in the line above)


@register.filter
def section_text(content: StoryContent, section: str) -> str:
    return content.text_of(section)


@register.filter
def section_words(content: StoryContent, section: str) -> int:
    return count_words(content.text_of(section))


@register.filter
def figure(value: Decimal | None, unit: str) -> str:
    """Write a number with its unit: 42 min, 4.1%."""
    if value is None:
        return ""
    number = f"{Decimal(plain_number(value)):,f}"
    return f"{number}{unit}" if unit in ("%", "×") else f"{number} {unit}".strip()


@register.filter
def link_or_text(source: str) -> SafeString:
    if source.startswith(("https://", "http://")):
        return format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', source)
    return format_html("{}", source)


@register.filter
def example_text(example: WorkedExample, section: str) -> str:
    return str(example.model_dump(include={section})[section])


@register.filter
def principle_name(framework: Framework, key: str) -> str:
    return framework.subject_name("principle", key)


@register.filter
def indicator_name(framework: Framework, key: str) -> str:
    return framework.subject_name("indicator", key)
