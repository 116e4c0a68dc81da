"""The candidate's side: asking, what waits, what came back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.reviews import actions
from apps.reviews.models import Review
from apps.stories.models import ReviewState, Story, StoryGrant
from tests.cast import NOW, SignIn
from tests.factories.accounts import UserFactory
from tests.factories.candidates import MentorshipFactory
from tests.factories.reviews import RatingFactory
from tests.factories.stories import StoryFactory
from tests.reviews.conftest import Ask, edit_story


def send(review: Review, mentor: User, verdict: str = "endorse") -> None:
    RatingFactory.create(review=review, reason="Held for a year.")
    review.verdict, review.rationale = verdict, "Clear to me."
    review.save()
    actions.send_review(review, by=mentor, now=NOW)


def ask_path(story: Story) -> str:
    return reverse("reviews:ask", args=[story.pk])


def test_ask_says_beside_the_button_what_is_shown_to_whom(
    candidate_client: Client, story: Story, mentorship: Mentorship
) -> None:
    page = candidate_client.get(ask_path(story)).content.decode()

    assert "Asking shows version 1 of this story" in page
    assert "to Henrik Dahl until you end the mentorship" in page
    assert "Ask Henrik for a review" in page


def test_ask_numbers_the_working_text_only_when_it_differs(
    candidate_client: Client, story: Story, review: Review
) -> None:
    same = candidate_client.get(ask_path(story))
    edit_story(story, own_part="Led it")
    changed = candidate_client.get(ask_path(story))

    assert (same.context["number"], same.context["is_numbered"]) == (1, True)
    assert (changed.context["number"], changed.context["is_numbered"]) == (2, False)


def test_ask_shows_the_story_from_this_version_on_and_lists_the_request(
    candidate_client: Client, story: Story, mentorship: Mentorship
) -> None:
    answer = candidate_client.post(ask_path(story), {"mentorship": mentorship.pk, "question": "Clear?"})

    assert answer["Location"] == reverse("reviews:index")
    review = Review.objects.get()
    assert (review.version.number, review.question, review.asked_at) == (1, "Clear?", NOW)
    assert list(StoryGrant.objects.values_list("story", "mentorship", "from_number")) == [
        (story.pk, mentorship.pk, 1)
    ]
    story.refresh_from_db()
    assert story.review_state == ReviewState.ASKED


def test_ask_names_what_an_incomplete_story_lacks_and_lets_it_be_asked_all_the_same(
    candidate_client: Client, candidate: User, mentorship: Mentorship
) -> None:
    story = StoryFactory.create(owner=candidate, action="Too short.", started_on=None)

    page = candidate_client.get(ask_path(story)).content.decode()
    answer = candidate_client.post(ask_path(story), {"mentorship": mentorship.pk})

    assert "Action needs 40 words and has 2" in page
    assert "A start date" in page
    assert answer.status_code == 302
    assert Review.objects.get().version.is_complete is False


def test_ask_without_a_mentor_leads_to_inviting_one(
    candidate_client: Client, candidate: User, revoked_mentor: User
) -> None:
    story = StoryFactory.create(owner=candidate)

    page = candidate_client.get(ask_path(story)).content.decode()

    assert "No mentor yet" in page
    assert reverse("candidates:mentors") in page
    assert "Amara" not in page


def test_ask_offers_active_mentors_only(
    candidate_client: Client, story: Story, mentorship: Mentorship, revoked_mentor: User, candidacy: Candidacy
) -> None:
    MentorshipFactory.create(candidacy=candidacy, paused_at=NOW)
    MentorshipFactory.create(candidacy=candidacy, mentor=None, accepted_at=None)

    page = candidate_client.get(ask_path(story))

    assert page.context["mentorships"] == [mentorship]


@pytest.mark.parametrize("chosen", ["", "0", "x", str(2**63), "foreign", "revoked"])
def test_ask_refuses_anybody_but_an_active_mentor_of_ones_own(
    candidate_client: Client,
    story: Story,
    mentorship: Mentorship,
    other_candidate: User,
    revoked_mentor: User,
    chosen: str,
) -> None:
    foreign = MentorshipFactory.create(candidacy=other_candidate.candidacies.get())
    keys = {"foreign": foreign.pk, "revoked": revoked_mentor.mentorships.get().pk}

    answer = candidate_client.post(
        ask_path(story), {"mentorship": keys.get(chosen, chosen), "question": "Typed."}
    )

    assert answer.status_code == 422
    assert "Typed." in answer.content.decode()
    assert not Review.objects.exists()
    assert not StoryGrant.objects.exists()


def test_ask_action_refuses_a_mentorship_that_ended_meanwhile(story: Story, mentorship: Mentorship) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(revoked_at=NOW)

    with pytest.raises(actions.MentorCannotReview):
        actions.ask_for_review(
            story, mentorship, mentorship.candidacy.framework, question="", by=story.owner, now=NOW
        )

    assert not story.versions.exists()


def test_ask_again_for_a_version_that_was_reviewed_says_so_and_changes_nothing(
    candidate_client: Client, story: Story, review: Review, mentor: User, mentorship: Mentorship
) -> None:
    send(review, mentor)

    answer = candidate_client.post(ask_path(story), {"mentorship": mentorship.pk})

    assert answer.status_code == 409
    assert "Henrik Dahl has reviewed this version." in answer.content.decode()
    assert Review.objects.count() == 1


def test_ask_a_question_of_a_megabyte_gets_a_message_and_stays(
    candidate_client: Client, story: Story, mentorship: Mentorship
) -> None:
    answer = candidate_client.post(
        ask_path(story), {"mentorship": mentorship.pk, "question": "x" * 1_000_000}
    )

    assert answer.status_code == 422
    assert "at most 1000 characters" in answer.content.decode()
    assert "x" * 1_000_000 in answer.content.decode()


def test_asking_for_a_newer_version_withdraws_the_older_request(
    story: Story, review: Review, ask: Ask
) -> None:
    edit_story(story, result="Another result altogether.")

    newer = ask(story)

    review.refresh_from_db()
    assert review.withdrawn_at == NOW
    assert list(Review.objects.waiting()) == [newer]


def test_withdraw_hides_the_request_from_the_mentor_at_once(
    candidate_client: Client, mentor_client: Client, review: Review, story: Story
) -> None:
    answer = candidate_client.post(reverse("reviews:withdraw", args=[review.pk]))

    assert answer["Location"] == reverse("reviews:index")
    assert mentor_client.get(reverse("reviews:edit", args=[review.pk])).status_code == 404
    assert list(mentor_client.get(reverse("reviews:queue")).context["waiting"].rows) == []
    story.refresh_from_db()
    assert story.review_state == ReviewState.NONE


def test_withdraw_of_a_sent_review_changes_nothing_and_says_why(
    candidate_client: Client, review: Review, mentor: User
) -> None:
    send(review, mentor)

    answer = candidate_client.post(reverse("reviews:withdraw", args=[review.pk]), follow=True)

    assert "was answered or taken back meanwhile" in answer.content.decode()
    review.refresh_from_db()
    assert review.withdrawn_at is None


def test_index_lists_what_waits_and_what_came_and_marks_the_unseen(
    candidate_client: Client, story: Story, review: Review, mentor: User, ask: Ask, candidate: User
) -> None:
    send(review, mentor)
    waiting = ask(StoryFactory.create(owner=candidate))

    before = candidate_client.get(reverse("reviews:index"))
    candidate_client.get(reverse("reviews:show", args=[review.pk]))
    after = candidate_client.get(reverse("reviews:index"))

    assert [one.pk for one in before.context["waiting"].rows] == [waiting.pk]
    assert [one.pk for one in before.context["received"].rows] == [review.pk]
    assert "New</span>" in before.content.decode()
    assert "New</span>" not in after.content.decode()


def test_index_says_when_a_request_cannot_be_answered(
    candidate_client: Client, review: Review, mentorship: Mentorship
) -> None:
    mentorship.revoked_at = NOW
    mentorship.save()

    page = candidate_client.get(reverse("reviews:index")).content.decode()

    assert "You ended this mentorship, so it cannot be answered" in page


def test_index_and_queue_say_what_will_be_there(candidate_client: Client, mentor_client: Client) -> None:
    assert "No review yet" in candidate_client.get(reverse("reviews:index")).content.decode()
    assert "Nothing waits for you" in mentor_client.get(reverse("reviews:queue")).content.decode()


def test_show_puts_ratings_in_the_words_of_the_rubric(
    candidate_client: Client, review: Review, mentor: User
) -> None:
    send(review, mentor)
    line = review.mentorship.candidacy.framework.rubric("principle", "ownership", "L6")[2]

    page = candidate_client.get(reverse("reviews:show", args=[review.pk]))

    (given,) = page.context["given"]
    assert (given.name, given.value, given.meaning) == ("Ownership", 3, line.text)
    for words in (line.text, "Held for a year.", "Clear to me.", "Endorsed"):
        assert words in page.content.decode()
    review.refresh_from_db()
    assert review.seen_at == NOW


def test_show_says_when_there_is_a_newer_version(
    candidate_client: Client, story: Story, review: Review, mentor: User, ask: Ask
) -> None:
    send(review, mentor)
    edit_story(story, result="Another result altogether.")
    ask(story)

    page = candidate_client.get(reverse("reviews:show", args=[review.pk])).content.decode()

    assert "There is a newer version 2." in page
    assert "The endorsement belongs to version 1." in page
    assert "Another result altogether." not in page


def test_feedback_stays_with_the_candidate_after_the_mentorship_ended(
    candidate_client: Client, mentor_client: Client, review: Review, mentor: User, mentorship: Mentorship
) -> None:
    send(review, mentor)
    mentorship.revoked_at = NOW + timedelta(minutes=1)
    mentorship.save()

    assert candidate_client.get(reverse("reviews:show", args=[review.pk])).status_code == 200
    assert mentor_client.get(reverse("reviews:edit", args=[review.pk])).status_code == 404
    assert list(mentor_client.get(reverse("reviews:queue")).context["sent"].rows) == []


def test_nobody_else_finds_a_review_by_any_route(
    review: Review,
    story: Story,
    mentor: User,
    other_candidate: User,
    organiser: User,
    administrator: User,
    stranger: User,
    revoked_mentor: User,
    candidacy: Candidacy,
    sign_in: SignIn,
) -> None:
    other_mentor = UserFactory.create()
    MentorshipFactory.create(candidacy=candidacy, mentor=other_mentor)
    paths = [
        ("get", reverse("reviews:edit", args=[review.pk])),
        ("get", reverse("reviews:show", args=[review.pk])),
        ("get", ask_path(story)),
        ("post", reverse("reviews:edit", args=[review.pk])),
        ("post", reverse("reviews:send", args=[review.pk])),
        ("post", reverse("reviews:comment_new", args=[review.pk])),
        ("post", reverse("reviews:withdraw", args=[review.pk])),
    ]

    for sent in (False, True):
        if sent:
            send(review, mentor)
        for person in (
            other_candidate, organiser, administrator, stranger, revoked_mentor, other_mentor
        ):  # fmt: skip
            client = sign_in(person)
            assert {getattr(client, verb)(path).status_code for verb, path in paths} == {404}


def test_the_mentor_cannot_act_for_the_candidate_nor_the_candidate_for_the_mentor(
    candidate_client: Client, mentor_client: Client, review: Review, story: Story, mentor: User
) -> None:
    assert candidate_client.get(reverse("reviews:edit", args=[review.pk])).status_code == 404
    assert candidate_client.post(reverse("reviews:send", args=[review.pk])).status_code == 404
    assert mentor_client.post(reverse("reviews:withdraw", args=[review.pk])).status_code == 404
    assert mentor_client.get(ask_path(story)).status_code == 404
    send(review, mentor)
    assert mentor_client.get(reverse("reviews:show", args=[review.pk])).status_code == 404


def test_a_deleted_story_takes_its_reviews_out_of_sight(
    candidate_client: Client, mentor_client: Client, story: Story, review: Review, mentor: User
) -> None:
    send(review, mentor)
    Story.objects.filter(pk=story.pk).update(deleted_at=NOW)

    assert mentor_client.get(reverse("reviews:edit", args=[review.pk])).status_code == 404
    assert candidate_client.get(reverse("reviews:show", args=[review.pk])).status_code == 404


def test_counted_for_counts_what_was_asked_received_and_still_wants_changes(
    story: Story, review: Review, mentor: User, candidacy: Candidacy, ask: Ask, candidate: User
) -> None:
    send(review, mentor, verdict="changes")
    ask(StoryFactory.create(owner=candidate))

    before = Review.objects.counted_for([candidacy])[candidacy.pk]
    edit_story(story, result="Another result altogether.")
    after = Review.objects.counted_for([candidacy])[candidacy.pk]

    assert before == {"reviews_asked": 2, "reviews_received": 1, "reviews_with_changes_asked": 1}
    assert after == before | {"reviews_with_changes_asked": 0}
