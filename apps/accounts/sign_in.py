"""The edge to allauth: signing in a new account, and a new session key when rights change."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User


def is_joining_too_often(request: HttpRequest) -> bool:
    return not ratelimit.consume(request, action="signup")


def too_often(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = ratelimit.respond_429(request)
    return response


def sign_in_new_account(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """Sign in through allauth, so that its session list and second step know of it."""
    record_authentication(request, user, "password", email=user.email)
    response: HttpResponse = perform_login(request, user, redirect_url=next_url)
    return response


def renew_session_key(request: HttpRequest) -> None:
    """Change the session's key, and its row in the list of sessions with it."""
    old_key = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old_key).update(session_key=request.session.session_key)
