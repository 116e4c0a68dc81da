"""The manager: whether they support it, and what was talked about. All of it the candidate's alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.applications import actions
from apps.applications.forms import ConversationForm, SupportForm
from apps.applications.models import Conversation, SupportAnswer
from apps.candidates.models import Mentorship
from apps.candidates.places import place_of
from apps.web.keyset import newest_page
from apps.web.toasts import toast_with_undo
from apps.web.typed import typed_into
from apps.web.versioned import StaleSave


@require_safe
def manager(request: SignedInRequest) -> HttpResponse:
    return _manager_page(request, SupportForm(typed_into(request), today=timezone.localdate()))


@require_POST
def support(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        raise Http404
    form = SupportForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _manager_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    actions.record_support(candidacy, **form.answer(), by=request.user, now=timezone.now())
    messages.success(request, "Added. Earlier answers stay in the list.")
    return redirect("applications:manager")


def _manager_page(
    request: SignedInRequest, form: SupportForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    user, candidacy = request.user, place_of(request.user).candidacy
    noted = Conversation.objects.visible_to(user)
    words: dict[str, Any] = {
        "form": form,
        "candidacy": candidacy,
        "conversations": newest_page(noted, by="held_on", cursor=request.GET.get("after", ""), size=25),
    }
    if candidacy:
        answers = SupportAnswer.objects.visible_to(user).of_open_candidacy()
        words["answers"] = newest_page(
            answers, by="answered_on", cursor=request.GET.get("answers", ""), size=25
        )
        words["managers"] = list(Mentorship.objects.of_managers(candidacy).with_people())
    return render(request, "applications/manager.html", words, status=status)


def conversation_new(request: SignedInRequest) -> HttpResponse:
    form = ConversationForm(typed_into(request), today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            noted = actions.log_conversation(
                form.values(), save_id=form.save_id_of_page(), by=request.user, now=timezone.now()
            )
        except StaleSave as stale:
            return _conflict(request, form, stale.saved)
        undo = reverse("applications:conversation_delete", args=[noted.pk])
        toast_with_undo(request, "Noted.", undo)
        return redirect("applications:manager")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "applications/conversation_new.html", {"form": form}, status=status)


def conversation_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    noted = get_object_or_404(Conversation.objects.editable_by(request.user), pk=pk)
    form = ConversationForm(typed_into(request), instance=noted, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_conversation(
                noted,
                form.values(),
                started_from=form.started_from(),
                by=request.user,
                now=timezone.now(),
            )
        except StaleSave as stale:
            return _conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("applications:manager")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    words = {"form": form, "conversation": noted}
    return render(request, "applications/conversation_edit.html", words, status=status)


def _conflict(request: SignedInRequest, form: ConversationForm, saved: Conversation) -> HttpResponse:
    words = {"conversation": saved, **form.conflict(saved)}
    return render(request, "applications/conversation_edit.html", words, status=HTTPStatus.CONFLICT)


@require_POST
def conversation_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    noted = get_object_or_404(Conversation.objects.editable_by(request.user), pk=pk)
    actions.delete_conversation(noted, by=request.user, now=timezone.now())
    undo = reverse("applications:conversation_undo", args=[pk])
    toast_with_undo(request, "Deleted. It can be brought back for 30 days.", undo)
    return redirect("applications:manager")


@require_POST
def conversation_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    noted = get_object_or_404(Conversation.objects.deleted_by(request.user, timezone.now()), pk=pk)
    actions.undo_conversation_deletion(noted.pk, by=request.user, now=timezone.now())
    return redirect("applications:manager")
