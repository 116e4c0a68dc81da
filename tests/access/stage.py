"""Everything on stage: people at every viewpoint, and rows of each kind, each text with a word of its own."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from apps.accounts.models import AccessRecord, User
from apps.candidates.models import Candidacy, Mentorship, MentorshipKind
from apps.mail.kinds import Channel
from apps.mail.models import Attempt, Preference
from apps.readiness.models import Standing, StepChange
from apps.reminders.models import Timing
from apps.reviews.models import Review
from apps.stories.models import Story, StoryGrant, StoryRevision, StoryVersion
from tests.access.viewpoints import (
    ADMINISTRATOR,
    ANONYMOUS,
    DEACTIVATED,
    ELSEWHERE,
    INFORMED,
    MANAGER,
    MENTOR,
    NOBODY,
    ORGANISER,
    OTHER,
    OWNER,
    PAUSED,
    REVOKED,
    UNASSIGNED,
    UNGRANTED,
    VIEWPOINTS,
    Viewpoints,
    only,
)
from tests.access.words import Word, plant
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.applications import (
    ConversationFactory,
    PerformanceRecordFactory,
    SupportAnswerFactory,
)
from tests.factories.candidates import (
    AdvantageChoiceFactory,
    CandidacyFactory,
    ChosenChallengeFactory,
    MentorshipFactory,
    SelfRatingFactory,
    TickFactory,
)
from tests.factories.cohorts import CohortFactory, CohortInvitationFactory, MembershipFactory
from tests.factories.gaps import ActionEvidenceFactory, ActionFactory, GapFactory
from tests.factories.mail import MessageFactory
from tests.factories.projects import MetricFactory, ProjectFactory
from tests.factories.readiness import (
    MentorRatingFactory,
    PrincipleNoteFactory,
    SubjectEvidenceFactory,
    TalkedAboutFactory,
)
from tests.factories.reminders import OccurrenceFactory, PlanFactory, ScheduleFactory
from tests.factories.reviews import CommentFactory, RatingFactory, ReviewFactory, StoryGrantFactory
from tests.factories.scope import DecisionFactory, SnapshotFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory, WinFactory

ASKED_TOKEN = "a" * 43
CANDIDATE_TOKEN = "c" * 43


@dataclass
class Stage:
    rows: dict[str, models.Model] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def put[M: models.Model](self, name: str, row: M, readers: Viewpoints) -> M:
        """Plant the row; `readers` may read its words."""
        assert name not in self.rows, name
        self.rows[name] = row
        self.words |= {word.text: word for word in plant(name, row, readers)}
        return row

    def pk(self, name: str) -> int:
        key: int = self.rows[name].pk
        return key

    def viewpoint_of(self, email: str) -> str | None:
        return next((name for name, person in self.people.items() if person.email == email), None)


def set_stage() -> Stage:
    """Make all rows, in the caller's transaction."""
    stage = Stage()
    _put_people(stage)
    _put_mentorships(stage, _put_owner(stage))
    _put_story_in_review(stage)
    _put_reviews(stage)
    _put_rest_of_owner(stage)
    _put_reminders(stage)
    _put_other(stage)
    _put_cohorts(stage)
    _sign_everybody_in(stage)
    return stage


# Whose name somebody sees on the pages of their own place, beside their own.
NAMES_ARE_SEEN_BY = {
    # A manager was invited by them, and learns nothing else until told.
    OWNER: only(OWNER, MENTOR, UNGRANTED, MANAGER, INFORMED, ORGANISER),
    OTHER: only(OTHER, UNASSIGNED, ORGANISER),
    MENTOR: only(MENTOR, OWNER, ORGANISER),
    UNGRANTED: only(UNGRANTED, OWNER, ORGANISER),
    REVOKED: only(REVOKED, OWNER),
    PAUSED: only(PAUSED, OWNER, ORGANISER),
    # Shown nothing of the plan, a manager is no mentor that an organiser hears of.
    MANAGER: only(MANAGER, OWNER),
    INFORMED: only(INFORMED, OWNER),
    UNASSIGNED: only(UNASSIGNED, OTHER, ORGANISER),
    DEACTIVATED: NOBODY,
    ORGANISER: only(ORGANISER),
}


