"""What an administrator with a reason may read of reviews, as their mentor wrote them."""

from apps.accounts.private_texts import Kind
from apps.reviews.models import Review


def _words(review: Review) -> list[tuple[str, str]]:
    return [
        ("Asked", review.question),
        ("Rationale", review.rationale),
        *((f"Rating of {rating.key}", rating.reason) for rating in review.ratings.all()),
        *((f"Comment on {comment.section}", comment.body) for comment in review.comments.all()),
    ]


def _candidate(review: Review) -> list[int]:
    return [review.version.story.owner_id]


REVIEWS = Kind(
    "review",
    "Review, as its mentor",
    lambda person: Review.objects.filter(mentorship__mentor=person).select_related("version__story"),
    _words,
    _candidate,
)
