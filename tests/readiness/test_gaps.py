import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.facts import facts_of, facts_of_all
from apps.candidates.models import Candidacy
from apps.readiness import gap_actions
from apps.readiness.gaps import gaps_page_of, suggestion_named
from apps.readiness.models import Action, ActionStatus, Gap, GapStatus
from apps.readiness.models.gaps import ACTIONS_COUNTED, GAPS_COUNTED
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import CandidacyFactory, MentorshipFactory, SelfRatingFactory
from tests.factories.gaps import ActionEvidenceFactory, ActionFactory, GapFactory
from tests.factories.scope import DecisionFactory
from tests.factories.stories import StoryFactory

GAPS = reverse("readiness:gaps")
FRUGALITY = "principle:frugality"


@pytest.fixture
def client(candidate: User, candidacy: Candidacy, sign_in: SignIn) -> Client:
    return sign_in(candidate)


@pytest.fixture
def gap(candidacy: Candidacy) -> Gap:
    return GapFactory.create(candidacy=candidacy)


@pytest.fixture
def action(gap: Gap) -> Action:
    return ActionFactory.create(gap=gap)


def _in(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _sources(candidacy: Candidacy) -> set[str]:
    page = gaps_page_of(candidacy, today=timezone.localdate())
    return {s.source for s in (*page.suggestions, *page.lighter)}


def test_a_suggestion_is_taken_on_once(client: Client, candidacy: Candidacy) -> None:
    assert FRUGALITY in _sources(candidacy)

    for _ in range(2):
        client.post(reverse("readiness:gap_accept"), {"source": FRUGALITY})

    gap = Gap.objects.get(candidacy=candidacy, source=FRUGALITY)
    assert (gap.title, gap.status) == ("Frugality", GapStatus.OPEN)
    assert gap.evidence_wanted == candidacy.framework.principle("frugality").prompts.evidence_needed
    assert FRUGALITY not in _sources(candidacy)


def test_a_suggestion_can_be_edited_while_it_is_taken_on(client: Client, candidacy: Candidacy) -> None:
    response = client.post(reverse("readiness:gap_accept"), {"source": FRUGALITY, "edit": "1"})

    gap = Gap.objects.get(candidacy=candidacy, source=FRUGALITY)
    assert response.headers["Location"] == reverse("readiness:gap_edit", args=[gap.pk])


def test_what_the_facts_do_not_suggest_is_not_there(client: Client) -> None:
    response = client.post(reverse("readiness:gap_accept"), {"source": "principle:no_such"})

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_dismissed_suggestion_returns_only_when_more_speaks_for_it(
    client: Client, candidate: User, candidacy: Candidacy
) -> None:
    story = StoryFactory.create(owner=candidate, principles=["frugality"], current_version=None)
    client.post(reverse("readiness:gap_dismiss"), {"source": FRUGALITY, "word": "Not asked of my role"})
    assert FRUGALITY not in _sources(candidacy)

    story.principles = []
    story.save()

    assert FRUGALITY in _sources(candidacy)


def test_dismissing_asks_for_a_word(client: Client, candidacy: Candidacy) -> None:
    response = client.post(reverse("readiness:gap_dismiss"), {"source": FRUGALITY, "word": " "})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Say in a few words why." in response.content.decode()
    assert FRUGALITY in _sources(candidacy)


def test_a_gap_by_hand_sent_twice_is_one(client: Client, candidacy: Candidacy) -> None:
    typed = {"title": "Budgets", "missing": "I never had one", "save_id": str(uuid.uuid4())}

    for _ in range(2):
        client.post(reverse("readiness:gap_new"), typed)

    assert [gap.title for gap in Gap.objects.filter(candidacy=candidacy)] == ["Budgets"]


def test_a_stale_save_of_a_gap_shows_both_texts(client: Client, gap: Gap) -> None:
    Gap.objects.filter(pk=gap.pk).update(title="Saved elsewhere", revision=2)

    response = client.post(
        reverse("readiness:gap_edit", args=[gap.pk]), {"title": "Typed here", "revision": 1}
    )

    assert response.status_code == HTTPStatus.CONFLICT
    assert all(text in response.content.decode() for text in ("Saved elsewhere", "Typed here"))


def test_closing_takes_a_word_and_can_be_taken_back(client: Client, gap: Gap) -> None:
    settle = reverse("readiness:gap_settle", args=[gap.pk])
    refused = client.post(settle, {"word": "", "as": "closed"}).status_code
    client.post(settle, {"word": "Two stories show it", "as": "closed"})
    gap.refresh_from_db()
    closed = (gap.status, gap.word)
    late = client.post(settle, {"word": "Again", "as": "closed"}).status_code

    client.post(reverse("readiness:gap_reopen", args=[gap.pk]))

    gap.refresh_from_db()
    assert refused == HTTPStatus.UNPROCESSABLE_ENTITY
    assert closed == (GapStatus.CLOSED, "Two stories show it")
    assert late == HTTPStatus.CONFLICT
    assert (gap.status, gap.word) == (GapStatus.OPEN, "")


def test_a_closed_gap_does_not_open_beside_one_taken_on_since(client: Client, candidacy: Candidacy) -> None:
    old = GapFactory.create(candidacy=candidacy, source=FRUGALITY, status="closed")
    GapFactory.create(candidacy=candidacy, source=FRUGALITY)

    response = client.post(reverse("readiness:gap_reopen", args=[old.pk]))

    assert response.status_code == HTTPStatus.CONFLICT


def test_a_step_is_not_due_before_today(client: Client, gap: Gap) -> None:
    new = reverse("readiness:action_new", args=[gap.pk])

    response = client.post(new, {"title": "Kept as typed", "due_on": _in(-1)})
    client.post(new, {"title": "Today will do", "due_on": _in(0)})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "That day is over" in str(response.context["form"].errors["due_on"])
    assert "Kept as typed" in response.content.decode()
    assert [action.title for action in gap.actions.all()] == ["Today will do"]


def test_a_late_step_keeps_its_date_while_its_words_change(client: Client, action: Action) -> None:
    Action.objects.filter(pk=action.pk).update(due_on=date(2020, 1, 1))

    client.post(
        reverse("readiness:action_edit", args=[action.pk]),
        {"title": "Other words", "due_on": "2020-01-01", "status": "under_way", "revision": 1},
    )

    action.refresh_from_db()
    assert (action.title, action.status) == ("Other words", ActionStatus.UNDER_WAY)


def test_the_framework_s_steps_are_planned_by_one_click(client: Client, candidacy: Candidacy) -> None:
    client.post(reverse("readiness:gap_accept"), {"source": "common:cross_functional"})
    page = gaps_page_of(candidacy, today=timezone.localdate())
    step = page.open[0].steps[0]

    new = reverse("readiness:action_new", args=[page.open[0].gap.pk])
    client.post(new, {"title": step, "due_on": page.proposed_on.isoformat()})

    left = gaps_page_of(candidacy, today=timezone.localdate()).open[0]
    assert step not in left.steps
    assert [action.title for action in left.gap.actions.all()] == [step]


def test_finishing_links_what_shows_it(client: Client, candidate: User, action: Action) -> None:
    decision = DecisionFactory.create(owner=candidate)

    client.post(reverse("readiness:action_finish", args=[action.pk]), {"evidence": f"decision:{decision.pk}"})

    action.refresh_from_db()
    assert action.status == ActionStatus.DONE
    assert action.evidence.get().target == decision
    assert decision.title in client.get(GAPS).content.decode()


def test_finishing_without_evidence_asks_why(client: Client, action: Action) -> None:
    finish = reverse("readiness:action_finish", args=[action.pk])

    refused = client.post(finish, {"evidence": "", "word": ""})
    client.post(finish, {"evidence": "", "word": "It was a talk"})

    action.refresh_from_db()
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (action.status, action.word) == (ActionStatus.DONE, "It was a talk")


@pytest.mark.parametrize("name", ["decision:0", "snapshot:1", "story:-1", "user:1", "decision:" + "9" * 30])
def test_evidence_that_is_not_one_s_own_is_not_there(client: Client, action: Action, name: str) -> None:
    finish = reverse("readiness:action_finish", args=[action.pk])

    assert client.post(finish, {"evidence": name}).status_code == HTTPStatus.NOT_FOUND


def test_evidence_of_another_person_is_not_there(client: Client, action: Action) -> None:
    theirs = DecisionFactory.create()

    response = client.post(
        reverse("readiness:action_finish", args=[action.pk]), {"evidence": f"decision:{theirs.pk}"}
    )

    action.refresh_from_db()
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert action.is_open


def test_a_deleted_thing_is_evidence_no_more(client: Client, candidate: User, gap: Gap) -> None:
    decision = DecisionFactory.create(owner=candidate, deleted_at=timezone.now())
    ActionEvidenceFactory.create(action=ActionFactory.create(gap=gap, status="done"), decision=decision)

    assert decision.title not in client.get(GAPS).content.decode()


def test_a_settled_step_can_be_reopened(client: Client, candidate: User, action: Action) -> None:
    gap_actions.finish_action(
        action, {"decision": DecisionFactory.create(owner=candidate)}, now=timezone.now()
    )

    client.post(reverse("readiness:action_reopen", args=[action.pk]))

    action.refresh_from_db()
    assert action.status == ActionStatus.UNDER_WAY
    assert action.evidence.count() == 1


def test_dropping_takes_a_word(client: Client, action: Action) -> None:
    drop = reverse("readiness:action_drop", args=[action.pk])

    refused = client.post(drop, {"word": ""}).status_code
    client.post(drop, {"word": "The team was dissolved"})

    action.refresh_from_db()
    assert refused == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (action.status, action.word) == (ActionStatus.DROPPED, "The team was dissolved")


def test_mentors_see_what_was_taken_on_and_only_with_the_grant(candidacy: Candidacy, gap: Gap) -> None:
    dismissed = GapFactory.create(candidacy=candidacy, status="dismissed")
    shown = MentorshipFactory.create(candidacy=candidacy, readiness_granted_at=timezone.now())
    plain = MentorshipFactory.create(candidacy=candidacy)

    assert shown.mentor
    assert plain.mentor
    assert list(Gap.objects.visible_to(shown.mentor)) == [gap]
    assert not Gap.objects.visible_to(plain.mentor).exists()
    assert set(Gap.objects.visible_to(candidacy.person)) == {gap, dismissed}


def test_facts_count_gaps_and_actions(candidacy: Candidacy, gap: Gap) -> None:
    GapFactory.create(candidacy=candidacy, status="dismissed")
    closed = GapFactory.create(candidacy=candidacy, status="closed")
    ActionFactory.create(gap=closed, status="done")
    planned = GapFactory.create(candidacy=candidacy)
    ActionFactory.create(gap=planned, due_on=timezone.localdate() - timedelta(days=1))
    ActionFactory.create(gap=planned, status="under_way")
    ActionFactory.create(gap=planned, status="dropped")

    asked = (*GAPS_COUNTED, *ACTIONS_COUNTED)
    known = facts_of(candidacy, timezone.localdate(), asked)

    assert {name: known[name] for name in asked} == {
        "open_gaps": 2,
        "gaps_recorded": 3,
        "gaps_without_action": 1,
        "gaps_closed": 1,
        "open_actions": 2,
        "actions_done": 1,
        "overdue_actions": 1,
    }


@pytest.mark.parametrize("number", [1, 3, 100])
def test_facts_of_many_take_two_statements(number: int, statements: CountStatements) -> None:
    candidacies = CandidacyFactory.create_batch(number)
    for candidacy in candidacies:
        GapFactory.create(candidacy=candidacy)

    with statements() as done:
        facts_of_all(candidacies, timezone.localdate(), ["open_gaps", "open_actions"])

    assert done.count == 2, done.sql


@pytest.fixture
def suggestions_change_nothing(candidacy: Candidacy) -> Iterator[None]:
    before = Gap.objects.count()
    yield
    assert Gap.objects.count() == before


@pytest.mark.usefixtures("suggestions_change_nothing")
def test_looking_at_suggestions_writes_nothing(client: Client, candidacy: Candidacy) -> None:
    assert client.get(GAPS).status_code == HTTPStatus.OK
    assert suggestion_named(candidacy, FRUGALITY, today=timezone.localdate())


@pytest.mark.parametrize("number", [1, 3, 100])
def test_gaps_take_the_same_statements_however_many(
    client: Client, candidate: User, candidacy: Candidacy, number: int, statements: CountStatements
) -> None:
    decision = DecisionFactory.create(owner=candidate)
    for _ in range(number):
        gap = GapFactory.create(candidacy=candidacy)
        done = ActionFactory.create(gap=gap, status="done", settled_at=timezone.now())
        ActionEvidenceFactory.create(action=done, decision=decision)
        ActionFactory.create(gap=gap)
    client.get(GAPS)

    with statements() as counted:
        client.get(GAPS)

    assert counted.count == 15, counted.sql


def test_a_closed_gap_is_suggested_again_only_when_more_speaks_for_it(
    client: Client, candidate: User, candidacy: Candidacy
) -> None:
    story = StoryFactory.create(owner=candidate, principles=["frugality"], current_version=None)
    client.post(reverse("readiness:gap_accept"), {"source": FRUGALITY})
    gap = Gap.objects.get(source=FRUGALITY)
    client.post(reverse("readiness:gap_settle", args=[gap.pk]), {"word": "Shown", "as": "closed"})
    assert FRUGALITY not in _sources(candidacy)

    story.principles = []
    story.save()

    assert FRUGALITY in _sources(candidacy)


def test_two_tabs_that_answer_a_suggestion_differently_are_told(client: Client, candidacy: Candidacy) -> None:
    client.post(reverse("readiness:gap_accept"), {"source": FRUGALITY})
    late = client.post(reverse("readiness:gap_dismiss"), {"source": FRUGALITY, "word": "No"})

    assert late.status_code == HTTPStatus.CONFLICT
    assert Gap.objects.get(source=FRUGALITY).status == GapStatus.OPEN

    client.post(reverse("readiness:gap_dismiss"), {"source": "principle:think_big", "word": "No"})
    late = client.post(reverse("readiness:gap_accept"), {"source": "principle:think_big"})

    assert late.status_code == HTTPStatus.CONFLICT
    assert Gap.objects.get(source="principle:think_big").status == GapStatus.DISMISSED


def test_a_step_of_a_closed_gap_is_not_reopened(client: Client, gap: Gap) -> None:
    done = ActionFactory.create(gap=gap, status="done")
    Gap.objects.filter(pk=gap.pk).update(status="closed")

    response = client.post(reverse("readiness:action_reopen", args=[done.pk]))

    assert response.status_code == HTTPStatus.CONFLICT


def test_a_refused_word_for_dropping_is_not_lost(client: Client, action: Action) -> None:
    word = "w" * 301

    response = client.post(reverse("readiness:action_drop", args=[action.pk]), {"word": word})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert word in response.content.decode()


@pytest.mark.parametrize(("days", "said"), [(3, "Due"), (-2, "Was due"), (30, None)])
def test_today_names_a_step_that_is_late_or_due_within_a_week(
    client: Client, candidacy: Candidacy, gap: Gap, days: int, said: str | None
) -> None:
    SelfRatingFactory.create(candidacy=candidacy)
    ActionFactory.create(
        gap=gap, title="Ask for the logs", due_on=timezone.localdate() + timedelta(days=days)
    )

    html = client.get(reverse("dashboards:home")).content.decode()

    assert ("Ask for the logs" in html) == (said is not None)
    assert said is None or f"{said} " in html


def test_a_form_sent_again_does_not_undo_a_finished_step(client: Client, gap: Gap) -> None:
    new = reverse("readiness:action_new", args=[gap.pk])
    typed = {"title": "Ask", "due_on": _in(3), "save_id": str(uuid.uuid4())}
    client.post(new, typed)
    gap_actions.finish_action(gap.actions.get(), None, word="Asked", now=timezone.now())

    client.post(new, typed)

    assert [(one.status, one.word) for one in gap.actions.all()] == [(ActionStatus.DONE, "Asked")]


@pytest.mark.parametrize("verb", ["edit", "finish"])
def test_what_was_typed_into_a_step_settled_elsewhere_is_not_lost(
    client: Client, action: Action, verb: str
) -> None:
    gap_actions.finish_action(action, None, word="Elsewhere", now=timezone.now())
    page = reverse(f"readiness:action_{verb}", args=[action.pk])

    response = client.post(page, {"title": "Long text typed", "word": "Long text typed", "due_on": _in(1)})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Long text typed" in response.content.decode()
    assert client.get(page).headers["Location"] == GAPS
