"""The review screen: what it shows, and that no save loses anything."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import AccessRecord, User
from apps.candidates.models import Mentorship, Subject
from apps.reviews.models import Rating, Review
from apps.stories.models import Story
from tests.factories.candidates import MentorshipFactory
from tests.factories.reviews import ReviewFactory
from tests.factories.stories import StoryFactory
from tests.reviews.conftest import HTMX, Ask, Typed, edit_story


def edit_path(review: Review) -> str:
    return reverse("reviews:edit", args=[review.pk])


def test_edit_shows_the_version_and_not_the_working_text(
    mentor_client: Client, review: Review, story: Story
) -> None:
    edit_story(story, title="WORKING-TITLE", action="WORKING-ACTION", own_part="WORKING-PART")

    pages = [
        mentor_client.get(path).content.decode() for path in (edit_path(review), reverse("reviews:queue"))
    ]

    assert all("Cut checkout deploys" in page for page in pages)
    assert not any("WORKING" in page for page in pages)


def test_edit_tells_name_target_level_date_and_phase(mentor_client: Client, review: Review) -> None:
    page = mentor_client.get(edit_path(review)).content.decode()

    for words in ("Maya Okonkwo", "Towards L6", "Sun 25 July 2027", "Build evidence"):
        assert words in page


def test_edit_shows_other_versions_only_from_the_grant_on(
    mentor_client: Client, story: Story, review: Review, ask: Ask
) -> None:
    edit_story(story, action="ACTION OF VERSION TWO")
    second = ask(story)
    story.grants.update(from_number=2)
    edit_story(story, action="ACTION OF VERSION THREE")
    ask(story)
    waiting = Review.objects.waiting().get()

    of_two = mentor_client.get(f"{edit_path(waiting)}?version=2").content.decode()
    of_one = mentor_client.get(f"{edit_path(waiting)}?version=1").content.decode()

    assert "ACTION OF VERSION TWO" in of_two
    assert "You are reading version 2" in of_two
    assert "ACTION OF VERSION THREE" in of_one
    assert "Version 1" not in of_one
    assert mentor_client.get(edit_path(second)).status_code == 404


def test_edit_notes_the_first_reading_once(
    mentor_client: Client, review: Review, mentor: User, candidate: User
) -> None:
    mentor_client.get(edit_path(review))
    mentor_client.get(edit_path(review))

    review.refresh_from_db()
    assert review.opened_at == timezone.now()
    records = AccessRecord.objects.filter(verb="read", by=mentor, owner=candidate)
    assert [record.thing_id for record in records] == [review.pk]


def test_edit_offers_the_rubric_of_the_target_level_for_each_tagged_principle(
    mentor_client: Client, review: Review
) -> None:
    rubric = review.mentorship.candidacy.framework.rubric("principle", "dive_deep", "L6")

    page = mentor_client.get(edit_path(review))

    subjects = page.context["form"].subjects
    assert [subject.key for subject in subjects] == ["ownership", "dive_deep"]
    assert [subject.leads for subject in subjects] == [True, False]
    assert subjects[1].rubric == rubric


def test_edit_offers_indicators_only_with_the_readiness_grant(
    mentor_client: Client, review: Review, mentorship: Mentorship
) -> None:
    mentorship.readiness_granted_at = timezone.now()
    mentorship.save()

    page = mentor_client.get(edit_path(review))

    assert [(s.kind, s.key) for s in page.context["form"].subjects] == [
        (Subject.PRINCIPLE, "ownership"),
        (Subject.PRINCIPLE, "dive_deep"),
        (Subject.INDICATOR, "l6_leads_three_teams"),
    ]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_edit_keeps_the_whole_draft(
    mentor_client: Client, review: Review, typed: Typed, headers: dict[str, str]
) -> None:
    words = typed(
        verdict="endorse",
        rationale="Two lines.\r\nOf mine.",
        rate__principle__ownership=4,
        reason__principle__ownership="Asked for it.",
        comment__task="half a comm",
    )

    answer = mentor_client.post(edit_path(review), words, headers=headers)

    assert answer.status_code == (200 if headers else 302)
    review.refresh_from_db()
    assert (review.verdict, review.rationale, review.revision) == ("endorse", "Two lines.\nOf mine.", 2)
    assert review.unfinished == {"task": "half a comm"}
    assert list(review.ratings.values_list("key", "value", "reason")) == [("ownership", 4, "Asked for it.")]
    assert not review.comments.exists()
    page = mentor_client.get(edit_path(review)).content.decode()
    for word in ("Of mine.", "Asked for it.", "half a comm"):
        assert word in page


def test_edit_autosave_answers_with_the_next_revision_and_a_new_save_id(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    save_id = str(uuid.uuid4())

    answer = mentor_client.post(edit_path(review), typed(save_id=save_id), headers=HTMX)

    assert answer.context["revision"] == 2
    assert str(answer.context["save_id"]) != save_id
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_edit_the_same_save_twice_is_one(mentor_client: Client, review: Review, typed: Typed) -> None:
    words = typed(rationale="Once.", save_id=str(uuid.uuid4()))

    answers = [mentor_client.post(edit_path(review), words, headers=HTMX) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    review.refresh_from_db()
    assert review.revision == 2


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_edit_a_stale_draft_gets_409_with_both_texts_and_writes_nothing(
    mentor_client: Client, review: Review, typed: Typed, headers: dict[str, str]
) -> None:
    stale = typed(rationale="FROM THIS TAB", rate__principle__ownership=1, verdict="changes")
    mentor_client.post(edit_path(review), typed(rationale="FROM THE OTHER TAB", rate__principle__ownership=4))

    answer = mentor_client.post(edit_path(review), stale, headers=headers)

    assert answer.status_code == 409
    assert [(d.label, d.mine, d.saved) for d in answer.context["conflict"]] == [
        ("Verdict", "Ask for changes", ""),
        ("Overall", "FROM THIS TAB", "FROM THE OTHER TAB"),
        ("Ownership", "Not yet", "Above"),
    ]
    page = answer.content.decode()
    assert "FROM THIS TAB" in page
    assert "FROM THE OTHER TAB" in page
    # The next save from this tab conflicts again, until one of both is chosen.
    assert '<input type="hidden" name="revision" value="1">' in page
    review.refresh_from_db()
    assert review.rationale == "FROM THE OTHER TAB"


def test_edit_after_a_conflict_what_was_typed_can_replace_what_is_saved(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    stale = typed(rationale="FROM THIS TAB")
    mentor_client.post(edit_path(review), typed(rationale="FROM THE OTHER TAB"))

    answer = mentor_client.post(edit_path(review), stale | {"keep_mine": 2})

    assert answer.status_code == 302
    review.refresh_from_db()
    assert (review.rationale, review.revision) == ("FROM THIS TAB", 3)


@pytest.mark.parametrize(
    "field, message",
    [
        ("rationale", "Ensure this value has at most 5000 characters"),
        ("reason-principle-ownership", "Ensure this value has at most 2000 characters"),
        ("comment-result", "Ensure this value has at most 5000 characters"),
    ],
)
def test_edit_a_megabyte_gets_a_message_at_its_field_and_stays_there(
    mentor_client: Client, review: Review, typed: Typed, field: str, message: str
) -> None:
    megabyte = "x" * 1_000_000

    answer = mentor_client.post(edit_path(review), typed(rate__principle__ownership=3) | {field: megabyte})

    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors[field][0].startswith(message)
    assert form[field].value() == megabyte
    assert megabyte in answer.content.decode()
    review.refresh_from_db()
    assert review.revision == 1


@pytest.mark.parametrize("subject", ["principle-frugality", "indicator-l6_leads_three_teams"])
def test_edit_refuses_a_rating_the_story_is_not_tagged_with_or_that_was_not_granted(
    mentor_client: Client, review: Review, typed: Typed, subject: str
) -> None:
    answer = mentor_client.post(edit_path(review), typed(rationale="Kept.") | {f"rate-{subject}": 4})

    assert answer.status_code == 422
    assert "not yours to give" in answer.content.decode()
    assert "Kept." in answer.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize("value", ["0", "5", "-1", "three", "9" * 30])
def test_edit_refuses_a_rating_that_is_not_on_the_scale(
    mentor_client: Client, review: Review, typed: Typed, value: str
) -> None:
    answer = mentor_client.post(edit_path(review), typed(rate__principle__ownership=value))

    assert answer.status_code == 422
    assert "rate-principle-ownership" in answer.context["form"].errors
    assert not Rating.objects.exists()


def test_edit_asks_for_the_rating_that_a_reason_belongs_to(
    mentor_client: Client, review: Review, typed: Typed
) -> None:
    answer = mentor_client.post(
        edit_path(review), typed(reason__principle__ownership="Because."), headers=HTMX
    )

    assert answer.status_code == 422
    assert "Choose a rating to go with the reason." in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "0", "-3", "x", str(2**63)])
def test_edit_a_revision_that_is_none_is_refused(
    mentor_client: Client, review: Review, revision: str
) -> None:
    answer = mentor_client.post(edit_path(review), {"revision": revision, "rationale": "Typed."})

    assert answer.status_code == 422
    assert "Typed." in answer.content.decode()


def test_edit_save_and_next_leads_to_the_next_waiting_story_of_this_candidate(
    mentor_client: Client, review: Review, ask: Ask, candidate: User, typed: Typed
) -> None:
    following = ask(StoryFactory.create(owner=candidate, title="Second"))

    answer = mentor_client.post(edit_path(review), typed(then="next"))
    last = mentor_client.post(edit_path(following), typed(following, then="next"))

    assert answer["Location"] == edit_path(following)
    assert last["Location"] == reverse("reviews:queue")


def test_edit_outline_lists_only_what_waits_of_this_candidate(
    mentor_client: Client, review: Review, mentor: User
) -> None:
    ReviewFactory.create(mentorship=MentorshipFactory.create(mentor=mentor))

    page = mentor_client.get(edit_path(review))

    assert [one.pk for one in page.context["outline"].reviews] == [review.pk]
    assert len(mentor_client.get(reverse("reviews:queue")).context["waiting"].rows) == 2