def _put_people(stage: Stage) -> None:
    organises = {"may_create_cohorts": True}
    flags = {ORGANISER: organises, ELSEWHERE: organises, ADMINISTRATOR: {"is_staff": True}}
    for viewpoint in VIEWPOINTS:
        if viewpoint != ANONYMOUS:
            person = UserFactory.create(**flags.get(viewpoint, {}))
            stage.people[viewpoint] = person
            # Administrators see all people, in the admin.
            readers = NAMES_ARE_SEEN_BY.get(viewpoint, only(viewpoint)) | {ADMINISTRATOR}
            stage.put(f"the {viewpoint}", person, readers)
            themselves = only(viewpoint, ADMINISTRATOR) - {DEACTIVATED}
            _let_read(stage, f"the {viewpoint}", "accounts.User.email", themselves)
            EmailAddress.objects.filter(user=person).update(email=person.email)


def _put_owner(stage: Stage) -> User:
    owner = stage.people[OWNER]
    stage.put("candidacy", CandidacyFactory.create(person=owner), NOBODY)
    stage.put("address", EmailAddress.objects.get(user=owner), NOBODY)
    stage.put(
        "security key",
        Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=_security_key()),
        only(OWNER),
    )
    for kind, state in {
        "totp": {"secret": "A" * 32},
        "recovery_codes": {"seed": "b" * 40, "used_mask": 0},
    }.items():
        authenticator = Authenticator.objects.create(user=owner, type=kind, data=state)
        stage.put(f"second factor by {kind}", authenticator, NOBODY)
    return owner


_CLIENT_DATA = b'{"type": "webauthn.create", "challenge": "AAAA", "origin": "http://testserver"}'


def _security_key() -> dict[str, object]:
    """A registration as a browser sends it; its public key is a valid point of nobody's."""
    key = ES256(
        {
            1: 2,
            3: -7,
            -1: 1,
            -2: bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
            -3: bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
        }
    )
    credential = AttestedCredentialData.create(b"\0" * 16, b"id of the key...", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, bytes(credential))
    answer = {
        "id": "aWQgb2YgdGhlIGtleS4uLg",
        "rawId": "aWQgb2YgdGhlIGtleS4uLg",
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(_CLIENT_DATA),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
        },
    }
    return {"name": "key", "credential": answer}


def _put_mentorships(stage: Stage, owner: User) -> None:
    candidacy = stage.rows["candidacy"]
    now = timezone.now()
    states: dict[str, dict[str, object]] = {
        MENTOR: {"readiness_granted_at": now},
        UNGRANTED: {},
        REVOKED: {"revoked_at": now, "readiness_granted_at": now},
        PAUSED: {"paused_at": now, "readiness_granted_at": now},
        MANAGER: {"kind": MentorshipKind.MANAGER},
        INFORMED: {"kind": MentorshipKind.MANAGER},
    }
    for viewpoint, state in states.items():
        row = MentorshipFactory.create(candidacy=candidacy, mentor=stage.people[viewpoint], **state)
        stage.put(f"mentorship of the {viewpoint}", row, only(OWNER))
    invitation = InvitationFactory.create(kind="mentorship", token=ASKED_TOKEN, invited_by=owner)
    # Whoever holds its link sees for whom it is; the owner's page shows the mentorship instead.
    stage.put("invitation of a mentor", invitation, only(ADMINISTRATOR))
    asked = MentorshipFactory.create(
        candidacy=candidacy, mentor=None, accepted_at=None, invitation=invitation
    )
    stage.put("asked mentorship", asked, only(OWNER))
    declined = MentorshipFactory.create(candidacy=candidacy, mentor=None, accepted_at=None, declined_at=now)
    stage.put("declined mentorship", declined, only(OWNER))
    invitation = InvitationFactory.create(
        kind="candidate", token=CANDIDATE_TOKEN, invited_by=stage.people[ORGANISER]
    )
    stage.put("invitation of a candidate", invitation, only(ORGANISER, ADMINISTRATOR))
    invitation = InvitationFactory.create(token="b" * 43, invited_by=stage.people[ADMINISTRATOR])
    stage.put("invitation by the administrator", invitation, only(ADMINISTRATOR))


