from typing import Any

from django import forms
from django.db import transaction

from apps.accounts.models import User
from apps.mail import kinds
from apps.mail.kinds import Channel
from apps.mail.models import Preference, choose_channel


class PreferencesForm(forms.Form):
    """One field for each kind of mail that somebody may switch off."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        chosen = Preference.objects.channels_of(user)
        for kind in kinds.kinds_chosen_by(user):
            self.fields[kind.name] = forms.ChoiceField(
                label=kind.label,
                choices=Channel.choices,
                initial=chosen.get(kind.name, kind.default_channel),
                help_text=f"Because {kind.why}.",
            )

    @transaction.atomic
    def save(self) -> None:
        for name in self.changed_data:
            choose_channel(self.user, name, self.cleaned_data[name])
