"""Gaps: what is suggested, what was taken on, and the steps that close it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.models import Candidacy
from apps.candidates.places import place_of
from apps.readiness import gap_actions as actions
from apps.readiness.evidence import NoSuchEvidence, Target, target_named
from apps.readiness.gap_forms import ActionForm, FinishForm, GapForm, WordForm
from apps.readiness.gaps import gaps_page_of, proposed_day, suggestion_named
from apps.readiness.models import Action, Gap, GapStatus
from apps.readiness.suggestions import Suggestion
from apps.web.typed import typed_into
from apps.web.versioned import StaleSave


def _candidacy(request: SignedInRequest) -> Candidacy:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        raise Http404
    return candidacy


def _suggestion(candidacy: Candidacy, source: str) -> Suggestion:
    found = suggestion_named(candidacy, source, today=timezone.localdate())
    if found is None:
        raise Http404
    return found


@require_safe
def gaps(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    return _page(request, candidacy)


def _page(
    request: SignedInRequest, candidacy: Candidacy, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    today = timezone.localdate()
    words = {"candidacy": candidacy, "page": gaps_page_of(candidacy, today=today), "today": today, **more}
    return render(request, "readiness/gaps.html", words, status=status)


@require_POST
def gap_accept(request: SignedInRequest) -> HttpResponse:
    candidacy = _candidacy(request)
    suggestion = _suggestion(candidacy, request.POST.get("source", ""))
    try:
        gap = actions.accept_suggestion(candidacy, suggestion, now=timezone.now())
    except actions.NotInThisState:
        return _settled_already(request, candidacy)
    if "edit" in request.POST:
        return redirect("readiness:gap_edit", gap.pk)
    messages.success(request, f"“{gap.title}” is one of your gaps. Give it a step with a date.")
    return redirect("readiness:gaps")


@require_POST
def gap_dismiss(request: SignedInRequest) -> HttpResponse:
    candidacy = _candidacy(request)
    suggestion = _suggestion(candidacy, request.POST.get("source", ""))
    form = WordForm(request.POST)
    if not form.is_valid():
        more = {"refused": suggestion.source, "word_form": form}
        return _page(request, candidacy, HTTPStatus.UNPROCESSABLE_ENTITY, **more)
    word = form.cleaned_data["word"]
    try:
        actions.dismiss_suggestion(candidacy, suggestion, word=word, now=timezone.now())
    except actions.NotInThisState:
        return _settled_already(request, candidacy)
    messages.success(request, "Dismissed. It comes up again if more speaks for it than now.")
    return redirect("readiness:gaps")


def gap_new(request: SignedInRequest) -> HttpResponse:
    candidacy = _candidacy(request)
    form = GapForm(typed_into(request), instance=Gap())
    if request.method == "POST" and form.is_valid():
        save_id = form.save_id_of_page()
        try:
            actions.create_gap(candidacy, form.values(), save_id=save_id, now=timezone.now())
        except StaleSave as stale:
            return _gap_conflict(request, form, stale.saved)
        messages.success(request, "The gap is written down. Give it a step with a date.")
        return redirect("readiness:gaps")
    return render(request, "readiness/gap_new.html", {"form": form}, status=_status(form))


def gap_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    gap = get_object_or_404(Gap.objects.editable_by(request.user), pk=pk)
    form = GapForm(typed_into(request), instance=gap)
    if request.method == "POST" and form.is_valid():
        began = form.started_from()
        try:
            actions.change_gap(gap, form.values(), started_from=began, now=timezone.now())
        except StaleSave as stale:
            return _gap_conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("readiness:gaps")
    return render(request, "readiness/gap_edit.html", {"form": form, "gap": gap}, status=_status(form))


@require_POST
def gap_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a gap, or dismiss it, with a word."""
    gap = get_object_or_404(Gap.objects.editable_by(request.user).select_related("candidacy"), pk=pk)
    form = WordForm(request.POST)
    if not form.is_valid():
        more = {"refused": gap.pk, "word_form": form}
        return _page(request, gap.candidacy, HTTPStatus.UNPROCESSABLE_ENTITY, **more)
    status = GapStatus.DISMISSED if request.POST.get("as") == GapStatus.DISMISSED else GapStatus.CLOSED
    suggestion = (
        suggestion_named(gap.candidacy, gap.source, today=timezone.localdate()) if gap.source else None
    )
    weight = suggestion.weight if suggestion else 0
    word = form.cleaned_data["word"]
    try:
        actions.settle_gap(gap, status, word=word, weight=weight, now=timezone.now())
    except actions.NotInThisState:
        return _settled_already(request, gap.candidacy)
    messages.success(request, f"“{gap.title}” is {status.label.lower()}.")
    return redirect("readiness:gaps")


@require_POST
def gap_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    gap = get_object_or_404(Gap.objects.editable_by(request.user).select_related("candidacy"), pk=pk)
    try:
        actions.reopen_gap(gap, now=timezone.now())
    except actions.NotInThisState:
        return _settled_already(request, gap.candidacy)
    return redirect("readiness:gaps")