def mentorship_of(stage: Stage, viewpoint: str) -> Mentorship:
    row = stage.rows[f"mentorship of the {viewpoint}"]
    assert isinstance(row, Mentorship)
    return row


def _put_story_in_review(stage: Stage) -> None:
    """A story with three versions and a working text of which nobody else knows; granted from 2 on."""
    owner = stage.people[OWNER]
    project = ProjectFactory.create(owner=owner, summary="Summary")
    metric = MetricFactory.create(owner=owner, project=project, source="Dashboard")
    story = StoryFactory.create(owner=owner, project=project, own_part="Part")
    StoryMetricFactory.create(story=story, metric=metric)
    granted = only(OWNER, MENTOR, INFORMED)
    readers = {1: only(OWNER), 2: granted, 3: granted}
    for number, who in readers.items():
        stage.put(f"version {number}", StoryVersionFactory.create(story=story, number=number), who)
    # Planted after its versions: the working text has words of its own.
    stage.put("project", project, only(OWNER))
    stage.put("metric", metric, only(OWNER))
    stage.put("story", story, only(OWNER))
    Story.objects.filter(pk=story.pk).update(matches_version=False, current_version=stage.pk("version 3"))
    story.refresh_from_db()
    quote = story.quoted_metrics.get()
    stage.put("quoted metric", quote, only(OWNER))
    revision = StoryRevision.objects.create(
        story=story, number=1, content=StoryVersion.objects.get(pk=stage.pk("version 1")).content
    )
    # Its page lists when and by whom; the text comes back by restoring a version.
    stage.put("revision", revision, NOBODY)
    for viewpoint in REVIEWERS:
        grant = StoryGrantFactory.create(
            story=story, mentorship=mentorship_of(stage, viewpoint), from_number=2
        )
        stage.put(f"grant of the {viewpoint}", grant, NOBODY)


# Who was asked for a review; all but the first and the last may open none any more.
REVIEWERS = (MENTOR, UNGRANTED, REVOKED, PAUSED, INFORMED)


def _put_reviews(stage: Stage) -> None:
    """Of each mentor one sent review, of version 2, and a draft of version 3."""
    for viewpoint in REVIEWERS:
        still = only(viewpoint) if viewpoint in {MENTOR, INFORMED} else NOBODY
        sent = _review(stage, viewpoint, 2, sent_at=timezone.now(), verdict="endorse")
        _put_review(stage, f"sent review of the {viewpoint}", sent, only(OWNER) | still)
        draft = _review(stage, viewpoint, 3, opened_at=timezone.now(), unfinished={"task": "Half a sentence"})
        _put_review(stage, f"draft of the {viewpoint}", draft, still)
        # What was asked is the candidate's own text.
        for name in (f"sent review of the {viewpoint}", f"draft of the {viewpoint}"):
            _let_read(stage, name, "reviews.Review.question", only(OWNER) | still)
    StoryGrant.objects.filter(pk=stage.pk(f"grant of the {UNGRANTED}")).update(revoked_at=timezone.now())
    deleted = CommentFactory.create(review=stage.rows[f"draft of the {MENTOR}"], deleted_at=timezone.now())
    stage.put("deleted comment", deleted, NOBODY)


def _review(stage: Stage, viewpoint: str, number: int, **more: object) -> Review:
    review: Review = ReviewFactory.create(
        mentorship=mentorship_of(stage, viewpoint),
        version=stage.rows[f"version {number}"],
        question="Look here",
        rationale="Because",
        **more,
    )
    return review


def _put_review(stage: Stage, name: str, review: Review, readers: Viewpoints) -> None:
    stage.put(name, review, readers)
    stage.put(f"rating in the {name}", RatingFactory.create(review=review, reason="Why"), readers)
    stage.put(f"comment in the {name}", CommentFactory.create(review=review), readers)


