"""What each cycle of the company said of somebody's work; theirs alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.applications import actions
from apps.applications.forms import RecordForm
from apps.applications.models import PerformanceRecord
from apps.stories.frames import framework_for
from apps.web.keyset import newest_page
from apps.web.toasts import toast_with_undo
from apps.web.typed import typed_into
from apps.web.versioned import StaleSave


@require_safe
def performance(request: SignedInRequest) -> HttpResponse:
    rows = PerformanceRecord.objects.visible_to(request.user)
    names = {step.value: step.name for step in framework_for(request.user).ratings}
    page = newest_page(rows, by="ends_on", cursor=request.GET.get("after", ""))
    words = {
        "page": page,
        "records": [{"record": row, "rating": names.get(row.rating or 0, "")} for row in page.rows],
    }
    return render(request, "applications/performance.html", words)


def performance_new(request: SignedInRequest) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_record(
                form.values(), save_id=form.save_id_of_page(), by=request.user, now=timezone.now()
            )
        except StaleSave as stale:
            return _conflict(request, form, stale.saved)
        messages.success(request, "The cycle is in your records.")
        return redirect("applications:performance")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "applications/performance_new.html", {"form": form}, status=status)


def performance_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(PerformanceRecord.objects.editable_by(request.user), pk=pk)
    form = _form(request, instance=record)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_record(
                record,
                form.values(),
                started_from=form.started_from(),
                by=request.user,
                now=timezone.now(),
            )
        except StaleSave as stale:
            return _conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("applications:performance")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    words = {"form": form, "record": record}
    return render(request, "applications/performance_edit.html", words, status=status)


def _form(request: SignedInRequest, **more: Any) -> RecordForm:
    scale = framework_for(request.user).ratings
    return RecordForm(typed_into(request), today=timezone.localdate(), scale=scale, **more)


def _conflict(request: SignedInRequest, form: RecordForm, saved: PerformanceRecord) -> HttpResponse:
    words = {"record": saved, **form.conflict(saved)}
    return render(request, "applications/performance_edit.html", words, status=HTTPStatus.CONFLICT)


@require_POST
def performance_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(PerformanceRecord.objects.editable_by(request.user), pk=pk)
    actions.delete_record(record, by=request.user, now=timezone.now())
    undo = reverse("applications:performance_undo", args=[pk])
    toast_with_undo(request, "Deleted. It can be brought back for 30 days.", undo)
    return redirect("applications:performance")


@require_POST
def performance_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(PerformanceRecord.objects.deleted_by(request.user, timezone.now()), pk=pk)
    actions.undo_record_deletion(record.pk, by=request.user, now=timezone.now())
    return redirect("applications:performance")
