"""What a reminder says: what to do, where, and why it came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.urls import reverse

from apps.candidates import destinations
from apps.frameworks.models import content_of
from apps.frameworks.schema import ReminderRule, Threshold
from apps.frameworks.vocabulary import EVENTS as EVENT_WORDS
from apps.frameworks.vocabulary import FACTS
from apps.reminders import rules
from apps.reminders.events import EVENTS
from apps.reminders.models import Occurrence

# What the button says, by the place the rule leads to; the event's own form comes first.
BUTTONS: Final = {
    "wins": "Open your wins",
    "stories": "Open stories",
    "ratings": "Rate yourself",
    "readiness": "Open readiness",
    "gaps": "Open your gaps",
    "scope": "Open your scope",
    "mentors": "Open mentors",
    "reviews": "Open reviews",
    "queue": "Open the queue",
    "candidates": "Open my candidates",
    "projects": "Open projects",
    "timeline": "Open the timeline",
    "board": "Open the overview",
    "invitations": "Open invitations",
}
EVENT_BUTTONS: Final = {
    "readiness:action_edit": "Open the step",
    "stories:edit": "Open the story",
    "reviews:show": "Read the review",
    "reviews:edit": "Review the story",
}
# Where a place has a form of its own for what rules ask there, and what the button says then.
WIN_FORM: Final = ("stories:win_new", "Log a win")
SCOPE_FORM: Final = ("scope:new", "Record your scope")
FORMS: Final = {
    "first_scope": SCOPE_FORM,
    "scope_snapshot": SCOPE_FORM,
    "log_wins": WIN_FORM,
    "log_wins_later": WIN_FORM,
    "keep_going": WIN_FORM,
}


@dataclass(frozen=True)
class Line:
    """One reminder as it is read; the occurrence has its plan with candidacy and person."""

    occurrence: Occurrence
    rule: ReminderRule

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def action(self) -> str:
        return self.rule.action

    @property
    def about(self) -> str:
        """Whose it is, to somebody who mentors several people."""
        candidacy = self.occurrence.plan.candidacy
        if candidacy is None or candidacy.person_id == self.occurrence.person_id:
            return ""
        return candidacy.person.name

    @cached_property
    def _route(self) -> str:
        event = EVENTS.get(self.rule.event or "")
        return event.route if event and event.route and self.occurrence.thing_id else ""

    @property
    def url(self) -> str:
        if self._route:
            return reverse(self._route, args=[self.occurrence.thing_id])
        if self.rule.key in FORMS:
            return reverse(FORMS[self.rule.key][0])
        return destinations.url_of(self.rule.page)

    @property
    def button(self) -> str:
        if self.rule.key in FORMS:
            return FORMS[self.rule.key][1]
        return EVENT_BUTTONS.get(self._route) or BUTTONS.get(self.rule.page, "Open")

    @property
    def why(self) -> str:
        return why(self.rule, self.occurrence.plan.framework_version_id)


def line_of(occurrence: Occurrence) -> Line | None:
    """Return the words, or None for a rule that an organiser's newer framework has no more."""
    rule = rules.rules_by_key(occurrence.plan.framework_version_id).get(occurrence.rule)
    return Line(occurrence, rule) if rule else None


def why(rule: ReminderRule, framework_version_id: int) -> str:
    """Return in a sentence or two when the rule speaks and when it does not."""
    phases = _phases(rule, framework_version_id)
    where = f" while you are in {_listed(phases, 'or')}" if phases else ""
    said = f"It comes {cadence(rule)}{where}."
    if rule.skip_when:
        said += f" It does not come while {_listed([_condition(t) for t in rule.skip_when], 'or')}."
    return said


def said_of(rule: ReminderRule, framework_version_id: int) -> str:
    """Return in a few words when a rule speaks."""
    phases = _phases(rule, framework_version_id)
    when = cadence(rule)
    where = f", in {_listed(phases, 'and')}" if phases else ""
    return f"{when[:1].upper()}{when[1:]}{where}."


def _phases(rule: ReminderRule, framework_version_id: int) -> list[str]:
    return [p.name for p in content_of(framework_version_id).phases if p.key in rule.phases]


def cadence(rule: ReminderRule) -> str:
    if rule.every_weeks:
        day = (rule.weekday or "").capitalize()
        return f"every {day}" if rule.every_weeks == 1 else f"every {rule.every_weeks} weeks on {day}"
    if rule.every_months:
        return "every month" if rule.every_months == 1 else f"every {rule.every_months} months"
    return f"{_days(rule.days)} {EVENT_WORDS[rule.event or '']}"


def _days(days: tuple[int, ...]) -> str:
    said = [
        _number([-n for n in days if n < 0], "before"),
        "on the day" if 0 in days else "",
        _number([n for n in days if n > 0], "after"),
    ]
    return ", and ".join(filter(None, said))


def _number(days: list[int], word: str) -> str:
    if not days:
        return ""
    return f"{_listed([str(n) for n in sorted(days)], 'and')} day{'s'[: days != [1]]} {word}"


def _condition(threshold: Threshold) -> str:
    words = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}
    for name, word in words.items():
        figure = getattr(threshold, name)
        if figure is not None:
            return f"“{FACTS[threshold.fact]}” is {word} {figure:g}"
    raise AssertionError(threshold)


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
