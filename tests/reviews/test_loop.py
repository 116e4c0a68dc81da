"""From asking to an endorsement that belongs to its version, through the pages."""

import re

from django.test import Client
from django.urls import reverse

from apps.candidates.models import Candidacy, Mentorship
from apps.readiness.ladder import Step
from apps.readiness.portfolio import portfolio_of
from apps.reviews.models import Review, Verdict
from apps.stories.models import ReviewState, Story
from tests.cast import NOW, Posted
from tests.factories.stories import StoryMetricFactory
from tests.reviews.conftest import Typed, edit_story


def step_of(candidacy: Candidacy, key: str) -> Step:
    return portfolio_of(candidacy, today=NOW.date()).subject("principle", key).standing.step


def test_a_story_goes_from_asking_through_changes_to_an_endorsement_and_loses_it_by_an_edit(
    candidate_client: Client,
    mentor_client: Client,
    candidacy: Candidacy,
    mentorship: Mentorship,
    story: Story,
) -> None:
    StoryMetricFactory.create(story=story)

    # Maya asks; Henrik finds it, drafts, and Maya sees nothing of the draft.
    asked = candidate_client.post(
        reverse("reviews:ask", args=[story.pk]),
        {"mentorship": mentorship.pk, "question": "Is my part clear?"},
    )
    assert asked.status_code == 302
    first = Review.objects.get()
    queue = mentor_client.get(reverse("reviews:queue")).content.decode()
    assert "Cut checkout deploys" in queue
    edit = reverse("reviews:edit", args=[first.pk])
    assert "Is my part clear?" in mentor_client.get(edit).content.decode()
    draft = {"revision": 1, "verdict": "changes", "rationale": "SECRET-DRAFT", "comment-action": "SECRET-BOX"}
    assert mentor_client.post(edit, draft).status_code == 302
    assert "SECRET" not in candidate_client.get(reverse("reviews:index")).content.decode()
    assert candidate_client.get(reverse("reviews:show", args=[first.pk])).status_code == 404

    # Henrik sends: what stood in the comment's box goes along.
    sent = mentor_client.post(reverse("reviews:send", args=[first.pk]), draft | {"revision": 2})
    assert sent.status_code == 302
    story.refresh_from_db()
    assert story.review_state == ReviewState.CHANGES
    shown = candidate_client.get(reverse("reviews:show", args=[first.pk])).content.decode()
    assert "SECRET-DRAFT" in shown
    assert "SECRET-BOX" in shown

    # Maya revises and asks again; the new version waits with a word about the earlier one.
    edit_story(story, action=story.action + " I chose the canary.")
    candidate_client.post(reverse("reviews:ask", args=[story.pk]), {"mentorship": mentorship.pk})
    second = Review.objects.waiting().get()
    assert second.version.number == 2
    assert (
        "New text since your review of version 1"
        in mentor_client.get(reverse("reviews:queue")).content.decode()
    )

    # An endorsement binds to version 2.
    endorsement = {"revision": 1, "verdict": "endorse", "rate-principle-ownership": 3}
    mentor_client.post(reverse("reviews:send", args=[second.pk]), endorsement)
    assert step_of(candidacy, "ownership") is Step.CORROBORATED
    assert step_of(candidacy, "dive_deep") is Step.EVIDENCED
    current = candidate_client.get(reverse("reviews:show", args=[second.pk])).content.decode()
    assert "which is what your story says now" in current

    # An edit takes it back, and the page says so plainly.
    edit_story(story, result="Something else altogether.")
    assert step_of(candidacy, "ownership") is Step.EVIDENCED
    edited = candidate_client.get(reverse("reviews:show", args=[second.pk])).content.decode()
    assert re.search(r"You have edited since; the endorsement\s+belongs to version 2", edited)


def test_mails_name_people_and_links_but_no_word_of_the_story(
    mentor_client: Client,
    review: Review,
    typed: Typed,
    posted: Posted,
) -> None:
    mentor_client.post(
        reverse("reviews:send", args=[review.pk]), typed(verdict="changes", rationale="SECRET")
    )

    (message,) = posted()
    assert message.to == ["maya@example.com"]
    assert message.subject == "Henrik Dahl reviewed one of your stories"
    assert reverse("reviews:show", args=[review.pk]) in message.body
    assert "SECRET" not in message.body
    assert "checkout" not in message.body


def test_after_sending_the_mentor_reads_what_was_sent_and_can_change_nothing(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    mentor_client.post(
        reverse("reviews:send", args=[review.pk]), typed(verdict="changes", rationale="Say what was yours.")
    )

    page = mentor_client.get(reverse("reviews:edit", args=[review.pk])).content.decode()
    again = mentor_client.post(reverse("reviews:edit", args=[review.pk]), typed(rationale="Something else."))

    assert "Say what was yours." in page
    assert 'name="rationale"' not in page
    assert again.status_code == 409
    review.refresh_from_db()
    assert review.rationale == "Say what was yours."
    assert review.verdict == Verdict.CHANGES


def test_an_endorsement_counts_for_the_level_it_was_given_for_only(
    mentor_client: Client, candidacy: Candidacy, review: Review, story: Story, typed: Typed
) -> None:
    StoryMetricFactory.create(story=story)
    send = reverse("reviews:send", args=[review.pk])
    mentor_client.post(send, typed(verdict="endorse", rate__principle__ownership=4))
    at_this_level = step_of(candidacy, "ownership")

    candidacy.target_level = "L7"
    candidacy.save()

    assert at_this_level is Step.CORROBORATED
    assert step_of(candidacy, "ownership") is Step.DRAFTED
    given = mentor_client.get(reverse("reviews:edit", args=[review.pk])).context["given"]
    meaning = candidacy.framework.rubric("principle", "ownership", "L6")[3].text
    assert [rating.meaning for rating in given] == [meaning]
