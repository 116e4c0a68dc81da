"""Writes to reviews. Nothing a mentor drafts reaches the candidate before `send_review`."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from apps.accounts.models import AccessRecord, User
from apps.candidates.models import Mentorship
from apps.frameworks.schema import Framework
from apps.reviews import mails
from apps.reviews.models import Comment, Rating, Review, Verdict
from apps.reviews.subjects import ratable_subjects
from apps.stories.actions import raise_evidence_rev, save_version
from apps.stories.models import ReviewState, Story, StoryGrant, VersionReason


class MentorCannotReview(Exception):
    """The mentorship is not active, or it is the candidate's own."""


class AlreadyReviewed(Exception):
    """The mentor has sent a review of this very version; there is nothing new to read."""


class StaleReview(Exception):
    """The draft was saved elsewhere since the screen was opened; nothing was written."""


class ReviewNotOpen(Exception):
    """The review was sent or withdrawn meanwhile."""


class SubjectNotRatable(Exception):
    """The story is not tagged with the subject, or the mentor was not granted to rate indicators."""


class TooManyComments(Exception):
    """A review holds at most `MOST_COMMENTS`."""


class ReviewNotReady(Exception):
    """What Send still lacks stands in `missing`, keyed by the field it belongs to."""

    def __init__(self, missing: dict[str, str]) -> None:
        super().__init__("; ".join(missing.values()))
        self.missing = missing


MOST_COMMENTS = 100


@dataclass(frozen=True)
class DraftRating:
    kind: str
    key: str
    value: int
    reason: str = ""


@dataclass(frozen=True)
class DraftComment:
    section: str
    body: str


@transaction.atomic
def ask_for_review(
    story: Story, mentorship: Mentorship, framework: Framework, *, question: str, by: User, now: datetime
) -> Review:
    """Number the working text, share it with the mentor from that version on, and ask.

    A request for an earlier version that still waits is withdrawn. Asking twice for the same version
    is one request; raises AlreadyReviewed where that was answered.
    """
    if (
        not Mentorship.objects.active().editable_by(by).filter(pk=mentorship.pk).exists()
        or mentorship.mentor_id == story.owner_id
    ):
        raise MentorCannotReview
    version = save_version(story, framework, reason=VersionReason.REVIEW, by=by, now=now)
    StoryGrant.objects.get_or_create(
        story=story,
        mentorship=mentorship,
        revoked_at=None,
        defaults={"from_number": version.number, "granted_at": now},
    )
    Review.objects.waiting().filter(version__story=story, mentorship=mentorship).exclude(
        version=version
    ).update(withdrawn_at=now)
    review, is_new = Review.objects.get_or_create(
        version=version,
        mentorship=mentorship,
        defaults={
            "asked_at": now,
            "question": question,
            "target_level": mentorship.candidacy.target_level,
        },
    )
    if review.sent_at is not None:
        raise AlreadyReviewed
    if review.withdrawn_at is not None:
        Review.objects.filter(pk=review.pk).update(withdrawn_at=None, asked_at=now, question=question)
        review.refresh_from_db()
        is_new = True
    if is_new:
        _set_review_state(story.pk, _state_of_version(version.pk))
        AccessRecord.write("asked for review", review, by=by, owner_id=story.owner_id, now=now)
        raise_evidence_rev(story.owner_id)
        mails.tell(mails.ASKED, mentorship.mentor, review, now=now)
    return review


@transaction.atomic
def withdraw_request(review: Review, *, by: User, now: datetime) -> None:
    """Take a request back; the mentor's unsent draft goes out of sight with it."""
    if not Review.objects.waiting().filter(pk=review.pk).update(withdrawn_at=now):
        raise ReviewNotOpen
    story = review.version.story
    state = _state_of_version(story.current_version_id)
    _set_review_state(story.pk, state)
    AccessRecord.write("withdrew request", review, by=by, owner_id=story.owner_id, now=now)
    raise_evidence_rev(story.owner_id)
    mails.tell(mails.WITHDRAWN, review.mentorship.mentor, review, now=now)


@transaction.atomic
def open_review(review: Review, *, by: User, now: datetime) -> bool:
    """Note the first time the mentor reads the version; True when this was it."""
    if review.opened_at or not Review.objects.waiting().filter(pk=review.pk, opened_at=None).update(
        opened_at=now
    ):
        return False
    review.opened_at = now
    AccessRecord.write("read", review, by=by, owner_id=review.version.story.owner_id, now=now)
    return True