def _let_read(stage: Stage, row: str, path: str, readers: Viewpoints) -> None:
    found = [word for word in stage.words.values() if (word.row, word.field) == (row, path)]
    assert found, f"{path} of {row} has no word"
    for word in found:
        stage.words[word.text] = Word(word.text, word.row, word.field, readers)


def _put_rest_of_owner(stage: Stage) -> None:
    owner, now = stage.people[OWNER], timezone.now()
    candidacy = owner.candidacies.get()
    unshared = StoryFactory.create(owner=owner, own_part="Part")
    stage.put("version of the unshared story", StoryVersionFactory.create(story=unshared), only(OWNER))
    stage.put("unshared story", unshared, only(OWNER))
    for name, state, readers in (
        ("archived story", {"archived_at": now}, only(OWNER)),
        # Until it is brought back.
        ("deleted story", {"deleted_at": now}, NOBODY),
    ):
        row = StoryFactory.create(owner=owner, own_part="Part", **state)
        stage.put(f"version of the {name}", StoryVersionFactory.create(story=row), readers)
        stage.put(name, row, readers)
    link = "https://example.com/win"
    stage.put("win", WinFactory.create(owner=owner, link=link), only(OWNER))
    stage.put("deleted win", WinFactory.create(owner=owner, link=link, deleted_at=now), NOBODY)
    snapshot = SnapshotFactory.create(owner=owner, currency="EUR", taken_on=now.date())
    stage.put("scope snapshot", snapshot, only(OWNER))
    stage.put("deleted snapshot", SnapshotFactory.create(owner=owner, deleted_at=now), NOBODY)
    decided_on = now.date()
    stage.put("decision", DecisionFactory.create(owner=owner, decided_on=decided_on), only(OWNER))
    stage.put("deleted decision", DecisionFactory.create(owner=owner, deleted_at=now), NOBODY)
    stage.put("advantage", AdvantageChoiceFactory.create(candidacy=candidacy), NOBODY)
    stage.put("challenge", ChosenChallengeFactory.create(candidacy=candidacy), NOBODY)
    stage.put("tick", TickFactory.create(candidacy=candidacy), NOBODY)
    _put_gaps(stage, candidacy)
    # To whom the readiness is shown, the newest rating is.
    stage.put("rating", SelfRatingFactory.create(candidacy=candidacy, note="Note"), only(OWNER, MENTOR))
    _put_ratings(stage, candidacy)
    earlier = SelfRatingFactory.create(candidacy=candidacy, note="Note", rated_at=now - timedelta(days=9))
    stage.put("earlier rating", earlier, only(OWNER))
    unquoted = MetricFactory.create(owner=owner, source="Dashboard")
    stage.put("unquoted metric", unquoted, only(OWNER))
    # Its mentor has it in the queue no more while the story is deleted.
    of_deleted = ReviewFactory.create(
        mentorship=mentorship_of(stage, MENTOR), version=stage.rows["version of the deleted story"]
    )
    stage.put("review of the deleted story", of_deleted, NOBODY)
    standing = Standing.objects.create(
        candidacy=candidacy, kind="principle", key="ownership", step=0, evidence_rev=0
    )
    stage.put("standing", standing, NOBODY)
    change = StepChange.objects.create(
        candidacy=candidacy, kind="principle", key="ownership", from_step=0, to_step=1
    )
    stage.put("change of step", change, NOBODY)
    AccessRecord.write("read", unshared, by=owner, owner_id=owner.pk)
    stage.put("access record", AccessRecord.objects.get(thing="stories.story"), only(OWNER, ADMINISTRATOR))
    _put_mail(stage, owner)
    _put_manager(stage, owner)


