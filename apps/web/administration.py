"""Django's admin behind our own sign-in: each app's `admin.py` says what administrators may see and change.

What people write is in none of its pages: no model that holds it is registered, and no field of a
registered one. Reading it takes a reason and is shown to its owner (`accounts:private_reading`).
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from apps.web import health

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[models.Model]
else:
    AnyModelAdmin = admin.ModelAdmin

# Signing in, out and changing a password are allauth's, with its second step; nothing is completed from the
# database while one types, nor has a page "on site".
NOT_OURS = {"autocomplete", "login", "logout", "password_change", "password_change_done", "view_on_site"}


class Site(admin.AdminSite):
    site_header = site_title = "Starboard administration"
    index_title = "This installation"
    final_catch_all_view = False
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take the pages of our own apps only: a library's would show secrets of second factors and tokens."""
        if admin_class is not None and issubclass(admin_class, Readable):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in NOT_OURS]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().index(request, {**(extra_context or {}), "watched": health.watched(timezone.now())})


class Readable(AnyModelAdmin):
    """Rows that administrators may look at and not change; `fields` names what they see.

    Whoever reaches the admin is an administrator (the policy table), so there are no further permissions.
    """

    show_full_result_count = False
    list_per_page = 50
    actions: Any = None

    def get_urls(self) -> list[URLPattern]:
        # The one without a name leads on from addresses of long ago, and no policy row could speak of it.
        return [url for url in super().get_urls() if url.name]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
