from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    """The request of a view whose policy row lets nobody in who is signed out."""

    user: User
    htmx: HtmxDetails