def _put_manager(stage: Stage, owner: User) -> None:
    """What the owner noted about their manager, who is on stage and reads none of it."""
    now = timezone.now()
    talk = {"owner": owner, "agreed": "This"}
    cycle = {"owner": owner, "company_rating": "Good", "said": "That", "kept_at": "Shelf"}
    cycle |= {"link": "https://example.com/review"}
    stage.put("conversation", ConversationFactory.create(**talk), only(OWNER))
    stage.put("deleted conversation", ConversationFactory.create(**talk, deleted_at=now), NOBODY)
    answer = SupportAnswerFactory.create(candidacy=stage.rows["candidacy"], reason="Because")
    stage.put("answer of the manager", answer, only(OWNER))
    stage.put("performance record", PerformanceRecordFactory.create(**cycle), only(OWNER))
    deleted = PerformanceRecordFactory.create(**cycle, deleted_at=now)
    stage.put("deleted performance record", deleted, NOBODY)


def _put_ratings(stage: Stage, candidacy: Candidacy) -> None:
    """Of each mentor who is or was shown the readiness a sent rating, and a draft that only they see."""
    for viewpoint in (MENTOR, REVOKED, PAUSED):
        still = only(viewpoint) if viewpoint == MENTOR else NOBODY
        mentorship = mentorship_of(stage, viewpoint)
        sent = MentorRatingFactory.create(mentorship=mentorship)
        stage.put(f"sent rating of the {viewpoint}", sent, only(OWNER) | still)
        draft = MentorRatingFactory.create(mentorship=mentorship, key="dive_deep", sent_at=None)
        stage.put(f"drafted rating of the {viewpoint}", draft, still)
    stage.put("principle note", PrincipleNoteFactory.create(candidacy=candidacy), only(OWNER))
    beside = SubjectEvidenceFactory.create(candidacy=candidacy, decision=stage.rows["decision"])
    stage.put("evidence beside a subject", beside, NOBODY)
    gone = SubjectEvidenceFactory.create(candidacy=candidacy, decision=stage.rows["deleted decision"])
    stage.put("deleted evidence beside a subject", gone, NOBODY)
    stage.put("talked about", TalkedAboutFactory.create(candidacy=candidacy, key="frugality"), NOBODY)
    _let_read(stage, "decision", "scope.Decision.title", only(OWNER, MENTOR))


def _put_gaps(stage: Stage, candidacy: Candidacy) -> None:
    now = timezone.now()
    for name, status in (("gap", "open"), ("closed gap", "closed"), ("dismissed gap", "dismissed")):
        settled = (
            {"word": "Because", "settled_at": now} if status != "open" else {"word": "", "settled_at": None}
        )
        row = GapFactory.create(candidacy=candidacy, status=status, **settled)
        stage.put(name, row, only(OWNER))
    gap = stage.rows["gap"]
    _let_read(stage, "gap", "readiness.Gap.word", NOBODY)
    action = ActionFactory.create(gap=gap)
    stage.put("action", action, only(OWNER))
    _let_read(stage, "action", "readiness.Action.word", NOBODY)
    shown = only(OWNER, MENTOR)
    for name in ("gap", "closed gap"):
        _let_read(stage, name, "readiness.Gap.title", shown)
    for path in ("title", "progress"):
        _let_read(stage, "action", f"readiness.Action.{path}", shown)
    done = ActionFactory.create(gap=gap, status="done", word="Because", settled_at=now)
    stage.put("done action", done, only(OWNER))
    for path in ("title", "progress"):
        _let_read(stage, "done action", f"readiness.Action.{path}", shown)
    shown_by = ActionEvidenceFactory.create(action=done, decision=stage.rows["decision"])
    stage.put("evidence of an action", shown_by, NOBODY)
    gone = ActionEvidenceFactory.create(action=done, decision=stage.rows["deleted decision"])
    stage.put("deleted evidence of an action", gone, NOBODY)


def _put_mail(stage: Stage, owner: User) -> None:
    Preference.objects.create(user=owner, kind="review_sent", channel=Channel.NONE)
    message = MessageFactory.create(user=None, address="invited@example.com", kind="invitation")
    stage.put("mail to somebody invited", message, only(ADMINISTRATOR))
    stage.put(
        "attempt of a mail", Attempt.objects.create(message=message, outcome="later", text="No"), NOBODY
    )


