from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.places import place_of
from apps.frameworks.models import FrameworkVersion
from apps.projects import actions
from apps.projects.forms import ProjectForm
from apps.projects.models import Project
from apps.web.keyset import newest_page
from apps.web.typed import typed_into
from apps.web.versioned import StaleSave


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    rows = Project.objects.visible_to(request.user).with_story_counts()
    page = newest_page(rows, by="created_at", cursor=request.GET.get("after", ""))
    return render(request, "projects/index.html", {"page": page})


def new(request: SignedInRequest) -> HttpResponse:
    form = ProjectForm(typed_into(request), **_ladder_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            project = actions.create_project(form.values(), save_id=form.save_id_of_page(), by=request.user)
        except StaleSave as stale:
            return _conflict(request, form, stale.saved)
        messages.success(request, f"{project.name} is in your projects.")
        return redirect("projects:index")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "projects/new.html", {"form": form}, status=status)


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.editable_by(request.user), pk=pk)
    form = ProjectForm(typed_into(request), instance=project, **_ladder_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_project(project, form.values(), started_from=form.started_from(), by=request.user)
        except StaleSave as stale:
            return _conflict(request, form, stale.saved)
        messages.success(request, "Saved.")
        return redirect("projects:index")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "projects/edit.html", {"form": form, "project": project}, status=status)


def _conflict(request: SignedInRequest, form: ProjectForm, saved: Project) -> HttpResponse:
    words = {"project": saved, **form.conflict(saved)}
    return render(request, "projects/edit.html", words, status=HTTPStatus.CONFLICT)


def _ladder_of(request: SignedInRequest) -> dict[str, Any]:
    """Return the framework and level whose keys a project can name; without a candidacy the newest."""
    candidacy = place_of(request.user).candidacy
    if candidacy:
        return {"framework": candidacy.framework, "target_level": candidacy.target_level}
    try:
        framework = FrameworkVersion.objects.current().content
    except FrameworkVersion.DoesNotExist:
        return {"framework": None, "target_level": ""}
    return {"framework": framework, "target_level": framework.levels[-1].key}
