"""The rows that rules follow: a review sent, a draft left alone, a mentor asked, as they stand now.

An anchor exists as long as what it asks for is open. Nobody reports events: the tick reads them from the
tables of the apps below, for many candidacies in one statement each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.db.models import F
from django.db.models.functions import Lower

from apps.candidates.models import Candidacy, Mentorship
from apps.readiness.models import Action
from apps.reminders.zones import zone_named
from apps.reviews.models import Review, ReviewQuerySet, Verdict
from apps.stories.models import Story

# What happened before that is history, whatever is still open of it.
LOOKED_BACK: Final = timedelta(days=90)


@dataclass(frozen=True)
class Anchor:
    """`row` names the event for ever, `thing_id` is what its page is asked for."""

    candidacy_id: int
    person_id: int
    row: str
    at: datetime
    thing_id: int | None = None


@dataclass(frozen=True)
class Event:
    """`route` leads to the form that completes it, by `thing_id`; without it the rule's page does.

    `implied` are facts that hold while an anchor exists. `is_told_at_once`: its own mail went out in the
    transaction of the event, so the digest does not say it again on day 0.
    """

    find: Callable[[Sequence[Candidacy], datetime], Iterable[Anchor]]
    route: str = ""
    implied: frozenset[str] = frozenset()
    is_told_at_once: bool = False


def anchors_of(
    candidacies: Sequence[Candidacy], now: datetime, names: Iterable[str] | None = None
) -> Mapping[str, list[Anchor]]:
    """Return what is open by event; one statement an event however many candidacies."""
    since = now - LOOKED_BACK
    wanted = EVENTS if names is None else [name for name in EVENTS if name in set(names)]
    return {name: list(EVENTS[name].find(candidacies, since)) if candidacies else [] for name in wanted}


def _drafts(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    of_person = {candidacy.person_id: candidacy.pk for candidacy in candidacies}
    drafts = Story.objects.alive().in_use().filter(owner__in=list(of_person), current_version=None)
    for pk, owner, edited_at in drafts.filter(edited_at__gt=since).values_list("pk", "owner_id", "edited_at"):
        # Left alone again after an edit is another event.
        yield Anchor(of_person[owner], owner, f"{pk}@{edited_at:%Y%m%dT%H%M%S}", edited_at, pk)


def _actions_due(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    """Dated ahead: the day begins in the person's own zone, as everything of theirs does."""
    mine = Action.objects.standing().of_open_gaps().filter(gap__candidacy__in=list(candidacies))
    rows = mine.filter(due_on__gt=since.date()).values_list(
        "pk", "due_on", "gap__candidacy_id", "gap__candidacy__person_id", "gap__candidacy__person__time_zone"
    )
    for pk, due_on, candidacy, person, zone in rows:
        at = datetime.combine(due_on, time(), zone_named(zone))
        # Another date is another event.
        yield Anchor(candidacy, person, f"{pk}@{due_on:%Y%m%d}", at, pk)


def _reviews_sent(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    unseen = _reviews(candidacies).sent().filter(sent_at__gt=since, seen_at=None)
    for pk, candidacy, person, sent_at in unseen.values_list(
        "pk", "mentorship__candidacy_id", "mentorship__candidacy__person_id", "sent_at"
    ):
        assert sent_at is not None
        yield Anchor(candidacy, person, str(pk), sent_at, pk)


def _changes_asked(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    open_ones = _reviews(candidacies).filter(
        sent_at__gt=since,
        verdict=Verdict.CHANGES,
        version=F("version__story__current_version"),
        version__story__matches_version=True,
    )
    for pk, candidacy, person, sent_at, story in open_ones.values_list(
        "pk", "mentorship__candidacy_id", "mentorship__candidacy__person_id", "sent_at", "version__story_id"
    ):
        assert sent_at is not None
        yield Anchor(candidacy, person, str(pk), sent_at, story)


def _reviews_asked(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    waiting = _of_active_mentors(_reviews(candidacies)).waiting().filter(asked_at__gt=since)
    for pk, candidacy, mentor, asked_at in waiting.values_list(
        "pk", "mentorship__candidacy_id", "mentorship__mentor_id", "asked_at"
    ):
        assert mentor is not None
        yield Anchor(candidacy, mentor, str(pk), asked_at, pk)


def _reviews_withdrawn(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    gone = _of_active_mentors(_reviews(candidacies)).filter(withdrawn_at__gt=since, sent_at=None)
    for pk, candidacy, mentor, withdrawn_at in gone.values_list(
        "pk", "mentorship__candidacy_id", "mentorship__mentor_id", "withdrawn_at"
    ):
        assert mentor is not None
        assert withdrawn_at is not None
        yield Anchor(candidacy, mentor, str(pk), withdrawn_at)


def _mentorships_asked(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    """Only people with an account have a list; others have the invitation in their mail."""
    waiting = list(
        Mentorship.objects.standing()
        .filter(candidacy__in=list(candidacies), accepted_at=None, asked_at__gt=since)
        .values_list("pk", "candidacy_id", Lower("invited_email"), "asked_at")
    )
    if not waiting:
        return
    addresses = (
        EmailAddress.objects.annotate(lowered=Lower("email"))
        .filter(lowered__in={email for _, _, email, _ in waiting}, verified=True)
        .values_list("lowered", "user_id")
    )
    owners = dict(addresses)
    for pk, candidacy, email, asked_at in waiting:
        if email in owners:
            yield Anchor(candidacy, owners[email], str(pk), asked_at)


def _mentorships_answered(candidacies: Sequence[Candidacy], since: datetime) -> Iterator[Anchor]:
    answered = Mentorship.objects.filter(candidacy__in=list(candidacies), revoked_at=None)
    for pk, candidacy, person, accepted_at, declined_at in answered.values_list(
        "pk", "candidacy_id", "candidacy__person_id", "accepted_at", "declined_at"
    ):
        at = accepted_at or declined_at
        if at is not None and at > since:
            yield Anchor(candidacy, person, str(pk), at)


def _reviews(candidacies: Sequence[Candidacy]) -> ReviewQuerySet:
    mine = Review.objects.alive().filter(mentorship__candidacy__in=list(candidacies))
    return mine.filter(mentorship__revoked_at=None)


def _of_active_mentors(reviews: ReviewQuerySet) -> ReviewQuerySet:
    return reviews.filter(mentorship__in=Mentorship.objects.active().values("pk"))


EVENTS: Final[Mapping[str, Event]] = {
    "action_due": Event(_actions_due, "readiness:action_edit", frozenset({"open_actions"})),
    "draft_untouched": Event(_drafts, "stories:edit", frozenset({"stale_drafts"})),
    "review_sent": Event(_reviews_sent, "reviews:show", is_told_at_once=True),
    "changes_asked": Event(
        _changes_asked,
        "stories:edit",
        frozenset({"reviews_with_changes_asked"}),
        is_told_at_once=True,
    ),
    "review_asked": Event(
        _reviews_asked, "reviews:edit", frozenset({"waiting_reviews"}), is_told_at_once=True
    ),
    "review_withdrawn": Event(_reviews_withdrawn, is_told_at_once=True),
    "mentorship_asked": Event(
        _mentorships_asked, implied=frozenset({"waiting_mentorships"}), is_told_at_once=True
    ),
    "mentorship_answered": Event(_mentorships_answered, is_told_at_once=True),
}
