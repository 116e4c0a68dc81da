from __future__ import annotations

from http import HTTPStatus
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.actions import learn_time_zone
from apps.accounts.requests import SignedInRequest
from apps.reminders import actions
from apps.reminders.forms import TimingForm
from apps.reminders.models import Occurrence
from apps.reminders.wording import line_of
from apps.reminders.zones import zone_named
from apps.web.keyset import newest_page


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    mine = Occurrence.objects.visible_to(request.user)
    page = newest_page(mine.as_list(), by="due_at", cursor=request.GET.get("after", ""))
    words = {
        "page": page,
        "lines": [line for line in map(line_of, page.rows) if line],
        "asleep": mine.open().asleep(timezone.now()).count(),
        "zone": zone_named(request.user.time_zone),
    }
    return render(request, "reminders/index.html", words)


@require_POST
def follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lead to the form that completes it, read from now on."""
    occurrence = get_object_or_404(Occurrence.objects.editable_by(request.user).with_plan(), pk=pk)
    actions.follow(occurrence, now=timezone.now())
    line = line_of(occurrence)
    return redirect((line and line.url) or "reminders:index")


@require_POST
def read(request: SignedInRequest, pk: int) -> HttpResponse:
    occurrence = get_object_or_404(Occurrence.objects.editable_by(request.user), pk=pk)
    if occurrence.read_at:
        actions.mark_unread(occurrence)
    else:
        actions.mark_read(occurrence, now=timezone.now())
    return redirect("reminders:index")


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    actions.mark_all_read(request.user, now=timezone.now())
    return redirect("reminders:index")


@require_POST
def dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    occurrence = get_object_or_404(Occurrence.objects.editable_by(request.user), pk=pk)
    actions.dismiss(occurrence)
    messages.success(request, "Dismissed.")
    return redirect("reminders:index")


@require_POST
def snooze(request: SignedInRequest, pk: int) -> HttpResponse:
    occurrence = get_object_or_404(Occurrence.objects.editable_by(request.user), pk=pk)
    try:
        days = int(request.POST.get("days", ""))
        until = actions.snooze(occurrence, days=days, now=timezone.now())
    except (ValueError, actions.NotASnooze):
        messages.error(request, "Choose a day or a week.")
        return redirect("reminders:index")
    local = until.astimezone(zone_named(request.user.time_zone))
    messages.success(request, f"It comes back on {local:%A} {local.day} {local:%B}.")
    return redirect("reminders:index")


def settings(request: SignedInRequest) -> HttpResponse:
    form = TimingForm(request.POST or None, user=request.user, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. What is to come follows within a minute.")
        return redirect("reminders:settings")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "reminders/settings.html", {"form": form}, status=status)


@require_POST
def zone(request: SignedInRequest) -> HttpResponse:
    """Take the browser's zone at the first visit; what the person chose stays."""
    name = request.POST.get("zone", "")
    if name not in available_timezones():
        return HttpResponse("No such time zone.", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    learn_time_zone(request.user, name)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