@transaction.atomic
def save_draft(
    review: Review,
    *,
    verdict: str,
    rationale: str,
    ratings: Sequence[DraftRating],
    comments: Sequence[DraftComment] = (),
    unfinished: Mapping[str, str] | None = None,
    started_from: int,
    save_id: uuid.UUID | None,
    by: User,
    now: datetime,
) -> Review:
    """Keep a mentor's draft if it is still at revision `started_from`, and add the comments.

    `unfinished` are comments still being typed, by section; those added are no longer among them.
    The same `save_id` twice is one save. Raises SubjectNotRatable, TooManyComments, StaleReview or
    ReviewNotOpen; then nothing is written.
    """
    added = {comment.section for comment in comments}
    unfinished = {section: body for section, body in (unfinished or {}).items() if section not in added}
    known = {(subject.kind, subject.key) for subject in ratable_subjects(review)}
    if not {(rating.kind, rating.key) for rating in ratings} <= known:
        raise SubjectNotRatable
    written = (
        Review.objects.waiting()
        .filter(pk=review.pk, revision=started_from)
        .update(
            verdict=verdict,
            rationale=rationale,
            unfinished=unfinished,
            revision=started_from + 1,
            save_id=save_id,
            opened_at=Coalesce("opened_at", now),
        )
    )
    if not written:
        review.refresh_from_db(
            fields=["sent_at", "withdrawn_at", "save_id", "revision", "verdict", "rationale", "unfinished"]
        )
        if review.sent_at or review.withdrawn_at:
            raise ReviewNotOpen
        if save_id and review.save_id == save_id:
            return review
        raise StaleReview
    review.verdict, review.rationale, review.unfinished = verdict, rationale, unfinished
    review.revision, review.save_id = started_from + 1, save_id
    review.ratings.all().delete()
    Rating.objects.bulk_create(
        Rating(review=review, kind=r.kind, key=r.key, value=r.value, reason=r.reason) for r in ratings
    )
    for comment in comments:
        add_comment(review, comment, by=by, now=now)
    return review


@transaction.atomic
def add_comment(review: Review, comment: DraftComment, *, by: User, now: datetime) -> Comment:
    """Add a remark to a draft; raises ReviewNotOpen or TooManyComments. `review` is locked."""
    if review.sent_at or review.withdrawn_at:
        raise ReviewNotOpen
    if review.comments.alive().count() >= MOST_COMMENTS:
        raise TooManyComments
    return Comment.objects.create(
        review=review, author=by, section=comment.section, body=comment.body, created_at=now
    )


def change_comment(comment: Comment, *, body: str) -> None:
    """Change the words of an unsent remark; `comment` is locked together with its review."""
    _check_unsent(comment)
    comment.body = body
    comment.save(update_fields=["body"])


def delete_comment(comment: Comment, *, now: datetime) -> None:
    """Hide an unsent remark; `restore_comment` brings it back while the review is a draft."""
    _check_unsent(comment)
    comment.deleted_at = now
    comment.save(update_fields=["deleted_at"])


def restore_comment(comment: Comment) -> None:
    _check_unsent(comment)
    comment.deleted_at = None
    comment.save(update_fields=["deleted_at"])


def _check_unsent(comment: Comment) -> None:
    if comment.review.sent_at or comment.review.withdrawn_at:
        raise ReviewNotOpen


def resolve_comment(comment: Comment, *, is_resolved: bool, now: datetime) -> None:
    """Say that the candidate has dealt with a remark, or take that back. Idempotent."""
    if is_resolved == (comment.resolved_at is not None):
        return
    comment.resolved_at = now if is_resolved else None
    comment.save(update_fields=["resolved_at"])


@transaction.atomic
def send_review(review: Review, *, by: User, now: datetime) -> None:
    """Hand a review to the candidate. From here on nobody edits it.

    Raises ReviewNotReady with what is missing, ReviewNotOpen when it was sent or withdrawn meanwhile.
    """
    missing = {}
    if not review.verdict:
        missing["verdict"] = "Choose whether you endorse this story or ask for changes"
    elif review.verdict == Verdict.ENDORSE and not review.ratings.exists():
        missing["ratings"] = "An endorsement needs at least one rating"
    elif review.verdict == Verdict.CHANGES and not (
        review.rationale.strip() or review.comments.alive().exists()
    ):
        missing["rationale"] = "Say what should change, here or in a comment"
    if missing:
        raise ReviewNotReady(missing)
    level = review.mentorship.candidacy.target_level
    if not Review.objects.waiting().filter(pk=review.pk).update(sent_at=now, target_level=level):
        raise ReviewNotOpen
    review.sent_at, review.target_level = now, level
    story = review.version.story
    if story.current_version_id == review.version_id:
        _set_review_state(story.pk, _state_of_version(review.version_id))
    AccessRecord.write("sent review", review, by=by, owner_id=story.owner_id, now=now)
    raise_evidence_rev(story.owner_id)
    mails.tell(mails.SENT, review.mentorship.candidacy.person, review, now=now)


def _state_of_version(version_id: int | None) -> ReviewState:
    """Read the one state a list shows from all reviews of a version: changes before endorsed before asked."""
    reviews = Review.objects.filter(version=version_id, withdrawn_at=None)
    verdicts = set(reviews.sent().values_list("verdict", flat=True))
    if Verdict.CHANGES in verdicts:
        return ReviewState.CHANGES
    if Verdict.ENDORSE in verdicts:
        return ReviewState.ENDORSED
    return ReviewState.ASKED if reviews.waiting().exists() else ReviewState.NONE


def _set_review_state(story_id: int, state: ReviewState) -> None:
    Story.objects.filter(pk=story_id).update(review_state=state)
