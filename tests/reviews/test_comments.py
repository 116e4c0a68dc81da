"""Comments: drafted per section, changed and deleted until sent, resolved by the candidate afterwards."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.reviews import actions
from apps.reviews.actions import DraftComment
from apps.reviews.models import Comment, Review
from tests.cast import NOW, SignIn
from tests.factories.candidates import MentorshipFactory
from tests.factories.reviews import CommentFactory, ReviewFactory
from tests.reviews.conftest import HTMX, Typed


@pytest.fixture
def comment(review: Review) -> Comment:
    """A comment of Henrik's that is not sent."""
    return CommentFactory.create(review=review, section="action", body="What was yours?")


@pytest.fixture
def sent_comment(comment: Comment, mentor: User) -> Comment:
    review = comment.review
    review.verdict = "changes"
    review.save()
    actions.send_review(review, by=mentor, now=NOW)
    comment.refresh_from_db()
    return comment


def test_comment_new_adds_it_and_saves_the_rest_of_the_draft(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    words = typed(
        section="task", comment__task="Whose goal?", comment__result="unfinish", rationale="So far."
    )

    answer = mentor_client.post(reverse("reviews:comment_new", args=[review.pk]), words)

    assert answer["Location"] == reverse("reviews:edit", args=[review.pk]) + "#section-task"
    review.refresh_from_db()
    assert list(review.comments.values_list("section", "body", "author__name")) == [
        ("task", "Whose goal?", "Henrik Dahl")
    ]
    assert (review.rationale, review.unfinished) == ("So far.", {"result": "unfinish"})


def test_comment_new_by_htmx_answers_with_the_section_the_list_and_the_state(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    answer = mentor_client.post(
        reverse("reviews:comment_new", args=[review.pk]),
        typed(section="task", comment__task="Whose goal?"),
        headers=HTMX,
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<section class="sec" id="section-task">')
    assert page.count('hx-swap-oob="true"') == 2
    assert 'name="revision" value="2"' in page
    assert answer.context["form"]["comment-task"].value() == ""


@pytest.mark.parametrize(
    "words", [{"section": "task", "comment__task": "  "}, {"section": "nowhere", "comment__task": "x"}, {}]
)
def test_comment_new_without_words_or_section_is_refused(
    mentor_client: Client, review: Review, typed: Typed, words: dict[str, str]
) -> None:
    answer = mentor_client.post(
        reverse("reviews:comment_new", args=[review.pk]), typed(**words), headers=HTMX
    )

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#draft-state"
    assert "Write the comment first." in answer.content.decode()
    assert not Comment.objects.exists()


def test_comment_new_beyond_a_hundred_is_refused_and_kept_in_its_box(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    CommentFactory.create_batch(actions.MOST_COMMENTS, review=review)

    answer = mentor_client.post(
        reverse("reviews:comment_new", args=[review.pk]), typed(section="task", comment__task="One more")
    )

    assert answer.status_code == 422
    assert "A review holds 100 comments." in answer.content.decode()
    assert "One more" in answer.content.decode()
    assert review.comments.count() == actions.MOST_COMMENTS
    review.refresh_from_db()
    assert review.revision == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_comment_edit_changes_the_words(
    mentor_client: Client, comment: Comment, headers: dict[str, str]
) -> None:
    answer = mentor_client.post(
        reverse("reviews:comment_edit", args=[comment.pk]), {"body": "And whose\r\nidea?"}, headers=headers
    )

    assert answer.status_code == (200 if headers else 302)
    comment.refresh_from_db()
    assert comment.body == "And whose\nidea?"


@pytest.mark.parametrize("body", ["", "x" * 5001, "x" * 1_000_000])
def test_comment_edit_keeps_what_was_typed_when_it_is_refused(
    mentor_client: Client, comment: Comment, body: str
) -> None:
    path = reverse("reviews:comment_edit", args=[comment.pk])

    answers = [mentor_client.post(path, {"body": body}, headers=headers) for headers in ({}, HTMX)]

    for answer in answers:
        assert answer.status_code == 422
        assert body in answer.content.decode()
        assert f'id="body-{comment.pk}_error"' in answer.content.decode()
    comment.refresh_from_db()
    assert comment.body == "What was yours?"


def test_comment_delete_offers_to_take_it_back(mentor_client: Client, comment: Comment) -> None:
    answer = mentor_client.post(reverse("reviews:comment_delete", args=[comment.pk]), headers=HTMX)
    undo = reverse("reviews:comment_restore", args=[comment.pk])

    assert f'action="{undo}"' in answer.content.decode()
    assert list(comment.review.comments.alive()) == []
    assert mentor_client.post(undo).status_code == 302
    assert list(comment.review.comments.alive()) == [comment]


@pytest.mark.parametrize("verb", ["comment_edit", "comment_delete", "comment_restore"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_sent_comment_stays_as_it_was_sent(
    mentor_client: Client, sent_comment: Comment, verb: str, headers: dict[str, str]
) -> None:
    path = reverse(f"reviews:{verb}", args=[sent_comment.pk])

    answer = mentor_client.post(path, {"body": "Changed."}, headers=headers)

    assert answer.status_code == 409
    assert "It stays as it was sent." in answer.content.decode()
    sent_comment.refresh_from_db()
    assert (sent_comment.body, sent_comment.deleted_at) == ("What was yours?", None)


def test_a_sent_review_takes_no_further_comment(sent_comment: Comment, mentor: User) -> None:
    with pytest.raises(actions.ReviewNotOpen):
        actions.add_comment(sent_comment.review, DraftComment("task", "Late."), by=mentor, now=NOW)


def test_a_deleted_comment_does_not_reach_the_candidate(
    mentor_client: Client, candidate_client: Client, review: Review, typed: Typed
) -> None:
    gone = CommentFactory.create(review=review, body="SECRET")
    mentor_client.post(reverse("reviews:comment_delete", args=[gone.pk]))
    mentor_client.post(
        reverse("reviews:send", args=[review.pk]), typed(verdict="changes", rationale="Something.")
    )

    page = candidate_client.get(reverse("reviews:show", args=[review.pk])).content.decode()

    assert "Something." in page
    assert "SECRET" not in page
    resolve = candidate_client.post(reverse("reviews:comment_resolve", args=[gone.pk]))
    assert resolve.status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_comment_resolve_and_reopen(
    candidate_client: Client, sent_comment: Comment, headers: dict[str, str]
) -> None:
    resolve = reverse("reviews:comment_resolve", args=[sent_comment.pk])
    reopen = reverse("reviews:comment_reopen", args=[sent_comment.pk])

    for path, resolved_at in ((resolve, NOW), (resolve, NOW), (reopen, None), (reopen, None)):
        answer = candidate_client.post(path, headers=headers)

        assert answer.status_code == (200 if headers else 302)
        sent_comment.refresh_from_db()
        assert sent_comment.resolved_at == resolved_at


def test_comment_resolve_does_not_find_a_comment_that_is_not_sent(
    candidate_client: Client, comment: Comment
) -> None:
    for verb in ("comment_resolve", "comment_reopen", "comment_edit", "comment_delete"):
        answer = candidate_client.post(reverse(f"reviews:{verb}", args=[comment.pk]), {"body": "x"})
        assert answer.status_code == 404


def test_another_mentor_of_the_same_candidate_finds_no_comment_of_this_one(
    comment: Comment, review: Review, stranger: User, sign_in: SignIn
) -> None:
    mentorship = MentorshipFactory.create(candidacy=review.mentorship.candidacy, mentor=stranger)
    other = ReviewFactory.create(version=review.version, mentorship=mentorship)
    client = sign_in(stranger)

    page = client.get(reverse("reviews:edit", args=[other.pk])).content.decode()
    answer = client.post(reverse("reviews:comment_edit", args=[comment.pk]), {"body": "x"})

    assert "What was yours?" not in page
    assert answer.status_code == 404
