import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from itertools import groupby
from typing import ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import AccessRecord, Invitation, User
from apps.applications.models import Conversation, PerformanceRecord, SupportAnswer
from apps.candidates.models import Candidacy, Mentorship, MentorshipKind, SelfRating
from apps.candidates.phases import current_window, phase_windows
from apps.cohorts.models import Cohort, CohortInvitation, Membership
from apps.dashboards.demo import ACCOUNTS
from apps.dashboards.demo.documents import read_candidate, read_people
from apps.dashboards.models import DemoPerson
from apps.mail.models import Message
from apps.projects.models import Project
from apps.readiness.models import Standing, StepChange
from apps.reviews.models import Comment, Rating, Review
from apps.stories.models import Story, StoryState, StoryVersion, Win
from tests.factories.accounts import UserFactory
from tests.factories.frameworks import shipped_framework, shipped_version
from tests.factories.stories import StoryFactory


def run(verb: str) -> str:
    out = StringIO()
    call_command("demo", verb, stdout=out)
    return out.getvalue().strip()


def rows() -> dict[str, int]:
    """Count the rows of every model but the framework's, which is not of the demo."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in {"frameworks", "contenttypes", "auth"}
    }


class TestLoadedDemo(TestCase):
    """Loading takes seconds, so these share one."""

    callbacks: ClassVar[list[Callable[[], object]]]

    @classmethod
    def setUpTestData(cls) -> None:
        shipped_version()
        with cls.captureOnCommitCallbacks() as cls.callbacks:
            assert run("load") == "The demo is loaded."

    def test_loading_sends_no_mail(self) -> None:
        assert self.callbacks == []
        assert not Message.objects.exists()

    def test_the_demo_has_the_people_and_the_work_it_promises(self) -> None:
        roles = Counter(person.role for person in read_people())
        assert roles == {"candidate": 12, "mentor": 3, "organiser": 1, "administrator": 1}
        assert User.objects.count() == DemoPerson.objects.count() == 17
        assert Candidacy.objects.open().count() == 12
        assert Mentorship.objects.active().values("mentor").distinct().count() == 3
        assert User.objects.get(may_create_cohorts=True).name == "Colette Marchetti"
        assert User.objects.get(is_staff=True).name == "Ravi Sundberg"
        assert (Story.objects.count(), Win.objects.count(), Project.objects.count()) == (60, 70, 36)

    def test_the_organiser_sees_who_came_by_an_invitation(self) -> None:
        invitations = Invitation.objects.visible_to(User.objects.get(may_create_cohorts=True))

        states = Counter(invitation.state(timezone.now()) for invitation in invitations)

        assert states == {"accepted": 25, "open": 3, "expired": 2}

    def test_every_story_is_in_the_state_its_file_says(self) -> None:
        shown = {"complete": "draft", "versioned": "saved", "revised": "asked", "edited_since": "edited"}
        said = Counter(
            shown.get(story.state, story.state)
            for person in read_people()
            if person.role == "candidate"
            for story in read_candidate(person.key).stories
        )

        found = Counter(story.state.value for story in Story.objects.all())

        assert found == said
        assert set(found) == set(StoryState.values)

    def test_candidates_stand_in_all_phases(self) -> None:
        today = timezone.now().date()
        phases = {
            current_window(
                phase_windows(
                    candidacy.framework.phases,
                    target_on=candidacy.target_on,
                    started_on=candidacy.started_on,
                    today=today,
                    decided_on=candidacy.decided_on,
                )
            ).phase.key
            for candidacy in Candidacy.objects.all()
        }

        assert phases == {phase.key for phase in shipped_framework().phases}

    def test_the_framework_knows_every_key(self) -> None:
        framework = shipped_framework()
        known = {("principle", principle.key) for principle in framework.principles}
        known |= {("indicator", indicator.key) for indicator in framework.indicators}

        used = {("principle", key) for story in Story.objects.all() for key in story.principles}
        used |= {("indicator", key) for story in Story.objects.all() for key in story.indicators}
        used |= {("principle", win.principle) for win in Win.objects.exclude(principle="")}
        for model in (SelfRating, Rating):
            used |= set(model.objects.values_list("kind", "key"))

        assert used - known == set()

    def test_the_ladder_holds_every_step_with_a_dated_history(self) -> None:
        assert set(Standing.objects.values_list("step", flat=True)) == {0, 1, 2, 3, 4}
        assert Standing.objects.filter(is_edited_since=True).exists()
        assert not Standing.objects.exclude(candidacy__evidence_rev=F("evidence_rev")).exists()
        dates = StepChange.objects.filter(candidacy__person__name="Maya Okonkwo").dates("changed_at", "month")
        assert len(dates) >= 6

    def test_what_mentors_wrote_is_there_and_was_sent(self) -> None:
        assert Review.objects.sent().count() == 26
        assert Review.objects.waiting().count() == 8
        assert Comment.objects.count() == sum(
            len(story.review.comments)
            for person in read_people()
            if person.role == "candidate"
            for story in read_candidate(person.key).stories
            if story.review
        )

    def test_managers_were_shown_nothing_and_what_they_said_is_noted(self) -> None:
        managing = Mentorship.objects.filter(kind=MentorshipKind.MANAGER)
        newest = SupportAnswer.objects.newest_by_candidacy(Candidacy.objects.all())

        assert [(one.shows_plan, one.story_grants.count()) for one in managing] == [(False, 0)] * 3
        assert Counter(newest.values()) == {"yes": 2, "not_yet": 1}
        assert (Conversation.objects.count(), PerformanceRecord.objects.count()) == (4, 3)
        assert not Conversation.objects.filter(held_on__gt=timezone.now().date()).exists()
        assert PerformanceRecord.objects.order_by("-ends_on").values_list("rating", flat=True)[0] == 3

    def test_a_cohort_holds_everybody_who_aims_for_its_level(self) -> None:
        cohort = Cohort.objects.get()
        now = timezone.now()

        assert Membership.objects.standing().of_cohort(cohort).count() == 10
        assert Candidacy.objects.of_cohort(cohort).count() == 10
        assert CohortInvitation.objects.of_cohort(cohort).counted(now) == {
            "sent": 14,
            "joined": 10,
            "waiting": 2,
            "expired": 2,
        }
        assert Candidacy.objects.of_cohort(cohort).silent(now.date()).exists()
        assert Candidacy.objects.of_cohort(cohort).exclude(target_on=cohort.target_on).exists()

    def test_nothing_is_dated_after_now_or_before_its_cause(self) -> None:
        now = timezone.now()

        for story in Story.objects.prefetch_related("revisions", "versions"):
            saved = [revision.saved_at for revision in story.revisions.order_by("number")]
            assert saved == sorted(saved)
            assert story.created_at == saved[0]
            assert story.edited_at == saved[-1] <= now
        for review in Review.objects.sent():
            assert review.version.created_at <= review.asked_at
            assert review.asked_at < review.sent_at <= now  # type: ignore[operator]
        assert not AccessRecord.objects.filter(at__gt=now).exists()
        assert not AccessRecord.objects.filter(verb="sent review", at__gt=now - timedelta(days=2)).exists()
        assert not StoryVersion.objects.filter(created_at__gt=now).exists()

    def test_everybody_signs_in_with_a_verified_address(self) -> None:
        roles = [role for role, _ in groupby(account["role"] for account in ACCOUNTS)]
        assert roles == ["candidate", "mentor", "organiser", "administrator"]
        assert [account["email"].split("@")[0] for account in ACCOUNTS[:4]] == [
            "maya",
            "tomas",
            "henrik",
            "amara",
        ]
        assert EmailAddress.objects.filter(verified=True, primary=True).count() == 17
        account = ACCOUNTS[0]
        assert authenticate(username=account["email"], password=account["password"]) is not None
        assert json.loads(run("accounts")) == ACCOUNTS
        assert User.objects.values("password").distinct().count() == 1

    def test_loading_twice_is_loading_once(self) -> None:
        before = rows()
        Win.objects.filter(owner__email="maya@example.org").update(text="Typed by somebody who tried it")

        assert run("load") == "The demo is in already; nothing changed."

        assert rows() == before
        assert Win.objects.filter(text="Typed by somebody who tried it").exists()

    def test_removing_leaves_nothing_and_keeps_everybody_else(self) -> None:
        bystander = UserFactory.create(name="Real Person", email="real@example.org")
        story = StoryFactory.create(owner=bystander)

        assert run("remove") == "The demo is out; 17 people were taken out."

        assert User.objects.get() == bystander
        assert Story.objects.get() == story
        assert {label for label, count in rows().items() if count} == {
            "accounts.User",
            "account.EmailAddress",
            "stories.Story",
        }


@pytest.mark.django_db
def test_loading_refuses_an_address_of_somebody_else() -> None:
    shipped_version()
    UserFactory.create(email="Henrik@example.org")
    before = rows()

    with pytest.raises(
        CommandError, match=r"^henrik@example.org belongs to somebody who is not of the demo$"
    ):
        run("load")

    assert rows() == before


@pytest.mark.django_db
def test_loading_is_refused_with_production_settings(settings: Settings) -> None:
    shipped_version()
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match=r"^the demo is never loaded with production settings$"):
        run("load")

    assert not User.objects.exists()


@pytest.mark.django_db
def test_loading_without_a_framework_says_what_to_run_first() -> None:
    with pytest.raises(CommandError, match="framework load"):
        run("load")

    assert not User.objects.exists()
