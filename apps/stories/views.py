"""Stories of one's own: list, editor with its autosave, history, and what can be undone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.accounts.requests import SignedInRequest
from apps.stories import actions
from apps.stories.forms import MetricForm, StoryForm
from apps.stories.frames import framework_for, framework_of
from apps.stories.models import Story, StoryState, StoryVersion, VersionReason
from apps.stories.strength import strength_of
from apps.web.keyset import newest_page
from apps.web.toasts import toast_with_undo


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    principle = request.GET.get("principle", "")[:60]
    stories = Story.objects.visible_to(request.user).for_list().in_state(state).showing(principle)
    page = newest_page(stories, by="edited_at", cursor=request.GET.get("after", ""))
    context = {
        "page": page,
        "state": state,
        "states": StoryState,
        "principle": principle,
        "framework": framework_for(request.user),
    }
    return render(request, "stories/index.html", context)


@require_POST
def new(request: SignedInRequest) -> HttpResponse:
    story = actions.create_story(by=request.user, now=timezone.now(), title="Untitled story")
    return redirect("stories:edit", story.pk)


@vary_on_headers("HX-Request")
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.editable_by(request.user).for_editor(), pk=pk)
    framework = framework_of(story)
    stored = story.content()
    if request.method != "POST":
        return _editor(request, story, StoryForm(story, stored, framework, by=request.user))
    form = StoryForm(story, stored, framework, by=request.user, posted=request.POST)
    is_valid = form.is_wholly_valid
    if not form.is_at_a_known_revision:
        return _editor(request, story, form, status=422)
    content = form.content()
    try:
        story = actions.save_story(
            story,
            content,
            started_from=form.cleaned_data["revision"],
            save_id=form.cleaned_data.get("save_id"),
            previous_save_id=form.cleaned_data.get("previous_save_id"),
            by=request.user,
            now=timezone.now(),
        )
    except actions.StaleSave:
        return _conflict(request, story, form)
    if request.htmx:
        return _saved(request, story, form, status=200 if is_valid else 422)
    if not is_valid:
        return _editor(request, story, form, status=422)
    return _after_save(request, story)


def _editor(request: SignedInRequest, story: Story, form: StoryForm, *, status: int = 200) -> HttpResponse:
    return render(request, "stories/edit.html", _editor_context(story, form), status=status)


def _saved(request: SignedInRequest, story: Story, form: StoryForm, *, status: int) -> HttpResponse:
    return render(request, "stories/edit.html#saved", _editor_context(story, form), status=status)


def _editor_context(story: Story, form: StoryForm) -> dict[str, object]:
    content = form.content() if form.is_bound and form.is_at_a_known_revision else form.stored
    return {
        "story": story,
        "form": form,
        "framework": form.framework,
        "content": content,
        "strength": strength_of(content, form.framework),
        "save_id": actions.new_save_id(),
    }


def _conflict(request: SignedInRequest, story: Story, form: StoryForm) -> HttpResponse:
    """Show both texts, in fields, so that either can be kept or the two be joined."""
    newest = Story.objects.for_editor().get(pk=story.pk)
    if request.htmx:
        context = {"story": newest, "form": form, "is_stale": True}
        return render(request, "stories/edit.html#saved", context, status=409)
    theirs = newest.content()
    context = {
        "story": newest,
        "form": form,
        "framework": form.framework,
        "stored": theirs,
        "mine": form.content(),
        "save_id": actions.new_save_id(),
    }
    return render(request, "stories/conflict.html", context, status=409)


def _after_save(request: SignedInRequest, story: Story) -> HttpResponse:
    """Go where the pressed button leads."""
    go = request.POST.get("go", "")
    if go == "review":
        return redirect("reviews:ask", story.pk)
    if go == "version":
        version = actions.save_version(
            story, framework_of(story), reason=VersionReason.SAVED, by=request.user, now=timezone.now()
        )
        messages.success(request, f"Version {version.number} is saved. Your mentors read versions only.")
    else:
        messages.success(request, "Saved.")
    return redirect("stories:edit", story.pk)


@require_safe
def metric_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """An empty row for the metrics table; without htmx the editor, which ends with one."""
    story = get_object_or_404(Story.objects.editable_by(request.user), pk=pk)
    if not request.htmx:
        return redirect(f"{reverse('stories:edit', args=[story.pk])}#metrics")
    metric = MetricForm(actions.new_save_id(), None, None)
    return render(request, "stories/edit.html#metric", {"metric": metric, "story": story})


@require_safe
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.visible_to(request.user).for_editor(), pk=pk)
    context = {"story": story, "content": story.content(), "framework": framework_of(story)}
    return render(request, "stories/show.html", context)


@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.visible_to(request.user), pk=pk)
    versions = story.versions.order_by("-number")
    saves = newest_page(
        story.revisions.select_related("saved_by"), by="saved_at", cursor=request.GET.get("after", "")
    )
    return render(request, "stories/history.html", {"story": story, "versions": versions, "page": saves})


@require_safe
def version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    found = get_object_or_404(
        StoryVersion.objects.of_owner(request.user).select_related("story"), story=pk, number=number
    )
    context = {
        "version": found,
        "story": found.story,
        "content": found.as_content(),
        "framework": framework_for(request.user),
    }
    return render(request, "stories/version.html", context)


@require_POST
def restore(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    found = get_object_or_404(
        StoryVersion.objects.of_owner(request.user).select_related("story"), story=pk, number=number
    )
    restored = actions.restore_content(
        found.story, found.as_content(), framework_for(request.user), by=request.user, now=timezone.now()
    )
    messages.success(
        request,
        f"Version {number} is your text again, as version {restored.number}. What it replaced is kept.",
    )
    return redirect("stories:edit", pk)


@require_POST
def archive(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.editable_by(request.user), pk=pk)
    actions.archive_story(story, is_archived=True, by=request.user, now=timezone.now())
    toast_with_undo(
        request, "Archived. It no longer counts as evidence.", reverse("stories:unarchive", args=[pk])
    )
    return redirect("stories:index")


@require_POST
def unarchive(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.editable_by(request.user), pk=pk)
    actions.archive_story(story, is_archived=False, by=request.user, now=timezone.now())
    return redirect("stories:edit", pk)


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.editable_by(request.user), pk=pk)
    actions.delete_story(story, by=request.user, now=timezone.now())
    toast_with_undo(request, "Deleted. You can undo this for 30 days.", reverse("stories:undo", args=[pk]))
    return redirect("stories:index")


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.deleted_by(request.user, timezone.now()), pk=pk)
    actions.undo_story_deletion(story.pk, by=request.user, now=timezone.now())
    return redirect("stories:edit", pk)
