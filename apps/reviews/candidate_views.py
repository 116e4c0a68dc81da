"""The candidate's side: asking, taking back, and reading what was sent."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.accounts.requests import SignedInRequest
from apps.candidates.models import Candidacy
from apps.candidates.places import place_of
from apps.reviews import actions
from apps.reviews.forms import AskForm
from apps.reviews.models import Comment, Review
from apps.reviews.reading import read_version
from apps.reviews.subjects import given_ratings
from apps.stories.actions import minimum_words
from apps.stories.models import Story
from apps.web.keyset import newest_page
from apps.web.typed import typed_into


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    user = request.user
    words = {
        "waiting": newest_page(
            Review.objects.asked_by(user).waiting().with_mentor(),
            by="asked_at",
            cursor=request.GET.get("waiting", ""),
        ),
        "received": newest_page(
            Review.objects.received_by(user).with_mentor(), by="sent_at", cursor=request.GET.get("after", "")
        ),
        "today": timezone.localdate(),
    }
    return render(request, "reviews/index.html", words)


@require_safe
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(Review.objects.received_by(request.user).for_screen(), pk=pk)
    review.mark_seen(timezone.now())
    framework = review.mentorship.candidacy.framework
    words = {
        "review": review,
        "reading": read_version(review.version.as_content(), framework, review.comments.alive()),
        "given": given_ratings(review, review.ratings.all()),
        "can_resolve": True,
    }
    return render(request, "reviews/show.html", words)


def ask(request: SignedInRequest, story_id: int) -> HttpResponse:
    story = get_object_or_404(Story.objects.editable_by(request.user).for_editor(), pk=story_id)
    candidacy = place_of(request.user).candidacy
    mentorships = list(candidacy.mentorships.active().select_related("mentor")) if candidacy else []
    form = AskForm(typed_into(request), mentorships=mentorships)
    if request.method == "POST" and candidacy and form.is_valid():
        return _ask(request, story, candidacy, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _ask_page(request, story, form, status=status)


def _ask(request: SignedInRequest, story: Story, candidacy: Candidacy, form: AskForm) -> HttpResponse:
    asked, question = form.chosen(), form.cleaned_data["question"]
    try:
        actions.ask_for_review(
            story, asked, candidacy.framework, question=question, by=request.user, now=timezone.now()
        )
    except actions.AlreadyReviewed:
        text = f"{asked.mentor_name} has reviewed this version. Change the story first, then ask again."
        form.add_error("mentorship", text)
        return _ask_page(request, story, form, status=HTTPStatus.CONFLICT)
    except actions.MentorCannotReview:
        form.add_error("mentorship", f"{asked.mentor_name} no longer reads what you share.")
        return _ask_page(request, story, form, status=HTTPStatus.CONFLICT)
    messages.success(request, f"Asked. {asked.mentor_name} finds the story in the review queue.")
    return redirect("reviews:index")


def _ask_page(request: SignedInRequest, story: Story, form: AskForm, *, status: int) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    content = story.content()
    current = story.current_version
    is_numbered = current is not None and current.as_content() == content
    number = (current.number if current else 0) + (0 if is_numbered else 1)
    words = {
        "story": story,
        "form": form,
        "mentorships": list(form.mentorships.values()),
        "managers": [one for one in form.mentorships.values() if not one.shows_plan],
        "number": number,
        "is_numbered": is_numbered,
        "missing": content.missing(minimum_words(candidacy.framework)) if candidacy else (),
        "is_measured": content.is_measured,
    }
    return render(request, "reviews/ask.html", words, status=status)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(Review.objects.asked_by(request.user).for_screen(), pk=pk)
    try:
        actions.withdraw_request(review, by=request.user, now=timezone.now())
    except actions.ReviewNotOpen:
        messages.error(request, "That request was answered or taken back meanwhile, so it stays as it is.")
        return redirect("reviews:index")
    text = f"Taken back. {review.mentorship.mentor_name} does not see the request any more."
    messages.success(request, text)
    return redirect("reviews:index")


@require_POST
@vary_on_headers("HX-Request")
def comment_resolve(request: SignedInRequest, pk: int) -> HttpResponse:
    return _resolve(request, pk, is_resolved=True)


@require_POST
@vary_on_headers("HX-Request")
def comment_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    return _resolve(request, pk, is_resolved=False)


def _resolve(request: SignedInRequest, pk: int, *, is_resolved: bool) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.received_by(request.user).with_review(), pk=pk)
    actions.resolve_comment(comment, is_resolved=is_resolved, now=timezone.now())
    if request.htmx:
        words = {"comment": comment, "review": comment.review, "can_resolve": True}
        return render(request, "reviews/_comment.html", words)
    return redirect(f"{reverse('reviews:show', args=[comment.review_id])}#comment-{comment.pk}")
