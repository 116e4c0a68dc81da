from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import actions
from apps.accounts.models import AccessRecord, Invitation, User
from apps.web.administration import Readable


class RightsForm(forms.ModelForm[User]):
    """What an administrator may change of somebody. Administrators are made by invitation."""

    by: User

    class Meta:
        model = User
        fields = ("is_active", "may_create_cohorts")

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if not is_active and self.instance == self.by:
            raise forms.ValidationError(
                "Somebody else has to close your account: you would lock yourself out."
            )
        return is_active


@admin.register(User)
class UserAdmin(Readable):
    list_display = ("name", "email", "is_active", "may_create_cohorts", "is_staff", "last_login")
    list_filter = ("is_active", "may_create_cohorts", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    fields = (
        "name",
        "email",
        "is_active",
        "may_create_cohorts",
        "is_staff",
        "time_zone",
        "joined_at",
        "last_login",
    )
    readonly_fields = ("name", "email", "is_staff", "time_zone", "joined_at", "last_login")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, form=RightsForm, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        actions.change_rights(
            obj,
            is_active=form.cleaned_data["is_active"],
            may_create_cohorts=form.cleaned_data["may_create_cohorts"],
            by=form.by,
            now=timezone.now(),
        )


@admin.register(Invitation)
class InvitationAdmin(Readable):
    list_display = ("email", "name", "kind", "invited_by", "created_at", "is_open")
    list_select_related = ("invited_by",)
    search_fields = ("email", "name")
    ordering = ("-pk",)
    # The token's hash opens nothing, and nobody needs to see it.
    fields = (
        "kind",
        "email",
        "name",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "withdrawn_at",
    )

    @admin.display(boolean=True, description="open")
    def is_open(self, invitation: Invitation) -> bool:
        return invitation.state(timezone.now()) == Invitation.State.OPEN


@admin.register(AccessRecord)
class AccessRecordAdmin(Readable):
    list_display = ("at", "by", "verb", "thing_in_words", "owner", "reason")
    list_select_related = ("by", "owner")
    search_fields = ("by__email", "owner__email")
    ordering = ("-pk",)
    fields = ("at", "by", "verb", "thing", "thing_id", "owner", "reason")
