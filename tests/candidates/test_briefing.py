from datetime import datetime
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates import actions, facts
from apps.candidates.briefing import COACH_FINDS, points_to_press, sharpened_rules, watched_facts
from apps.candidates.models import AdvantageChoice, Candidacy, ChosenChallenge
from apps.frameworks.vocabulary import COACH_RULES
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import ChosenChallengeFactory
from tests.factories.frameworks import shipped_framework
from tests.factories.stories import StoryVersionFactory

BRIEFING = reverse("candidates:briefing")
DOCUMENTS = reverse("candidates:advantage_choose", args=["access", "documents"])
SCOPE = reverse("candidates:challenge_choose", args=["scope_perception"])
NONE = reverse("candidates:challenge_none")
FROM_HTMX = {"HX-Request": "true"}


@pytest.fixture
def maya(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def test_briefing_shows_every_advantage_with_its_first_step_and_every_challenge(maya: Client) -> None:
    html = maya.get(BRIEFING).content.decode()

    framework = shipped_framework()
    for line in (line for group in framework.advantages for line in group.lines):
        assert line.text in html
        assert line.first_step in html
    for challenge in framework.challenges:
        assert challenge.about in html
    assert "0 of 12 yours to use, 12 undecided" in html


def test_a_first_step_leads_to_its_page_where_that_is_built(maya: Client) -> None:
    html = maya.get(BRIEFING).content.decode()

    assert f'<a href="{reverse("candidates:mentors")}">Ask one of them to mentor you.</a>' in html
    assert "</b> Arrange a mock interview with somebody from another organisation.</p>" in html


def test_somebody_without_a_candidacy_is_led_to_start(stranger: User, sign_in: SignIn) -> None:
    client = sign_in(stranger)

    assert client.get(BRIEFING)["Location"] == reverse("candidates:start")
    assert client.post(DOCUMENTS, {"answer": "mine"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(NONE).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(("answer", "stored"), [("mine", [True]), ("not_mine", [False]), ("open", [])])
def test_an_advantage_is_chosen_by_a_plain_post_and_can_be_left_open_again(
    maya: Client, candidacy: Candidacy, answer: str, stored: list[bool]
) -> None:
    maya.post(DOCUMENTS, {"answer": "not_mine"})

    response = maya.post(DOCUMENTS, {"answer": answer})

    assert response["Location"] == f"{BRIEFING}#advantages"
    assert list(AdvantageChoice.objects.values_list("is_mine", flat=True)) == stored


def test_htmx_gets_the_card_alone_with_its_new_count(maya: Client) -> None:
    html = maya.post(DOCUMENTS, {"answer": "mine"}, headers=FROM_HTMX).content.decode()

    assert "<html" not in html
    assert "1 of 12 yours to use, 11 undecided" in html


def test_choosing_says_that_the_candidate_was_here(maya: Client, candidacy: Candidacy, now: datetime) -> None:
    maya.post(SCOPE, {"answer": "yes"})

    candidacy.refresh_from_db()
    assert candidacy.last_active_on == now.date()
    # No step of the ladder depends on it.
    assert candidacy.evidence_rev == 1


@pytest.mark.parametrize(
    ("path", "answer", "status"),
    [
        (DOCUMENTS, "perhaps", HTTPStatus.UNPROCESSABLE_ENTITY),
        (DOCUMENTS, "", HTTPStatus.UNPROCESSABLE_ENTITY),
        (SCOPE, "open", HTTPStatus.UNPROCESSABLE_ENTITY),
        (reverse("candidates:advantage_choose", args=["access", "culture"]), "mine", HTTPStatus.NOT_FOUND),
        (reverse("candidates:challenge_choose", args=["weather"]), "yes", HTTPStatus.NOT_FOUND),
    ],
)
def test_what_the_framework_does_not_hold_or_ask_changes_nothing(
    maya: Client, path: str, answer: str, status: int
) -> None:
    assert maya.post(path, {"answer": answer}).status_code == status
    assert not AdvantageChoice.objects.exists()
    assert not ChosenChallenge.objects.exists()


def test_a_marked_challenge_brings_its_measures_and_what_they_watch(maya: Client) -> None:
    before = maya.get(BRIEFING).content.decode()

    html = maya.post(SCOPE, {"answer": "yes"}, headers=FROM_HTMX).content.decode()

    measure = "Name in each story the teams that changed something"
    assert measure not in before
    assert measure in html
    assert "No stories affecting two or more teams yet" in html
    assert "helper phrases such as “was involved in”, a size told by an adjective" in html
    assert "press on the 4 points above" in html
    assert "1 of 3 apply" in html


def test_what_is_watched_follows_the_facts(maya: Client, candidate: User) -> None:
    maya.post(SCOPE, {"answer": "yes"})
    StoryVersionFactory.create_batch(2, story__owner=candidate, story__teams_affected=3)

    html = maya.get(BRIEFING).content.decode()

    assert "2 stories affecting two or more teams" in html


def test_that_none_applies_is_an_answer_too(maya: Client, candidacy: Candidacy, now: datetime) -> None:
    assert maya.post(NONE)["Location"] == f"{BRIEFING}#challenges"

    assert set(ChosenChallenge.objects.values_list("applies", flat=True)) == {False}
    assert facts.facts_of(candidacy, now.date(), {"has_chosen_challenges"}) == {"has_chosen_challenges": 1.0}
    assert "none applies" in maya.get(BRIEFING).content.decode()


def test_challenges_count_as_chosen_by_one_that_applies_or_by_no_to_all(
    candidacy: Candidacy, now: datetime
) -> None:
    keys = [challenge.key for challenge in candidacy.framework.challenges]

    def known() -> float | None:
        return facts.facts_of(candidacy, now.date(), {"has_chosen_challenges"})["has_chosen_challenges"]

    assert known() == 0
    actions.choose_challenges(candidacy, {keys[0]: False, keys[1]: False}, now=now)
    assert known() == 0
    actions.choose_challenges(candidacy, {keys[2]: False}, now=now)
    assert known() == 1
    actions.choose_challenges(candidacy, {keys[2]: True}, now=now)
    assert known() == 1


def test_a_challenge_of_another_candidacy_says_nothing_about_this_one(
    candidacy: Candidacy, other_candidate: User, now: datetime
) -> None:
    ChosenChallengeFactory.create(candidacy=other_candidate.candidacies.get())

    known = facts.facts_of(candidacy, now.date(), {"has_chosen_challenges"})

    assert known == {"has_chosen_challenges": 0.0}


@pytest.mark.parametrize(
    ("challenge", "rules"),
    [
        ("familiarity_bias", {"unexplained-term", "assumed-knowledge"}),
        ("scope_perception", {"own-team-only", "weak-ownership", "vague-size"}),
        ("competition", {"no-lasting-effect"}),
    ],
)
def test_a_challenge_sharpens_what_the_coach_s_table_says(challenge: str, rules: set[str]) -> None:
    assert sharpened_rules(shipped_framework(), {challenge}) == rules


def test_no_challenge_sharpens_nothing_and_all_of_them_everything_listed() -> None:
    framework = shipped_framework()

    assert sharpened_rules(framework, set()) == frozenset()
    assert watched_facts(framework, set()) == ()
    assert points_to_press(framework, {"no-such"}) == ()
    assert len(sharpened_rules(framework, {c.key for c in framework.challenges})) == 6


def test_competition_adds_what_is_watched_over_all_stories() -> None:
    watched = watched_facts(shipped_framework(), {"competition"})

    assert [threshold.fact for threshold in watched] == ["evidence_from_outside", "evidence_of_learning"]


def test_a_mock_interview_presses_on_the_lines_of_the_chosen_challenges() -> None:
    framework = shipped_framework()

    pressed = points_to_press(framework, {"competition"})

    assert pressed == framework.challenges[2].lines


def test_every_rule_of_the_coach_has_words() -> None:
    assert set(COACH_FINDS) == set(COACH_RULES)


@pytest.mark.parametrize("stories", [1, 3, 100])
def test_briefing_takes_six_statements_however_much_there_is(
    maya: Client, candidate: User, statements: CountStatements, stories: int
) -> None:
    maya.post(SCOPE, {"answer": "yes"})
    maya.post(DOCUMENTS, {"answer": "mine"})
    StoryVersionFactory.create_batch(stories, story__owner=candidate)
    maya.get(BRIEFING)

    with statements() as done:
        maya.get(BRIEFING)

    assert done.count == 6, done.sql
