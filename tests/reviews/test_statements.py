"""How many statements the pages of reviews need: the same for one row, three and a hundred."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Mentorship
from apps.reviews.models import Review
from tests.cast import NOW, CountStatements
from tests.factories.reviews import CommentFactory, RatingFactory, ReviewFactory
from tests.reviews.conftest import HTMX, Typed

ROWS = pytest.mark.parametrize("rows", [1, 3, 100])


@ROWS
def test_queue_statements(
    mentor_client: Client, mentorship: Mentorship, statements: CountStatements, rows: int
) -> None:
    ReviewFactory.create_batch(rows, mentorship=mentorship)
    ReviewFactory.create_batch(rows, mentorship=mentorship, sent_at=NOW, verdict="changes")
    path = reverse("reviews:queue")
    mentor_client.get(path)

    with statements() as done:
        page = mentor_client.get(path)

    assert len(page.context["waiting"].rows) == min(rows, 50)
    assert done.count == 6, done.sql


@ROWS
def test_index_statements(
    candidate_client: Client, mentorship: Mentorship, statements: CountStatements, rows: int
) -> None:
    ReviewFactory.create_batch(rows, mentorship=mentorship)
    ReviewFactory.create_batch(rows, mentorship=mentorship, sent_at=NOW, verdict="changes")
    path = reverse("reviews:index")
    candidate_client.get(path)

    with statements() as done:
        page = candidate_client.get(path)

    assert len(page.context["received"].rows) == min(rows, 50)
    assert done.count == 5, done.sql


@ROWS
def test_edit_statements(
    mentor_client: Client, mentorship: Mentorship, statements: CountStatements, rows: int
) -> None:
    review, *_ = ReviewFactory.create_batch(rows, mentorship=mentorship, opened_at=NOW)
    CommentFactory.create_batch(rows, review=review)
    RatingFactory.create(review=review)
    path = reverse("reviews:edit", args=[review.pk])
    mentor_client.get(path)

    with statements() as done:
        page = mentor_client.get(path)

    assert len(page.context["outline"].reviews) == min(rows, 50)
    assert len(page.context["reading"].comments) == rows
    assert done.count == 8, done.sql


def test_edit_statements_of_the_first_reading(
    mentor_client: Client, review: Review, statements: CountStatements
) -> None:
    mentor_client.get(reverse("reviews:queue"))

    with statements() as done:
        mentor_client.get(reverse("reviews:edit", args=[review.pk]))

    assert done.count == 8, done.sql


def test_edit_statements_with_another_version(
    mentor_client: Client, review: Review, statements: CountStatements
) -> None:
    path = reverse("reviews:edit", args=[review.pk])
    mentor_client.get(path)

    with statements() as done:
        mentor_client.get(f"{path}?version=1")

    assert done.count == 8, done.sql


@ROWS
def test_edit_statements_of_an_autosave(
    mentor_client: Client, mentorship: Mentorship, statements: CountStatements, rows: int
) -> None:
    review, *_ = ReviewFactory.create_batch(rows, mentorship=mentorship, opened_at=NOW)
    CommentFactory.create_batch(rows, review=review)
    words = {"revision": 1, "rationale": "So far.", "rate-principle-ownership": 3}
    mentor_client.get(reverse("reviews:edit", args=[review.pk]))

    with statements() as done:
        answer = mentor_client.post(reverse("reviews:edit", args=[review.pk]), words, headers=HTMX)

    assert answer.status_code == 200
    assert done.count == 6, done.sql


@pytest.mark.parametrize("verb", ["comment_edit", "comment_delete"])
@ROWS
def test_comment_statements(
    mentor_client: Client, review: Review, statements: CountStatements, rows: int, verb: str
) -> None:
    comment, *_ = CommentFactory.create_batch(rows, review=review)
    mentor_client.get(reverse("reviews:queue"))

    with statements() as done:
        answer = mentor_client.post(
            reverse(f"reviews:{verb}", args=[comment.pk]), {"body": "x"}, headers=HTMX
        )

    assert answer.status_code == 200
    assert done.count == 5, done.sql


@ROWS
def test_comment_new_statements(
    mentor_client: Client, review: Review, typed: Typed, statements: CountStatements, rows: int
) -> None:
    """A whole draft is saved with it, so this is more than a fragment."""
    CommentFactory.create_batch(rows - 1, review=review)
    mentor_client.get(reverse("reviews:queue"))
    words = typed(section="task", comment__task="x", rate__principle__ownership=3)

    with statements() as done:
        answer = mentor_client.post(reverse("reviews:comment_new", args=[review.pk]), words, headers=HTMX)

    assert answer.status_code == 200
    assert done.count == 9, done.sql


@ROWS
def test_show_statements(
    candidate_client: Client, review: Review, statements: CountStatements, rows: int
) -> None:
    CommentFactory.create_batch(rows, review=review)
    RatingFactory.create(review=review)
    Review.objects.filter(pk=review.pk).update(sent_at=NOW, verdict="endorse")
    candidate_client.get(reverse("reviews:index"))
    path = reverse("reviews:show", args=[review.pk])

    with statements() as first:
        candidate_client.get(path)
    with statements() as second:
        candidate_client.get(path)

    assert first.count == 7, first.sql
    assert second.count == 6, second.sql


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_resolve_statements(
    candidate_client: Client,
    review: Review,
    candidate: User,
    statements: CountStatements,
    headers: dict[str, str],
) -> None:
    comment = CommentFactory.create(review=review)
    Review.objects.filter(pk=review.pk).update(sent_at=NOW, verdict="endorse")
    candidate_client.get(reverse("reviews:index"))

    with statements() as done:
        candidate_client.post(reverse("reviews:comment_resolve", args=[comment.pk]), headers=headers)

    assert done.count == 4, done.sql


def test_ask_statements(candidate_client: Client, review: Review, statements: CountStatements) -> None:
    path = reverse("reviews:ask", args=[review.version.story_id])
    candidate_client.get(path)

    with statements() as done:
        candidate_client.get(path)

    assert done.count == 6, done.sql


def test_queue_pages_begin_after_the_last_row(
    mentor_client: Client, mentorship: Mentorship, candidate: User
) -> None:
    reviews = [
        ReviewFactory.create(mentorship=mentorship, asked_at=NOW - timedelta(days=days // 2))
        for days in range(120)
    ]
    longest_first = [one.pk for one in sorted(reviews, key=lambda one: (one.asked_at, one.pk))]

    seen: list[int] = []
    after = ""
    while len(seen) < 120:
        page = mentor_client.get(reverse("reviews:queue"), {"after": after}).context["waiting"]
        seen += [one.pk for one in page.rows]
        after = page.after
    assert seen == longest_first
    assert after == ""
