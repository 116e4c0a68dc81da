"""What the component page shows: every control in every state, with invented words."""

from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from apps.web.context import PAGE_KEYS, THEMES, Chrome
from apps.web.forms import DateInput, Rating, Segments
from apps.web.toasts import toast_with_undo

RATINGS = ((1, "Not yet"), (2, "Nearly"), (3, "At the bar"), (4, "Above"))


class SampleForm(forms.Form):
    title = forms.CharField(help_text="What you would say in a lift.")
    ended_on = forms.DateField(label="Ended on", widget=DateInput)
    text = forms.CharField(label="Situation", widget=forms.Textarea(attrs={"rows": 3}))
    project = forms.ChoiceField(choices=[("", "No project"), ("1", "Checkout reliability")], required=False)
    teams = forms.IntegerField(label="Teams affected", min_value=1, help_text="Your own counts as one.")
    rating = forms.ChoiceField(label="Ownership", choices=RATINGS, widget=Rating, required=False)
    shows = forms.ChoiceField(choices=[("gaps", "Gaps first"), ("az", "A to Z")], widget=Segments)
    kinds = forms.MultipleChoiceField(
        label="Kinds of result",
        choices=[("customer", "Customer"), ("business", "Business"), ("people", "People")],
        widget=forms.CheckboxSelectMultiple,
    )
    is_shared = forms.BooleanField(label="My mentor may read this", help_text="You can take it back.")

    def clean(self) -> dict[str, Any] | None:
        if self.is_bound:
            self.add_error(None, "The end is before the start.")
        return super().clean()


def _chrome() -> SimpleNamespace:
    """The frame as a candidate who also mentors sees it."""
    here = "/styleguide/"
    link = partial(SimpleNamespace, url=here, key="", count=0, is_current=False)
    nav = [
        link(label="Components", icon="blocks", is_current=True),
        link(label="Wins", icon="zap"),
        link(label="Stories", icon="notebook-pen", count=19),
        link(label="Timeline", icon="chart-gantt"),
    ]
    return SimpleNamespace(
        user=SimpleNamespace(pk=1, name="Maya Okonkwo", email="maya@example.com", initials="MO"),
        theme="system",
        themes=THEMES,
        shortcuts_on=True,
        home=here,
        current=nav[0],
        nav=nav,
        tabs=nav[:3],
        foot=[link(label="Settings", icon="settings")],
        places=[
            SimpleNamespace(label="My candidacy", url=here, is_current=True),
            SimpleNamespace(label="Mentoring", url=here, is_current=False),
        ],
        primary=SimpleNamespace(url=here, label="Log a win", key="n"),
        shortcuts=[("N", "Log a win"), ("G S", "Stories"), *PAGE_KEYS],
    )


def context(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    chrome = _chrome()
    chrome.theme = Chrome(request).theme
    messages.info(request, "Saved as version 3.")
    messages.error(request, "That invitation has expired.")
    toast_with_undo(request, "Win deleted.", "/styleguide/")
    wrong = SampleForm(
        {"title": "", "ended_on": "2026-02-31", "teams": "many", "text": "What I typed stays."}
    )
    return {
        "chrome": chrome,
        "form": wrong,
        "plain": SampleForm(
            auto_id="plain_%s", initial={"title": "Cut checkout deploys", "rating": 3, "shows": "gaps"}
        ),
        "steps": range(5),
        "people": [
            SimpleNamespace(pk=n, initials=letters) for n, letters in enumerate(("MO", "HD", "RS", "AL"))
        ],
        "coverage": [
            ("Ownership", [4, 4, 3], 2),
            ("Dive Deep", [4, 2], 2),
            ("Frugality", [], 1),
        ],
        "days": [today, today - timedelta(days=1), today - timedelta(days=13), today - timedelta(days=400)],
        "phases": [
            ("Build evidence", "done", 100, "1 May to 31 Oct"),
            ("Assess readiness", "now", 61, "1 Nov to 31 Jan"),
            ("Prepare", "todo", 0, "1 Feb to 30 Apr"),
            ("Apply", "todo", 0, "1 May to 30 Jun"),
            ("After", "todo", 0, "from 1 Jul"),
        ],
    }
