from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from apps.accounts import private_texts
from apps.accounts.invitations import kinds_sent_by
from apps.accounts.models import Invitation, User


class JoinForm(forms.Form):
    """What somebody invited says of themselves; their address is the invitation's."""

    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Choose a password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ten characters or more. A few words in a row are easy to keep in mind.",
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = invitation.name
        self.invitation = invitation

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.invitation.email, name=self.cleaned_data.get("name", "")))
        return password


class InviteForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail", max_length=254)
    kind = forms.ChoiceField(label="As")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["kind"] = forms.ChoiceField(
            label="As", choices=[(kind.name, kind.label) for kind in kinds_sent_by(by)]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        waiting = Invitation.objects.visible_to(self.by).open(timezone.now())
        if waiting.for_kind(cleaned.get("kind", "")).with_email(cleaned.get("email", "")).exists():
            self.add_error(
                "email", "An invitation to this address is waiting. Send a new link below instead."
            )
        return cleaned


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Time zone",
            choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
            **kwargs,
        )


class SettingsForm(forms.ModelForm[User]):
    time_zone = TimeZoneField(help_text="Reminders come in the morning of this zone.")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  (as Django has it)
        self.instance.knows_time_zone = True
        return super().save(commit)

    class Meta:
        model = User
        fields = ("name", "time_zone", "shortcuts_on")
        labels = {"shortcuts_on": "Keyboard shortcuts"}
        help_texts = {"shortcuts_on": "Press ? on any page to see them."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class PrivateReadingForm(forms.Form):
    """Which text an administrator has to read, and why."""

    kind = forms.ChoiceField(label="What")
    number = forms.IntegerField(label="Number", min_value=1, max_value=2**63 - 1)
    reason = forms.CharField(
        label="Reason",
        min_length=10,
        max_length=300,
        help_text="Its owner reads this, with your name, under Settings, Who read what.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label="What", choices=[(kind.name, kind.label) for kind in private_texts.kinds()]
        )
