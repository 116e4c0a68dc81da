from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.places import place_of
from apps.scope import actions
from apps.scope.forms import DecisionForm, SnapshotForm
from apps.scope.models import Decision, Snapshot
from apps.scope.picture import picture_of
from apps.web.keyset import newest_page
from apps.web.toasts import toast_with_undo
from apps.web.typed import typed_into
from apps.web.versioned import StaleSave

# Of the table of snapshots at first: two years, one a month.
MOST_ROWS: Final = 24


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = Decision.objects.visible_to(request.user)
    picture = picture_of(request.user.pk, place_of(request.user).candidacy, today=today)
    words = {
        "picture": picture,
        "rows": picture.rows if "all" in request.GET else picture.rows[:MOST_ROWS],
        "page": newest_page(rows, by="decided_on", cursor=request.GET.get("after", "")),
    }
    return render(request, "scope/index.html", words)


def new(request: SignedInRequest) -> HttpResponse:
    """Start from the last snapshot, so that only what changed has to be typed."""
    today = timezone.localdate()
    last = Snapshot.objects.visible_to(request.user).newest_first().first()
    form = SnapshotForm(typed_into(request), instance=Snapshot(), today=today)
    if last:
        form.initial.update(form.copied_from(last))
    form.initial["taken_on"] = today
    if request.method == "POST" and form.is_valid():
        save_id = form.save_id_of_page()
        try:
            actions.record_scope(form.values(), save_id=save_id, by=request.user, now=timezone.now())
        except StaleSave as stale:
            return _snapshot_conflict(request, form, stale.saved)
        messages.success(request, "Your scope is recorded.")
        return redirect("scope:index")
    words = {"form": form, "last": last, "is_second": last is not None and last.is_of_month(today)}
    return render(request, "scope/new.html", words, status=_status(form))


@require_POST
def count(request: SignedInRequest) -> HttpResponse:
    """Count the names in the form as it stands; nothing is saved."""
    form = SnapshotForm(request.POST, instance=Snapshot(), today=timezone.localdate())
    if request.htmx:
        return render(request, "scope/_form.html#counts", {"form": form})
    return render(request, "scope/new.html", {"form": form}, status=_status(form))


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    snapshot = get_object_or_404(Snapshot.objects.editable_by(request.user), pk=pk)
    form = SnapshotForm(typed_into(request), instance=snapshot, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        started_from = form.started_from()
        try:
            actions.change_scope(
                snapshot, form.values(), started_from=started_from, by=request.user, now=timezone.now()
            )
        except StaleSave as stale:
            return _snapshot_conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("scope:index")
    return render(request, "scope/edit.html", {"form": form, "snapshot": snapshot}, status=_status(form))


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    snapshot = get_object_or_404(Snapshot.objects.editable_by(request.user), pk=pk)
    actions.delete(snapshot, by=request.user, now=timezone.now())
    toast_with_undo(request, "Snapshot deleted.", reverse("scope:undo", args=[pk]))
    return redirect("scope:index")


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    snapshot = get_object_or_404(Snapshot.objects.deleted_by(request.user, timezone.now()), pk=pk)
    actions.undo_deletion(snapshot, by=request.user, now=timezone.now())
    return redirect("scope:index")


def decision_new(request: SignedInRequest) -> HttpResponse:
    form = DecisionForm(typed_into(request), instance=Decision(), today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        save_id = form.save_id_of_page()
        try:
            actions.record_decision(form.values(), save_id=save_id, by=request.user, now=timezone.now())
        except StaleSave as stale:
            return _decision_conflict(request, form, stale.saved)
        messages.success(request, "The decision is noted.")
        return redirect("scope:index")
    return render(request, "scope/decision_new.html", {"form": form}, status=_status(form))


def decision_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.editable_by(request.user), pk=pk)
    form = DecisionForm(typed_into(request), instance=decision, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        started_from = form.started_from()
        try:
            actions.change_decision(
                decision, form.values(), started_from=started_from, by=request.user, now=timezone.now()
            )
        except StaleSave as stale:
            return _decision_conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("scope:index")
    return render(
        request, "scope/decision_edit.html", {"form": form, "decision": decision}, status=_status(form)
    )


@require_POST
def decision_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.editable_by(request.user), pk=pk)
    actions.delete(decision, by=request.user, now=timezone.now())
    toast_with_undo(request, "Decision deleted.", reverse("scope:decision_undo", args=[pk]))
    return redirect("scope:index")


@require_POST
def decision_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.deleted_by(request.user, timezone.now()), pk=pk)
    actions.undo_deletion(decision, by=request.user, now=timezone.now())
    return redirect("scope:index")


def _status(form: Any) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _snapshot_conflict(request: SignedInRequest, form: SnapshotForm, saved: Snapshot) -> HttpResponse:
    words = {"snapshot": saved, **form.conflict(saved)}
    return render(request, "scope/edit.html", words, status=HTTPStatus.CONFLICT)


def _decision_conflict(request: SignedInRequest, form: DecisionForm, saved: Decision) -> HttpResponse:
    words = {"decision": saved, **form.conflict(saved)}
    return render(request, "scope/decision_edit.html", words, status=HTTPStatus.CONFLICT)
