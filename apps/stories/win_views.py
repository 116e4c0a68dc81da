"""The log of wins: one line each, dated, with a way into a story."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.stories import actions
from apps.stories.forms import WinForm
from apps.stories.frames import framework_for
from apps.stories.models import Win
from apps.web.keyset import newest_page
from apps.web.toasts import toast_with_undo
from apps.web.typed import typed_into


@require_safe
def wins(request: SignedInRequest) -> HttpResponse:
    framework = framework_for(request.user)
    principle = request.GET.get("principle", "")
    rows = Win.objects.visible_to(request.user).showing(principle[:60]).select_related("story")
    page = newest_page(rows, by="happened_on", cursor=request.GET.get("after", ""))
    months = [
        (month, list(found))
        for month, found in groupby(page.rows, key=lambda win: win.happened_on.replace(day=1))
    ]
    form = WinForm(framework=framework, today=timezone.localdate())
    context = {"form": form, "months": months, "page": page, "principle": principle, "framework": framework}
    return render(request, "stories/wins.html", context)


def win_new(request: SignedInRequest) -> HttpResponse:
    framework = framework_for(request.user)
    today = timezone.localdate()
    form = WinForm(typed_into(request), instance=Win(owner=request.user), framework=framework, today=today)
    if request.method == "POST" and form.is_valid():
        win = actions.log_win(**form.cleaned_data, by=request.user, now=timezone.now())
        toast_with_undo(request, "Logged.", reverse("stories:win_delete", args=[win.pk]))
        if "story" in request.POST:
            return win_story(request, win.pk)
        return redirect("dashboards:home" if request.POST.get("from") == "today" else "stories:wins")
    return render(request, "stories/win_new.html", {"form": form}, status=422 if form.errors else 200)


def win_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    win = get_object_or_404(Win.objects.editable_by(request.user).select_related("story"), pk=pk)
    framework = framework_for(request.user)
    form = WinForm(typed_into(request), instance=win, framework=framework, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("stories:wins")
    context = {"form": form, "win": win}
    return render(request, "stories/win_edit.html", context, status=422 if form.errors else 200)


@require_POST
def win_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    win = get_object_or_404(Win.objects.editable_by(request.user), pk=pk)
    actions.delete_win(win, now=timezone.now())
    toast_with_undo(request, "Win deleted.", reverse("stories:win_undo", args=[pk]))
    return redirect("stories:wins")


@require_POST
def win_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    win = get_object_or_404(Win.objects.deleted_by(request.user, timezone.now()), pk=pk)
    actions.undo_win_deletion(win.pk, by=request.user, now=timezone.now())
    return redirect("stories:wins")


@require_POST
def win_story(request: SignedInRequest, pk: int) -> HttpResponse:
    win = get_object_or_404(Win.objects.editable_by(request.user), pk=pk)
    story_id = win.story_id or actions.create_story(by=request.user, now=timezone.now(), win=win).pk
    return redirect("stories:edit", story_id)
