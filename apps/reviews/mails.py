"""The mails of reviews: asked for, taken back, sent. They name people and places, never words of either."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from apps.accounts.models import User
from apps.mail import kinds
from apps.mail.kinds import Kind, Letter
from apps.mail.letters import short_letter
from apps.mail.models import Message
from apps.mail.outbox import enqueue
from apps.reviews.models import Review

ASKED = "review_asked"
WITHDRAWN = "request_withdrawn"
SENT = "review_sent"


def add_kinds() -> None:
    mentors, candidates = "you mentor somebody who asked for a review", "you asked for a review"
    kinds.add(
        Kind(ASKED, "A review is asked of you", mentors, _asked_letter, _is_asked),
        Kind(WITHDRAWN, "A request for review is taken back", mentors, _withdrawn_letter, _is_withdrawn),
        Kind(SENT, "A review is there", candidates, _sent_letter, _is_sent),
    )


def tell(kind: str, to: User | None, review: Review, *, now: datetime) -> None:
    """Put a mail out in the transaction of what it tells of."""
    if to is not None:
        key = f"event:{kind}:{review.pk}:{to.pk}:{now:%Y%m%dT%H%M%S%f}"
        enqueue(kind, to, ref={"review": review.pk}, dedupe_key=key, now=now)


def _review(message: Message) -> Review:
    return Review.objects.select_related("mentorship__mentor", "mentorship__candidacy__person").get(
        pk=message.ref["review"]
    )


def _is_asked(message: Message) -> bool:
    assert message.user is not None
    mine = Review.objects.reviewable_by(message.user)
    return mine.waiting().filter(pk=message.ref["review"]).exists()


def _is_withdrawn(message: Message) -> bool:
    return Review.objects.filter(pk=message.ref["review"], withdrawn_at__isnull=False).exists()


def _is_sent(message: Message) -> bool:
    assert message.user is not None
    return Review.objects.received_by(message.user).filter(pk=message.ref["review"]).exists()


def _asked_letter(message: Message) -> Letter:
    name = _review(message).mentorship.candidacy.person.name
    return short_letter(
        message,
        f"{name} asks you to review a story",
        f"{name} asked you to review a story. You can read it and answer here:",
        reverse("reviews:edit", args=[message.ref["review"]]),
    )


def _withdrawn_letter(message: Message) -> Letter:
    name = _review(message).mentorship.candidacy.person.name
    return short_letter(
        message,
        f"{name} took back a request for review",
        f"{name} does not need that review any more. What waits for you is here:",
        reverse("reviews:queue"),
    )


def _sent_letter(message: Message) -> Letter:
    mentor = _review(message).mentorship.mentor
    name = mentor.name if mentor else "Your mentor"
    return short_letter(
        message,
        f"{name} reviewed one of your stories",
        f"{name} sent you a review. You can read it here:",
        reverse("reviews:show", args=[message.ref["review"]]),
    )
