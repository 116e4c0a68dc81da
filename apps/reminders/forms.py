from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import transaction

from apps.accounts.actions import choose_time_zone
from apps.accounts.forms import TimeZoneField
from apps.accounts.models import User
from apps.candidates.places import place_of
from apps.frameworks.models import FrameworkVersion
from apps.frameworks.schema import ReminderRule
from apps.mail.kinds import Channel
from apps.mail.models import Preference, choose_channel
from apps.reminders import actions, organisers, rules
from apps.reminders.digests import DIGEST
from apps.reminders.events import EVENTS
from apps.reminders.models import Timing
from apps.reminders.people import kind_of
from apps.reminders.wording import said_of
from apps.web.forms import DateInput

QUIET_AT_MOST_DAYS = 366


class TimingForm(forms.Form):
    """When a person hears of what is due, and how, with a field for each rule that can come to them."""

    time_zone = TimeZoneField()
    local_time = forms.TimeField(
        label="Time of day",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="In your zone. Without one it is 08:00.",
    )
    weekdays_only = forms.BooleanField(
        label="Mail on weekdays only",
        required=False,
        help_text="What is due at the weekend comes on Monday.",
    )
    quiet_until = forms.DateField(
        label="No mail before",
        required=False,
        widget=DateInput,
        help_text="For a holiday. What is due meanwhile waits here, and in one mail on that day.",
    )
    digest = forms.ChoiceField(
        label="All of them together",
        choices=Channel.choices,
        help_text="One mail a day at most, with everything that is due.",
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        timing = Timing.objects.filter(user=user).first() or Timing(user=user)
        chosen = Preference.objects.channels_of(user)
        self.initial = {
            "time_zone": user.time_zone,
            "local_time": timing.local_time,
            "weekdays_only": timing.weekdays_only,
            "quiet_until": timing.quiet_until,
            "digest": chosen.get(DIGEST, Channel.BOTH),
        }
        self.rules = rules_for(user)
        for key, (name, when) in self.rules.items():
            self.fields[key] = forms.ChoiceField(label=name, choices=Channel.choices, help_text=when)
            self.initial[key] = chosen.get(kind_of(key), Channel.BOTH)

    @property
    def moments(self) -> list[forms.BoundField]:
        """The fields that say when."""
        return [self[name] for name in ("time_zone", "local_time", "weekdays_only", "quiet_until")]

    @property
    def ways(self) -> list[forms.BoundField]:
        """The fields that say how, for all together and for each rule."""
        return [self["digest"], *(self[key] for key in self.rules)]

    def clean_quiet_until(self) -> date | None:
        day: date | None = self.cleaned_data["quiet_until"]
        if day and (day - self.today).days > QUIET_AT_MOST_DAYS:
            raise forms.ValidationError("Choose a day within a year.")
        return day

    @transaction.atomic
    def save(self) -> None:
        cleaned = self.cleaned_data
        choose_time_zone(self.user, cleaned["time_zone"])
        if "digest" in self.changed_data:
            choose_channel(self.user, DIGEST, cleaned["digest"])
        actions.change_timing(
            self.user,
            local_time=cleaned["local_time"],
            weekdays_only=cleaned["weekdays_only"],
            quiet_until=cleaned["quiet_until"],
            channels={key: cleaned[key] for key in self.rules if key in self.changed_data},
        )


def rules_for(user: User) -> dict[str, tuple[str, str]]:
    """Return the name and the cadence of each rule that can come to this person, by key."""
    place = place_of(user)
    version = (
        place.candidacy.framework_version_id
        if place.candidacy
        else FrameworkVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
    )
    if version is None:
        return {}
    audiences = {
        "candidate": place.candidacy is not None,
        "mentor": place.is_mentor,
        "organiser": user.may_create_cohorts,
    }
    return {
        rule.key: (rule.name, said_of(rule, version))
        for rule in rules.rules_by_key(version).values()
        if audiences[rule.audience] and _can_come(rule)
    }


def _can_come(rule: ReminderRule) -> bool:
    known = rules.known_facts() | organisers.COUNTED
    event = EVENTS.get(rule.event or "")
    return (rules.is_dated(rule) or event is not None) and not rules.unknown_to(
        rule, known | (event.implied if event else frozenset())
    )
