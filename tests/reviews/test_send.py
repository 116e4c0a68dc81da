"""Sending: what it needs, that it happens once, and that it counts for the candidate from then on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import AccessRecord, User
from apps.candidates.models import Candidacy, Mentorship
from apps.reviews import actions
from apps.reviews.models import Comment, Review
from apps.stories.actions import save_version
from apps.stories.models import ReviewState, Story, VersionReason
from tests.cast import NOW
from tests.factories.candidates import MentorshipFactory
from tests.reviews.conftest import Ask, Typed, edit_story


def send_path(review: Review) -> str:
    return reverse("reviews:send", args=[review.pk])


@pytest.mark.parametrize(
    "words, field, message",
    [
        ({}, "verdict", "Choose whether you endorse this story or ask for changes"),
        ({"verdict": "endorse"}, "rate-principle-ownership", "An endorsement needs at least one rating"),
        (
            {"verdict": "changes", "rationale": "  "},
            "rationale",
            "Say what should change, here or in a comment",
        ),
    ],
)
def test_send_says_what_is_missing_and_keeps_what_was_typed(
    mentor_client: Client,
    review: Review,
    typed: Typed,
    words: dict[str, Any],
    field: str,
    message: str,
) -> None:
    answer = mentor_client.post(send_path(review), typed(reason__principle__ownership="", **words))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [message]}
    assert message in answer.content.decode()
    review.refresh_from_db()
    assert review.sent_at is None
    assert review.verdict == words.get("verdict", "")


def test_send_names_a_missing_verdict_at_its_field(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    answer = mentor_client.post(send_path(review), typed(rationale="Typed.", rate__principle__ownership=2))

    assert list(answer.context["form"].errors) == ["verdict"]
    page = answer.content.decode()
    assert "Typed." in page
    assert 'href="#id_verdict_0"' in page
    # What is on the page is saved: sending again starts from there.
    assert '<input type="hidden" name="revision" value="2">' in page


def test_send_with_a_comment_only_asks_for_changes(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    answer = mentor_client.post(
        send_path(review), typed(verdict="changes", comment__action="What was yours?")
    )

    assert answer.status_code == 302
    assert list(review.comments.values_list("section", "body")) == [("action", "What was yours?")]


def test_send_that_lacks_something_does_not_add_a_comment_twice(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    first = mentor_client.post(send_path(review), typed(comment__action="Once."))
    box = first.context["form"]["comment-action"].value()

    mentor_client.post(send_path(review), typed(verdict="changes", comment__action=box))

    assert box == ""
    assert list(Comment.objects.values_list("body", flat=True)) == ["Once."]


def test_send_twice_sends_once(
    mentor_client: Client, review: Review, typed: Typed, candidacy: Candidacy
) -> None:
    words = typed(verdict="endorse", rate__principle__ownership=3)

    answers = [mentor_client.post(send_path(review), words) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert "This review was sent before" in answers[1].content.decode()
    assert AccessRecord.objects.filter(verb="sent review").count() == 1


def test_send_of_a_stale_draft_sends_nothing(mentor_client: Client, review: Review, typed: Typed) -> None:
    stale = typed(verdict="endorse", rate__principle__ownership=3)
    mentor_client.post(reverse("reviews:edit", args=[review.pk]), typed(rationale="In another tab."))

    answer = mentor_client.post(send_path(review), stale)

    assert answer.status_code == 409
    assert "In another tab." in answer.content.decode()
    review.refresh_from_db()
    assert review.sent_at is None


def test_send_after_the_request_was_withdrawn_finds_nothing(
    mentor_client: Client, candidate_client: Client, review: Review, typed: Typed
) -> None:
    words = typed(verdict="endorse", rate__principle__ownership=3)
    candidate_client.post(reverse("reviews:withdraw", args=[review.pk]))

    answer = mentor_client.post(send_path(review), words)

    assert answer.status_code == 404
    review.refresh_from_db()
    assert review.sent_at is None


def test_send_action_says_that_a_withdrawn_review_is_not_open(review: Review, mentor: User) -> None:
    review.verdict = "changes"
    review.rationale = "Something."
    actions.withdraw_request(review, by=review.version.story.owner, now=NOW)

    with pytest.raises(actions.ReviewNotOpen):
        actions.send_review(review, by=mentor, now=NOW)


@pytest.mark.parametrize("field", ["revoked_at", "paused_at"])
def test_send_after_the_mentorship_ended_in_the_middle_finds_nothing(
    mentor_client: Client, review: Review, typed: Typed, mentorship: Mentorship, field: str
) -> None:
    assert mentor_client.get(reverse("reviews:edit", args=[review.pk])).status_code == 200
    Mentorship.objects.filter(pk=mentorship.pk).update(**{field: NOW})

    statuses = {
        mentor_client.get(reverse("reviews:edit", args=[review.pk])).status_code,
        mentor_client.post(reverse("reviews:edit", args=[review.pk]), typed()).status_code,
        mentor_client.post(reverse("reviews:comment_new", args=[review.pk]), typed()).status_code,
        mentor_client.post(send_path(review), typed(verdict="changes", rationale="x")).status_code,
    }

    assert statuses == {404}
    assert list(mentor_client.get(reverse("reviews:queue")).context["waiting"].rows) == []


def test_send_for_an_earlier_version_leaves_the_state_of_the_current_one(
    mentor_client: Client, story: Story, review: Review, typed: Typed
) -> None:
    edit_story(story, result="Another result altogether.")
    framework = review.mentorship.candidacy.framework
    save_version(story, framework, reason=VersionReason.SAVED, by=story.owner, now=NOW)

    mentor_client.post(send_path(review), typed(verdict="endorse", rate__principle__ownership=4))

    story.refresh_from_db()
    assert story.review_state == ReviewState.NONE


def test_send_raises_the_evidence_revision(
    mentor_client: Client, review: Review, typed: Typed, candidacy: Candidacy
) -> None:
    before = Candidacy.objects.get(pk=candidacy.pk).evidence_rev

    mentor_client.post(send_path(review), typed(verdict="endorse", rate__principle__ownership=4))

    assert Candidacy.objects.get(pk=candidacy.pk).evidence_rev == before + 1


def test_asking_a_second_mentor_does_not_hide_an_endorsement(
    mentor_client: Client, story: Story, review: Review, typed: Typed, candidacy: Candidacy
) -> None:
    mentor_client.post(send_path(review), typed(verdict="endorse", rate__principle__ownership=4))
    second = MentorshipFactory.create(candidacy=candidacy)

    actions.ask_for_review(
        story, second, candidacy.framework, question="", by=story.owner, now=NOW + timedelta(days=1)
    )

    story.refresh_from_db()
    assert story.review_state == ReviewState.ENDORSED


def test_a_withdrawn_request_can_be_made_again_and_waits_from_then_on(
    story: Story, review: Review, ask: Ask
) -> None:
    Review.objects.filter(pk=review.pk).update(asked_at=NOW - timedelta(days=5), withdrawn_at=NOW)

    again = ask(story)

    assert again.pk == review.pk
    assert (again.withdrawn_at, again.asked_at) == (None, NOW)
