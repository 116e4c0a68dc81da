from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from apps.mail.models import Message
from apps.web.administration import Readable


@admin.register(Message)
class MessageAdmin(Readable):
    """What became of each mail. Its text is not kept: it is made when it is sent."""

    list_display = ("kind", "to", "status", "due_at", "attempts", "sent_at", "reason")
    # Not by kind: what kinds there are would be asked of every row.
    list_filter = ("status",)
    list_select_related = ("user",)
    search_fields = ("user__email", "address", "message_id")
    ordering = ("-pk",)
    fields = (
        "kind",
        "user",
        "address",
        "message_id",
        "status",
        "due_at",
        "attempts",
        "created_at",
        "sent_at",
        "reason",
    )
    actions = ["try_again"]

    @admin.action(description="Try given up mails again")
    def try_again(self, request: HttpRequest, queryset: Any) -> None:
        messages.success(request, f"{queryset.dead().revive()} are tried again.")
