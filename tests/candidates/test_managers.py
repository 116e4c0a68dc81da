"""A manager sees nothing until the candidate says so, and then no more than that."""

from datetime import date, datetime
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import actions as accounts
from apps.accounts.models import AccessRecord, User
from apps.candidates import actions
from apps.candidates.facts import facts_of
from apps.candidates.models import Candidacy, Mentorship, MentorshipKind
from apps.reviews.models import Review
from apps.stories.models import StoryGrant
from tests.cast import Posted, SignIn
from tests.factories.accounts import UserFactory
from tests.factories.candidates import MentorshipFactory
from tests.factories.reviews import ReviewFactory, StoryGrantFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory

MENTORS = reverse("candidates:mentors")
MY_CANDIDATES = reverse("candidates:my_candidates")
LEVEL, DATE, PHASE = "L6", "25 July 2027", "Build evidence"


@pytest.fixture
def manager(candidacy: Candidacy) -> User:
    """Mei, Maya's manager, who accepted and was granted nothing."""
    user = UserFactory.create(name="Mei Tan", email="mei@example.com")
    MentorshipFactory.create(candidacy=candidacy, mentor=user, kind=MentorshipKind.MANAGER)
    return user


@pytest.fixture
def managing(manager: User) -> Mentorship:
    return manager.mentorships.get()


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def plan_path(mentorship: Mentorship) -> str:
    return reverse("candidates:mentorship_plan", args=[mentorship.pk])


def seen_by(client: Client, address: str = MY_CANDIDATES) -> list[bool]:
    """Say of level, date and phase which stand on a page of the manager's."""
    main = client.get(address).text.partition("<main")[2].partition("</main>")[0]
    return [words in main for words in (LEVEL, DATE, PHASE)]


def test_accepting_grants_nothing(
    candidate: User, candidacy: Candidacy, sign_in: SignIn, posted: Posted
) -> None:
    mei = UserFactory.create(name="Mei Tan", email="mei@example.com")
    asked, _ = actions.invite_mentor(
        candidacy, name="Mei", email=mei.email, kind="manager", by=candidate, now=timezone.now()
    )
    [letter] = posted()
    assert "follow their way to the next level as their manager" in letter.body
    assert asked.invitation is not None

    accounts.accept(asked.invitation, mei, now=timezone.now())

    asked.refresh_from_db()
    assert (asked.state, asked.shows_plan, asked.may_rate_indicators()) == ("active", False, False)
    assert not StoryGrant.objects.exists()
    assert candidacy not in Candidacy.objects.visible_to(mei)
    assert posted()[-1].subject.endswith("Mei Tan joins you as your manager")


def test_my_candidates_shows_a_manager_who_it_is_and_nothing_of_the_plan(
    manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)

    response = browser.get(MY_CANDIDATES)

    assert "Maya Okonkwo" in response.text
    assert "level and date not shared with you" in response.text
    assert "Manager since" in response.text
    assert seen_by(browser) == [False, False, False]


def test_level_date_and_phase_are_shared_and_hidden_again(
    client: Client,
    candidate: User,
    candidacy: Candidacy,
    manager: User,
    managing: Mentorship,
    sign_in: SignIn,
) -> None:
    browser = sign_in(manager)

    client.post(plan_path(managing), {"granted": "yes"})
    assert seen_by(browser) == [True, True, True]
    assert candidacy in Candidacy.objects.visible_to(manager)

    client.post(plan_path(managing), {"granted": "no"})
    assert seen_by(browser) == [False, False, False]
    assert candidacy not in Candidacy.objects.visible_to(manager)

    records = AccessRecord.objects.filter(thing="candidates.mentorship", by=candidate).order_by("pk")
    assert [record.verb for record in records] == ["shared the plan", "stopped sharing the plan"]


def test_readiness_cannot_be_rated_without_the_plan_and_shows_it(
    client: Client, manager: User, managing: Mentorship, sign_in: SignIn
) -> None:
    page = client.get(MENTORS)
    assert "This shows them the level you aim for, your target date and phase too." in page.text

    client.post(reverse("candidates:mentorship_readiness", args=[managing.pk]), {"granted": "yes"})

    assert seen_by(sign_in(manager)) == [True, True, True]


def test_asking_for_a_review_says_what_it_shows_a_manager(
    client: Client, candidate: User, managing: Mentorship
) -> None:
    story = StoryFactory.create(owner=candidate)
    page = reverse("reviews:ask", args=[story.pk])
    said = "Asking also shows them the level you aim for"

    before = client.get(page)
    assert "Mei Tan, your manager" in before.text
    assert said in before.text

    client.post(plan_path(managing), {"granted": "yes"})
    assert said not in client.get(page).text


def test_asking_for_a_review_of_a_mentor_does_not_speak_of_managers(
    client: Client, candidate: User, mentorship: Mentorship
) -> None:
    story = StoryFactory.create(owner=candidate)

    page = client.get(reverse("reviews:ask", args=[story.pk])).text

    assert "Asking also shows them the level" not in page
    assert "your manager" not in page


def test_a_manager_who_was_asked_for_a_review_learns_the_level_and_no_date(
    candidate: User, manager: User, managing: Mentorship, sign_in: SignIn
) -> None:
    version = StoryVersionFactory.create(story=StoryFactory.create(owner=candidate))
    StoryGrantFactory.create(story=version.story, mentorship=managing)
    review: Review = ReviewFactory.create(version=version, mentorship=managing)
    browser = sign_in(manager)

    assert seen_by(browser, reverse("reviews:queue")) == [True, False, False]
    screen = browser.get(reverse("reviews:edit", args=[review.pk])).text
    assert f"Towards {LEVEL}" in screen
    assert DATE not in screen
    assert PHASE not in screen
    assert seen_by(browser) == [False, False, False]


def test_the_page_of_mentors_tells_managers_from_mentors(
    client: Client, mentor: User, managing: Mentorship
) -> None:
    page = client.get(MENTORS).text

    assert page.count("Share level and date") == 1
    assert "Sees your name and nothing of your plan; none of your stories." in page
    assert "Sees your name, the level you aim for, your target date and phase; none of your stories." in page


@pytest.mark.parametrize("state", ["ended", "declined"])
def test_sharing_the_plan_with_somebody_who_is_gone_is_a_conflict(
    client: Client, candidacy: Candidacy, state: str
) -> None:
    now = timezone.now()
    endings: dict[str, dict[str, datetime | None]] = {
        "ended": {"revoked_at": now},
        "declined": {"declined_at": now, "accepted_at": None},
    }
    managing = MentorshipFactory.create(candidacy=candidacy, kind=MentorshipKind.MANAGER, **endings[state])

    response = client.post(plan_path(managing), {"granted": "yes"})

    managing.refresh_from_db()
    assert response.status_code == HTTPStatus.CONFLICT
    assert managing.plan_granted_at is None


def test_a_manager_who_was_shown_nothing_is_no_mentor(
    client: Client, candidacy: Candidacy, managing: Mentorship, today: date
) -> None:
    def counts() -> tuple[object, bool, bool, bool]:
        mine = Candidacy.objects.filter(pk=candidacy.pk)
        return (
            facts_of(candidacy, today, {"has_mentor"})["has_mentor"],
            mine.without_mentor().exists(),
            Mentorship.objects.names_by_candidacy(mine).exists(),
            "Ask somebody to be your mentor" in client.get(reverse("dashboards:home")).text,
        )

    StoryFactory.create(owner=candidacy.person)
    assert counts() == (0, True, False, True)

    client.post(plan_path(managing), {"granted": "yes"})

    assert counts() == (1, False, True, False)