def _put_reminders(stage: Stage) -> None:
    """One of the owner's, and one that each mentor got about them while they mentored."""
    owner = stage.people[OWNER]
    plan = PlanFactory.create(candidacy=stage.rows["candidacy"])
    stage.put("reminder plan", plan, NOBODY)
    stage.put("schedule", ScheduleFactory.create(plan=plan), NOBODY)
    stage.put("reminder timing", Timing.objects.create(user=owner), NOBODY)
    for viewpoint in (OWNER, MENTOR, REVOKED, PAUSED):
        rule = "log_wins" if viewpoint == OWNER else "review_waiting"
        row = OccurrenceFactory.create(plan=plan, person=stage.people[viewpoint], rule=rule)
        stage.put(f"reminder of the {viewpoint}", row, NOBODY)


def _put_other(stage: Stage) -> None:
    other = stage.people[OTHER]
    candidacy = stage.put("other candidacy", CandidacyFactory.create(person=other), NOBODY)
    mentorship = MentorshipFactory.create(candidacy=candidacy, mentor=stage.people[UNASSIGNED])
    stage.put("other mentorship", mentorship, only(OTHER))
    story = StoryFactory.create(owner=other)
    version = stage.put("other version", StoryVersionFactory.create(story=story), only(OTHER, UNASSIGNED))
    stage.put("other story", story, only(OTHER))
    review = ReviewFactory.create(mentorship=mentorship, version=version)
    stage.put("other draft", review, only(UNASSIGNED))
    _let_read(stage, "other draft", "reviews.Review.question", only(OTHER, UNASSIGNED))
    stage.put("other snapshot", SnapshotFactory.create(owner=other), only(OTHER))
    stage.put("other decision", DecisionFactory.create(owner=other), only(OTHER))
    other_gap = GapFactory.create(candidacy=candidacy)
    stage.put("other gap", other_gap, only(OTHER))
    _let_read(stage, "other gap", "readiness.Gap.word", NOBODY)
    other_action = ActionFactory.create(gap=other_gap)
    stage.put("other action", other_action, only(OTHER))
    _let_read(stage, "other action", "readiness.Action.word", NOBODY)
    stage.put("other win", WinFactory.create(owner=other), only(OTHER))
    stage.put("other project", ProjectFactory.create(owner=other), only(OTHER))
    stage.put("other conversation", ConversationFactory.create(owner=other), only(OTHER))
    stage.put("other answer", SupportAnswerFactory.create(candidacy=candidacy), only(OTHER))
    stage.put("other performance record", PerformanceRecordFactory.create(owner=other), only(OTHER))


def _put_cohorts(stage: Stage) -> None:
    """Both candidates are in one cohort; its organiser and that of another one look on."""
    cohort = CohortFactory.create(created_by=stage.people[ORGANISER])
    elsewhere = CohortFactory.create(created_by=stage.people[ELSEWHERE])
    stage.put("cohort", cohort, only(ORGANISER, OWNER, OTHER, ADMINISTRATOR))
    stage.put("cohort elsewhere", elsewhere, only(ELSEWHERE, ADMINISTRATOR))
    for viewpoint in (OWNER, OTHER):
        person = stage.people[viewpoint]
        person.candidacies.update(cohort=cohort)
        row = MembershipFactory.create(cohort=cohort, user=person)
        stage.put(f"membership of the {viewpoint}", row, NOBODY)
    left = MembershipFactory.create(cohort=elsewhere, user=stage.people[OWNER], left_at=timezone.now())
    stage.put("membership that ended", left, NOBODY)
    stage.put("organiser of the cohort", cohort.organisers.get(), NOBODY)
    invited = CohortInvitationFactory.create(cohort=cohort, invitation__token="d" * 43)
    stage.put("cohort invitation", invited, NOBODY)
    stage.put("invitation into the cohort", invited.invitation, only(ORGANISER, ADMINISTRATOR))


def _sign_everybody_in(stage: Stage) -> None:
    for viewpoint, person in stage.people.items():
        browser = Client()
        browser.force_login(person)
        session = browser.session
        # As if the password had been given a moment ago: pages that ask again are reached.
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        stage.sessions[viewpoint] = browser.cookies["sessionid"].value
    User.objects.filter(pk=stage.people[DEACTIVATED].pk).update(is_active=False)
