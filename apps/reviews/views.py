"""The mentor's side: the queue, the review screen, comments while they are drafted, Send."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import retarget

from apps.accounts.requests import SignedInRequest
from apps.reviews import actions
from apps.reviews.forms import CommentForm, ReviewForm
from apps.reviews.models import Comment, Review
from apps.reviews.reading import read_version
from apps.reviews.screen import Outline, differences, outline_of, phase_of, version_number
from apps.reviews.subjects import given_ratings
from apps.stories.content import SECTIONS
from apps.web.keyset import newest_page, oldest_page
from apps.web.toasts import toast_with_undo

RECENTLY_SENT = 10


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    mine = Review.objects.reviewable_by(request.user).with_candidate()
    words = {
        "waiting": oldest_page(
            mine.waiting().with_last_reviewed(), by="asked_at", cursor=request.GET.get("after", "")
        ),
        "sent": newest_page(
            mine.sent(), by="sent_at", cursor=request.GET.get("sent", ""), size=RECENTLY_SENT
        ),
        "today": timezone.localdate(),
    }
    return render(request, "reviews/queue.html", words)


@vary_on_headers("HX-Request")
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, pk)
    other = version_number(request.GET.get("version", ""))
    reviews = Review.objects.reviewable_by(request.user).for_screen().with_other_version(other)
    review = get_object_or_404(reviews, pk=pk)
    if actions.open_review(review, by=request.user, now=timezone.now()):
        # Nothing can have been drafted before.
        return _screen(request, review, ReviewForm(review=review), comments=())
    return _screen(request, review, ReviewForm(review=review, ratings=review.ratings.all()))


def _save(request: SignedInRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(Review.objects.reviewable_by(request.user).for_screen(), pk=pk)
    form = ReviewForm(request.POST, review=review)
    if refusal := _keep(request, review, form, adding=()):
        return refusal
    if request.htmx:
        return _state(request, review, form)
    messages.success(request, "Saved. Nobody but you sees it before you send it.")
    if request.POST.get("then") == "next":
        return _to_next(request, review)
    return redirect("reviews:edit", review.pk)


@require_POST
@vary_on_headers("HX-Request")
def comment_new(request: SignedInRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(Review.objects.reviewable_by(request.user).for_screen(), pk=pk)
    section = request.POST.get("section", "")
    form = ReviewForm(request.POST, review=review)
    if form.is_valid() and not form.comments_to_add([section]):
        box = f"comment-{section}" if section in SECTIONS else None
        form.add_error(box, "Write the comment first.")
    if refusal := _keep(request, review, form, adding=[section]):
        return refusal
    if not request.htmx:
        return redirect(f"{reverse('reviews:edit', args=[review.pk])}#section-{section}")
    reading = read_version(
        review.version.as_content(), review.mentorship.candidacy.framework, review.comments.alive()
    )
    words = _draft_words(review, form.without_added(review)) | {
        "reading": reading,
        "section": reading.section(section),
        "oob": True,
    }
    return render(request, "reviews/edit.html#comment_added", words)


@require_POST
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(Review.objects.reviewable_by(request.user).for_screen(), pk=pk)
    form = ReviewForm(request.POST, review=review)
    if refusal := _keep(request, review, form, adding=SECTIONS):
        return refusal
    try:
        actions.send_review(review, by=request.user, now=timezone.now())
    except actions.ReviewNotReady as lacking:
        form = form.without_added(review)
        form.add_missing(lacking.missing)
        return _screen(request, review, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except actions.ReviewNotOpen:
        return _not_open(request, review)
    messages.success(request, f"Sent to {review.mentorship.candidacy.person.name}.")
    return _to_next(request, review)


def _keep(
    request: SignedInRequest, review: Review, form: ReviewForm, *, adding: Sequence[str]
) -> HttpResponse | None:
    """Save the draft and add the comments typed for these sections; None, or the answer that says why not."""
    if review.sent_at:
        return _not_open(request, review)
    if not form.is_valid():
        return _refuse(request, review, form)
    try:
        actions.save_draft(
            review,
            verdict=form.cleaned_data["verdict"],
            rationale=form.cleaned_data["rationale"],
            ratings=form.draft_ratings(),
            comments=form.comments_to_add(adding),
            unfinished=form.unfinished(),
            started_from=form.started_from,
            save_id=form.cleaned_data["save_id"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.TooManyComments:
        form.add_error(None, f"A review holds {actions.MOST_COMMENTS} comments. Delete one to add another.")
        return _refuse(request, review, form)
    except actions.StaleReview:
        return _conflict(request, review, form)
    except actions.ReviewNotOpen:
        return _not_open(request, review)
    return None


def _state(request: SignedInRequest, review: Review, form: ReviewForm, **more: Any) -> HttpResponse:
    status = more.pop("status", HTTPStatus.OK)
    words = _draft_words(review, form) | more
    response = render(request, "reviews/edit.html#state", words, status=status)
    # Also where the button that was pressed aims at something else.
    return retarget(response, "#draft-state")


def _refuse(request: SignedInRequest, review: Review, form: ReviewForm) -> HttpResponse:
    answer = _state if request.htmx else _screen
    return answer(request, review, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, revision=_from(request))


def _conflict(request: SignedInRequest, review: Review, form: ReviewForm) -> HttpResponse:
    """Show both drafts; the form keeps the revision it began with, so that nothing is replaced unasked."""
    saved = ReviewForm(review=review, ratings=review.ratings.all())
    answer = _state if request.htmx else _screen
    return answer(
        request,
        review,
        form,
        status=HTTPStatus.CONFLICT,
        revision=_from(request),
        conflict=differences(form, saved),
    )


def _not_open(request: SignedInRequest, review: Review) -> HttpResponse:
    """Answer a write to a review that was sent meanwhile, or withdrawn: then it is gone for the mentor."""
    review = get_object_or_404(Review.objects.reviewable_by(request.user).for_screen(), pk=review.pk)
    if request.htmx:
        words = {"review": review}
        response = render(request, "reviews/_closed.html", words, status=HTTPStatus.CONFLICT)
        return retarget(response, "#draft-state")
    messages.error(request, "This review was sent before. It stays as it was sent.")
    return _screen(request, review, ReviewForm(review=review), status=HTTPStatus.CONFLICT)


def _from(request: SignedInRequest) -> str:
    return request.POST.get("revision", "")[:10]


def _draft_words(review: Review, form: ReviewForm) -> dict[str, Any]:
    return {"review": review, "form": form, "revision": review.revision, "save_id": uuid.uuid4()}


def _screen(
    request: SignedInRequest,
    review: Review,
    form: ReviewForm,
    *,
    status: int = HTTPStatus.OK,
    comments: Sequence[Comment] | None = None,
    **more: Any,
) -> HttpResponse:
    candidacy = review.mentorship.candidacy
    if comments is None:
        comments = list(review.comments.alive())
    other: dict[str, Any] | None = getattr(review, "other_content", None)
    content = review.version.as_content()
    words = _draft_words(review, form) | {
        "candidacy": candidacy,
        "phase": phase_of(candidacy, today=timezone.localdate()),
        "reading": read_version(content, candidacy.framework, comments),
        "other": other and read_version(type(content).model_validate(other), candidacy.framework),
        "other_number": version_number(request.GET.get("version", "")),
        "outline": outline_of(review, request.user),
        "given": given_ratings(review, review.ratings.all()) if review.sent_at else (),
    }
    return render(request, "reviews/edit.html", words | more, status=status)


def _to_next(request: SignedInRequest, review: Review) -> HttpResponse:
    outline: Outline = outline_of(review, request.user)
    following = outline.following
    return redirect("reviews:edit", following.pk) if following else redirect("reviews:queue")


@require_POST
@vary_on_headers("HX-Request")
@transaction.atomic
def comment_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(_own_comments(request).alive(), pk=pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _talk(request, comment, editing=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        actions.change_comment(comment, body=form.cleaned_data["body"])
    except actions.ReviewNotOpen:
        return _talk(request, comment, status=HTTPStatus.CONFLICT)
    return _talk(request, comment)


@require_POST
@vary_on_headers("HX-Request")
@transaction.atomic
def comment_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(_own_comments(request).alive(), pk=pk)
    try:
        actions.delete_comment(comment, now=timezone.now())
    except actions.ReviewNotOpen:
        return _talk(request, comment, status=HTTPStatus.CONFLICT)
    toast_with_undo(request, "Comment deleted.", reverse("reviews:comment_restore", args=[comment.pk]))
    return _talk(request, comment)


@require_POST
@transaction.atomic
def comment_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(_own_comments(request), pk=pk)
    try:
        actions.restore_comment(comment)
    except actions.ReviewNotOpen:
        return _talk(request, comment, status=HTTPStatus.CONFLICT)
    return redirect(f"{reverse('reviews:edit', args=[comment.review_id])}#comment-{comment.pk}")


def _own_comments(request: SignedInRequest) -> Any:
    return Comment.objects.written_by(request.user).locked_with_review()


def _talk(
    request: SignedInRequest,
    comment: Comment,
    *,
    editing: CommentForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the list of comments, or the page it stands on."""
    review = comment.review
    if status == HTTPStatus.CONFLICT:
        messages.error(request, "This review was sent before. It stays as it was sent.")
    if not request.htmx:
        if status == HTTPStatus.OK:
            return redirect("reviews:edit", review.pk)
        form = ReviewForm(review=review, ratings=review.ratings.all())
        return _screen(request, review, form, status=status, editing=editing, edited=comment)
    framework = review.mentorship.candidacy.framework
    reading = read_version(review.version.as_content(), framework, review.comments.alive())
    words = {"review": review, "reading": reading, "editing": editing, "edited": comment}
    return render(request, "reviews/edit.html#talk_changed", words, status=status)