def action_new(request: SignedInRequest, pk: int) -> HttpResponse:
    gap = get_object_or_404(Gap.objects.editable_by(request.user).select_related("candidacy"), pk=pk)
    today = timezone.localdate()
    form = ActionForm(typed_into(request), instance=Action(gap=gap), today=today)
    form.initial["due_on"] = proposed_day(gap.candidacy, today)
    if not gap.is_open:
        return _settled_meanwhile(request, "readiness/action_new.html", {"form": form, "gap": gap})
    if request.method == "POST" and form.is_valid():
        save_id = form.save_id_of_page()
        try:
            actions.add_action(gap, form.values(), save_id=save_id, now=timezone.now())
        except StaleSave as stale:
            return _action_conflict(request, form, stale.saved)
        messages.success(request, "The step is planned.")
        return redirect("readiness:gaps")
    return render(request, "readiness/action_new.html", {"form": form, "gap": gap}, status=_status(form))


def action_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Action.objects.editable_by(request.user).select_related("gap__candidacy")
    action = get_object_or_404(rows, pk=pk)
    form = ActionForm(typed_into(request), instance=action, today=timezone.localdate())
    if not action.is_open:
        return _settled_meanwhile(request, "readiness/action_edit.html", {"form": form, "action": action})
    if request.method == "POST" and form.is_valid():
        began = form.started_from()
        try:
            actions.change_action(action, form.values(), started_from=began, now=timezone.now())
        except StaleSave as stale:
            return _action_conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("readiness:gaps")
    return render(
        request, "readiness/action_edit.html", {"form": form, "action": action}, status=_status(form)
    )


def action_finish(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Action.objects.editable_by(request.user).select_related("gap__candidacy")
    action = get_object_or_404(rows, pk=pk)
    evidence = _evidence_of(request)
    form = FinishForm(typed_into(request), by=request.user)
    if not action.is_open:
        return _settled_meanwhile(request, "readiness/action_finish.html", {"form": form, "action": action})
    if request.method == "POST" and form.is_valid():
        word = form.cleaned_data["word"]
        try:
            actions.finish_action(action, evidence, word=word, now=timezone.now())
        except actions.NotInThisState:
            return _settled_already(request, action.gap.candidacy)
        messages.success(request, f"“{action.title}” is done.")
        return redirect("readiness:gaps")
    return render(
        request, "readiness/action_finish.html", {"form": form, "action": action}, status=_status(form)
    )


def _evidence_of(request: SignedInRequest) -> dict[str, Target] | None:
    """Return what was named; somebody else's thing is 404, as if it did not exist."""
    named = request.POST.get("evidence", "")
    if not named:
        return None
    try:
        return target_named(named, by=request.user)
    except NoSuchEvidence as none:
        raise Http404 from none


@require_POST
def action_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Action.objects.editable_by(request.user).select_related("gap__candidacy")
    action = get_object_or_404(rows, pk=pk)
    form = WordForm(request.POST)
    if not form.is_valid():
        edit = ActionForm(instance=action, today=timezone.localdate())
        return _refused_to_drop(request, {"form": edit, "action": action, "word_form": form})
    try:
        actions.drop_action(action, word=form.cleaned_data["word"], now=timezone.now())
    except actions.NotInThisState:
        return _settled_already(request, action.gap.candidacy)
    messages.success(request, "Dropped.")
    return redirect("readiness:gaps")


@require_POST
def action_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Action.objects.editable_by(request.user).select_related("gap__candidacy")
    action = get_object_or_404(rows, pk=pk)
    try:
        actions.reopen_action(action, now=timezone.now())
    except actions.NotInThisState:
        return _settled_already(request, action.gap.candidacy)
    return redirect("readiness:gaps")


def _settled_meanwhile(request: SignedInRequest, template: str, words: dict[str, Any]) -> HttpResponse:
    """Show what was typed beside the news that it cannot be saved; without anything typed lead back."""
    if request.method != "POST":
        return redirect("readiness:gaps")
    return render(request, template, words | {"is_settled": True}, status=HTTPStatus.CONFLICT)


def _refused_to_drop(request: SignedInRequest, words: dict[str, Any]) -> HttpResponse:
    return render(request, "readiness/action_edit.html", words, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _settled_already(request: SignedInRequest, candidacy: Candidacy) -> HttpResponse:
    messages.error(request, "It was changed elsewhere meanwhile. This is how things stand now.")
    return _page(request, candidacy, HTTPStatus.CONFLICT)


def _status(form: Any) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _gap_conflict(request: SignedInRequest, form: GapForm, saved: Gap) -> HttpResponse:
    words = {"gap": saved, **form.conflict(saved)}
    return render(request, "readiness/gap_edit.html", words, status=HTTPStatus.CONFLICT)


def _action_conflict(request: SignedInRequest, form: ActionForm, saved: Action) -> HttpResponse:
    words = {"action": saved, **form.conflict(saved)}
    return render(request, "readiness/action_edit.html", words, status=HTTPStatus.CONFLICT)
