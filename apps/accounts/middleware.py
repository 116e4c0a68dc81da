"""Leads organisers and administrators to set up a second factor before anything else."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.web import policy

# The session's note that a second factor was found, so that pages do not ask the database again.
SESSION_KEY = "has_second_factor"

# What is needed to set one up, beside the public routes.
SET_UP_ROUTES = {
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


class SecondFactorMiddleware:
    """Comes after the policy middleware, which has fetched the person on every page that needs one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        if not settings.MFA_REQUIRED_OF_STAFF or request.resolver_match is None:
            return None
        route = request.resolver_match.view_name
        rule = policy.rule_for(route)
        if rule is None or rule.who.is_public or not request.user.is_authenticated:
            return None
        if not request.user.must_use_second_factor:
            return None
        is_known = SESSION_KEY in request.session
        if is_known and route.startswith("mfa_") and request.method == "POST":
            # It may be the last one that goes: the next page looks again.
            del request.session[SESSION_KEY]
        if is_known or route in SET_UP_ROUTES:
            return None
        if get_adapter().is_mfa_enabled(request.user):
            request.session[SESSION_KEY] = True
            return None
        messages.info(
            request,
            "Organisers and administrators sign in with a second step. Set it up to go on.",
        )
        return redirect("mfa_index")
