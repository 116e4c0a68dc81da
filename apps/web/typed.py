"""What was typed into a plain form and sent too late: kept until the same person has signed in again.

A form that holds `{% typed_by %}` says, signed, who was shown it and on which page it stands. When it comes
after its session has ended, its fields wait in the new session, on the server, for an hour. Once the same
person is signed in, the page shows the form with them; nothing is ever saved without a press of the button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.web import policy

FIELD = "typed_by"
SESSION_KEY = "typed"
KEPT_FOR = timedelta(hours=1)
LONGEST = 200_000  # characters of all fields together
_SALT = "apps.web.typed"


@dataclass(frozen=True)
class Shown:
    """To whom a form was shown, as a mark that tells nothing about them, and the page it stands on."""

    by: str
    at: str


def mark_form(user: Any, at: str) -> str:
    """Return the value of the hidden field; only this installation can make one."""
    return Signer(salt=_SALT).sign_object([_mark(user), at])


def _mark(user: Any) -> str:
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]


def _shown(request: HttpRequest) -> Shown | None:
    try:
        by, at = Signer(salt=_SALT).unsign_object(request.POST.get(FIELD, ""))
    except (BadSignature, ValueError):
        return None
    return Shown(by, at)


def typed_into(request: HttpRequest) -> QueryDict | None:
    """Return what a view gives its form: what was posted, or on a GET what could not be saved before.

    A form that was given something on a GET is shown with it, and not saved: ask for the method first.
    """
    if request.method == "POST":
        return request.POST
    kept = request.session.get(SESSION_KEY)
    if kept is None or kept["at"] != request.path or not _is_for(kept, request):
        return None
    messages.info(
        request, "You were signed out before this could be saved. What you typed is back; save it when ready."
    )
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    return fields


def _is_for(kept: dict[str, Any], request: HttpRequest) -> bool:
    is_fresh = timezone.now() < datetime.fromisoformat(kept["typed_at"]) + KEPT_FOR
    return is_fresh and kept["by"] == _mark(request.user)


def sent_too_late(request: HttpRequest) -> HttpResponse | None:
    """Keep the fields and lead back to their page, by way of sign-in where needed; None for another form."""
    shown = _shown(request)
    if shown is None or request.headers.get("HX-Request"):
        return None
    is_signed_in = request.user.is_authenticated
    if is_signed_in and shown.by != _mark(request.user):
        return None
    fields = {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in {FIELD, "csrfmiddlewaretoken"}
    }
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST:
        return None
    request.session[SESSION_KEY] = {
        "by": shown.by,
        "at": shown.at,
        "typed_at": timezone.now().isoformat(),
        "fields": fields,
    }
    if is_signed_in:
        return HttpResponseRedirect(shown.at)
    messages.info(
        request, "You were signed out. Sign in again within the hour, and what you typed is back in its form."
    )
    return redirect_to_login(shown.at, str(settings.LOGIN_URL))


def came_from_here(request: HttpRequest) -> bool:
    """Say whether the browser names one of our own pages as the one that sent this."""
    here = {f"{request.scheme}://{request.get_host()}", settings.SITE_ORIGIN}
    return request.headers.get("Origin") in here


class KeepTyped:
    """Comes before the policy middleware, which leads to sign-in without what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        rule = policy.rule_for(request.resolver_match.view_name) if request.resolver_match else None
        if rule is None or rule.who.is_public:
            return None
        if not request.user.is_authenticated:
            return sent_too_late(request) if request.method == "POST" else None
        kept = request.session.get(SESSION_KEY)
        if kept is not None and (not _is_for(kept, request) or _is_sent(kept, request)):
            del request.session[SESSION_KEY]
        return None


def _is_sent(kept: dict[str, Any], request: HttpRequest) -> bool:
    shown = _shown(request) if request.method == "POST" else None
    return shown is not None and shown.at == kept["at"]
