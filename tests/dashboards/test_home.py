import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import SelfRatingFactory
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryVersionFactory, WinFactory

HOME = reverse("dashboards:home")


def test_a_new_candidate_sees_the_first_steps(candidate: User, sign_in: SignIn) -> None:
    html = sign_in(candidate).get(HOME).content.decode()

    assert "Welcome, Maya" in html
    assert "Log three things you are proud of" in html
    assert reverse("candidates:briefing") in html


def test_with_evidence_today_shows_phase_ladder_and_next_steps(candidate: User, sign_in: SignIn) -> None:
    StoryVersionFactory.create(story__owner=candidate, story__title="Faster deploys")

    html = sign_in(candidate).get(HOME).content.decode()

    assert "You are in Build evidence, with 243 days until you hand in your packet" in html
    assert "Coverage by principle" in html
    assert "Faster deploys" in html


def test_a_mentor_without_a_candidacy_lands_in_the_queue(mentor: User, sign_in: SignIn) -> None:
    assert sign_in(mentor).get(HOME)["Location"] == reverse("reviews:queue")


@pytest.mark.parametrize(("who", "invites"), [("stranger", False), ("administrator", True)])
def test_somebody_without_a_place_is_told_how_to_begin(
    who: str, invites: bool, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    html = sign_in(request.getfixturevalue(who)).get(HOME).content.decode()

    assert reverse("candidates:start") in html
    assert ("Invite somebody" in html) is invites


def test_an_organiser_without_a_candidacy_lands_in_the_overview(organiser: User, sign_in: SignIn) -> None:
    answer = sign_in(organiser).get(HOME, follow=True)

    assert answer.redirect_chain == [(reverse("dashboards:overview"), 302)]
    assert "Make your first cohort" in answer.content.decode()
    assert reverse("accounts:invitations") in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_today_takes_fourteen_statements_however_much_there_is(
    candidate: User, mentorship: Mentorship, sign_in: SignIn, statements: CountStatements, rows: int
) -> None:
    for _ in range(rows):
        StoryVersionFactory.create(story__owner=candidate)
    WinFactory.create_batch(rows, owner=candidate)
    ProjectFactory.create_batch(rows, owner=candidate)
    client = sign_in(candidate)
    client.get(HOME)  # stores the standings, which the next page finds fresh

    with statements() as done:
        client.get(HOME)

    assert done.count == 14, done.sql


@pytest.mark.parametrize("order", ["gaps", "framework", "nonsense", "\x00"])
def test_coverage_can_be_ordered(candidate: User, sign_in: SignIn, candidacy: Candidacy, order: str) -> None:
    SelfRatingFactory.create(candidacy=candidacy)

    assert sign_in(candidate).get(HOME, {"order": order}).status_code == 200
