"""The mails of the other apps: each comes with its event, names people and links, and is dropped when done."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts import actions as accounts
from apps.accounts.adapter import NOT_SENT
from apps.accounts.models import Invitation, User
from apps.candidates import actions as candidates
from apps.candidates.models import Candidacy, Mentorship
from apps.mail.models import Message, Status
from apps.reviews import actions as reviews
from apps.reviews import mails
from apps.reviews.models import Review, Verdict
from apps.stories.models import Story
from tests.cast import NOW, Posted
from tests.factories.reviews import ReviewFactory
from tests.mail.sink import Manner, Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(mentorship: Mentorship) -> Review:
    """Henrik's, waiting, of a story that Maya shared with him."""
    return ReviewFactory.create(mentorship=mentorship, version__story__owner=mentorship.candidacy.person)


def statuses() -> dict[str, str]:
    return dict(Message.objects.values_list("kind", "status"))


def test_an_invitation_that_was_renewed_meanwhile_goes_out_once_with_the_link_that_works(
    organiser: User, posted: Posted, now: datetime
) -> None:
    invitation, first = accounts.invite("candidate", "noor@example.com", "Noor", by=organiser, now=now)
    second = accounts.renew(invitation, by=organiser, now=now)

    [mail] = posted()

    assert second in mail.body
    assert first not in mail.body


def test_an_invitation_that_was_withdrawn_meanwhile_stays_here(
    organiser: User, posted: Posted, now: datetime
) -> None:
    invitation, _ = accounts.invite("candidate", "noor@example.com", "Noor", by=organiser, now=now)
    accounts.withdraw(invitation, by=organiser, now=now)

    assert posted() == []
    assert statuses() == {"invitation": Status.CANCELLED}


def test_what_waits_in_the_outbox_opens_no_invitation(organiser: User, now: datetime) -> None:
    _, link = accounts.invite("candidate", "noor@example.com", "Noor", by=organiser, now=now)

    message = Message.objects.get()
    token = link.rstrip("/").rpartition("/")[2]
    stored = [str(value) for value in [*message.ref.values(), message.dedupe_key, message.message_id]]
    assert token not in " ".join(stored)
    assert not any(Invitation.objects.with_token(value).exists() for value in stored)


def test_a_mentor_is_told_of_a_request_and_of_its_end(
    candidate: User, mentor: User, review: Review, posted: Posted, now: datetime
) -> None:
    mails.tell(mails.ASKED, mentor, review, now=now)
    [asked] = posted()
    reviews.withdraw_request(review, by=candidate, now=now)
    _, withdrawn = posted()

    assert (asked.to, asked.subject) == (["henrik@example.com"], "Maya Okonkwo asks you to review a story")
    assert reverse("reviews:edit", args=[review.pk]) in asked.body
    assert withdrawn.subject == "Maya Okonkwo took back a request for review"


def test_a_request_that_was_answered_or_revoked_meanwhile_is_not_mailed(
    candidate: User, mentor: User, mentorship: Mentorship, review: Review, posted: Posted, now: datetime
) -> None:
    mails.tell(mails.ASKED, mentor, review, now=now)
    candidates.revoke_mentorship(mentorship, by=candidate, now=now)

    assert posted() == []
    assert statuses() == {"review_asked": Status.CANCELLED}


@pytest.mark.parametrize("is_yes", [True, False])
def test_a_candidate_hears_what_the_mentor_they_asked_says(
    candidate: User, candidacy: Candidacy, stranger: User, posted: Posted, now: datetime, is_yes: bool
) -> None:
    mentorship, _ = candidates.invite_mentor(
        candidacy, name="Sam Stranger", email=stranger.email, kind="mentor", by=candidate, now=now
    )
    posted()

    if is_yes:
        assert mentorship.invitation is not None
        accounts.accept(mentorship.invitation, stranger, now=now)
    else:
        candidates.decline_mentorship(mentorship, by=stranger, now=now)

    mail = posted()[-1]
    assert mail.to == ["maya@example.com"]
    assert mail.subject == (
        "Sam Stranger joins you as your mentor" if is_yes else "Sam Stranger cannot join you as your mentor"
    )


def test_no_word_of_a_story_is_in_any_mail(
    candidate: User, mentor: User, review: Review, posted: Posted, now: datetime
) -> None:
    Story.objects.filter(pk=review.version.story_id).update(title="CANARY", situation="CANARY")
    review.question = review.rationale = "CANARY"
    review.verdict = Verdict.CHANGES
    review.sent_at = now + timedelta(minutes=1)
    review.save()
    mails.tell(mails.SENT, candidate, review, now=now)

    [mail] = posted()

    assert "CANARY" not in str(mail.message())


@pytest.mark.parametrize("manner", [Manner.NO_SUCH, Manner.GREY, Manner.CLOSING, Manner.DROP_REPLY])
def test_a_code_that_the_server_does_not_take_is_said_on_the_page(
    client: Client, stranger: User, sink: Sink, manner: Manner
) -> None:
    sink.manners.append(manner)

    answer = client.post(reverse("account_request_login_code"), {"email": stranger.email}, follow=True)

    assert answer.status_code == 200
    assert NOT_SENT in [str(message) for message in answer.context["messages"]]


def test_the_clock_of_the_cast_is_not_what_is_due(posted: Posted, organiser: User) -> None:
    accounts.invite("candidate", "noor@example.com", "Noor", by=organiser, now=NOW)

    assert len(posted()) == 1
