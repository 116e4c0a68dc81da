from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import actions, sign_in
from apps.accounts.forms import InviteForm, JoinForm, SettingsForm
from apps.accounts.invitations import kind_named
from apps.accounts.models import AccessRecord, Invitation
from apps.accounts.requests import SignedInRequest
from apps.web import navigation
from apps.web.keyset import newest_page

PAGE_LENGTH = 50


def settings(request: SignedInRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("accounts:settings")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    words = {
        "form": form,
        "has_providers": bool(django_settings.OIDC_APPS),
        "more": navigation.settings(),
    }
    return render(request, "accounts/settings.html", words, status=status)


@require_safe
def access(request: SignedInRequest) -> HttpResponse:
    records = AccessRecord.objects.visible_to(request.user).with_people()
    page = newest_page(records, by="at", cursor=request.GET.get("after", ""))
    return render(request, "accounts/access.html", {"page": page})


@require_safe
def invitations(request: SignedInRequest) -> HttpResponse:
    return _invitations_page(request)


@require_POST
@never_cache
def invite(request: SignedInRequest) -> HttpResponse:
    form = InviteForm(request.POST, by=request.user)
    if not form.is_valid():
        return _invitations_page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    invitation, link = actions.invite(**form.cleaned_data, by=request.user, now=timezone.now())
    # The link is in this one answer: a redirect would have to keep it somewhere.
    return _invitations_page(request, fresh=invitation, link=link)


@require_POST
@never_cache
def renew(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.editable_by(request.user), pk=pk)
    try:
        link = actions.renew(invitation, by=request.user, now=timezone.now())
    except actions.InvitationNotOpen:
        return _already_accepted(request)
    return _invitations_page(request, fresh=invitation, link=link)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.editable_by(request.user), pk=pk)
    try:
        actions.withdraw(invitation, by=request.user, now=timezone.now())
    except actions.InvitationNotOpen:
        return _already_accepted(request)
    messages.success(request, f"The invitation to {invitation.email} is withdrawn; its link no longer works.")
    return redirect("accounts:invitations")


def _already_accepted(request: SignedInRequest) -> HttpResponse:
    messages.error(request, "That invitation was accepted meanwhile, so it stays as it is.")
    return _invitations_page(request, status=HTTPStatus.CONFLICT)


def _invitations_page(
    request: SignedInRequest,
    *,
    form: InviteForm | None = None,
    status: int = HTTPStatus.OK,
    fresh: Invitation | None = None,
    link: str = "",
) -> HttpResponse:
    rows = Invitation.objects.editable_by(request.user).with_people().newest_first()
    page = list(rows.before(request.GET.get("before", ""))[: PAGE_LENGTH + 1])
    now = timezone.now()
    return render(
        request,
        "accounts/invitations.html",
        {
            "form": form or InviteForm(by=request.user),
            "rows": [(row, kind_named(row.kind).label, row.state(now)) for row in page[:PAGE_LENGTH]],
            "older_than": page[PAGE_LENGTH - 1].pk if len(page) > PAGE_LENGTH else None,
            "fresh": fresh,
            "link": link,
        },
        status=status,
    )


def by_open_invitation(
    view: Callable[[HttpRequest, Invitation, str], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the invitation that a token opens; else say why it opens none."""

    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        found = Invitation.objects.with_token(token).with_people().first()
        if found is None or found.state(timezone.now()) != Invitation.State.OPEN:
            return _closed(request, found)
        return view(request, found, token)

    return never_cache(wrapper)


@require_safe
@by_open_invitation
def invitation(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    return _invitation_page(request, found, token)


@require_POST
@by_open_invitation
def join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("accounts:invitation", token)
    form = JoinForm(request.POST, invitation=found)
    if not form.is_valid():
        return _invitation_page(request, found, token, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if sign_in.is_joining_too_often(request):
        return sign_in.too_often(request)
    try:
        user, next_url = actions.join(found, **form.cleaned_data, now=timezone.now())
    except actions.AddressTaken:
        # There is an account with it, perhaps since a moment ago; the page offers to sign in.
        return redirect("accounts:invitation", token)
    except actions.InvitationNotOpen:
        return _closed(request, found)
    return sign_in.sign_in_new_account(request, user, next_url)


@require_POST
@by_open_invitation
def accept(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("accounts:invitation", token)
    try:
        next_url = actions.accept(found, request.user, now=timezone.now())
    except actions.InvitationNotOpen:
        return _closed(request, found)
    except actions.InvitationIsForAnother:
        return _invitation_page(request, found, token, status=HTTPStatus.CONFLICT)
    sign_in.renew_session_key(request)
    return redirect(next_url)


def _invitation_page(
    request: HttpRequest,
    found: Invitation,
    token: str,
    *,
    form: JoinForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    signed_in = request.user.is_authenticated
    words: dict[str, Any] = {
        "invitation": found,
        "kind": kind_named(found.kind),
        "token": token,
        "form": form or JoinForm(invitation=found),
        "is_for_me": request.user.is_authenticated and actions.is_for(found, request.user),
        "has_account": not signed_in and actions.has_account(found.email),
    }
    return _without_referrer(render(request, "accounts/invitation.html", words, status=status))


def _closed(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    """Say why a link opens nothing (any more), and what to do; 410 if it ever did, else 404."""
    if found is not None:
        found.refresh_from_db()
    words = {"invitation": found, "state": found and found.state(timezone.now())}
    status = HTTPStatus.NOT_FOUND if found is None else HTTPStatus.GONE
    return _without_referrer(render(request, "accounts/invitation_closed.html", words, status=status))


def _without_referrer(response: HttpResponse) -> HttpResponse:
    # The address holds the token. Not `no-referrer`: with it browsers send `Origin: null` with the
    # page's own forms, and Django's CSRF check refuses those.
    response["Referrer-Policy"] = "strict-origin"
    return response
