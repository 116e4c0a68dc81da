"""How waiting and a draft's fields are written on a page."""

from datetime import date, datetime

from django import template
from django.forms.boundfield import BoundField
from django.utils import timezone

from apps.reviews.forms import ReviewForm

register = template.Library()


@register.filter
def waited(since: datetime, today: date) -> str:
    """Write asked today, waiting 1 day, waiting 12 days."""
    days = (today - timezone.localtime(since).date()).days
    if days <= 0:
        return "asked today"
    return f"waiting {days} day{'' if days == 1 else 's'}"


@register.filter
def comment_box(form: ReviewForm, section: str) -> BoundField:
    return form.comment_box(section)
