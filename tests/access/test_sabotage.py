"""Proof that the matrix sees: opening any one rule or scope turns a cell red."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from apps.web import policy
from tests.access.cells import Theatre
from tests.access.table import BEHIND_A_DOOR, TABLE
from tests.access.viewpoints import VIEWPOINTS

# What a queryset's method is called when it says for whom its rows are, or whether they still stand.
SCOPES = {
    "active",
    "alive",
    "asked_by",
    "deleted_by",
    "editable_by",
    "of_mentor",
    "of_owner",
    "received_by",
    "reviewable_by",
    "showing_readiness",
    "shown_to",
    "standing",
    "visible_to",
    "written_by",
}

# By scope the route on which its opening is seen.
SEEN_ON = {
    "AccessRecordQuerySet.visible_to": "accounts:access",
    "CohortInvitationQuerySet.editable_by": "cohorts:invitation_renew",
    "CohortQuerySet.editable_by": "cohorts:edit",
    "CohortQuerySet.visible_to": "dashboards:cohort",
    "CommentQuerySet.alive": "reviews:comment_edit",
    "CommentQuerySet.received_by": "reviews:comment_resolve",
    "CommentQuerySet.written_by": "reviews:comment_edit",
    "ConversationQuerySet.alive": "applications:conversation_edit",
    "ConversationQuerySet.deleted_by": "applications:conversation_undo",
    "ConversationQuerySet.editable_by": "applications:conversation_edit",
    "ConversationQuerySet.visible_to": "applications:manager",
    "DecisionQuerySet.alive": "scope:decision_edit",
    "DecisionQuerySet.deleted_by": "scope:decision_undo",
    "DecisionQuerySet.editable_by": "scope:decision_edit",
    "DecisionQuerySet.visible_to": "scope:index",
    "ActionQuerySet.editable_by": "readiness:action_edit",
    "ActionQuerySet.standing": "readiness:action_drop",
    "EvidenceQuerySet.standing": "readiness:gaps",
    "GapQuerySet.editable_by": "readiness:gap_edit",
    "GapQuerySet.standing": "readiness:gap_settle",
    "InvitationQuerySet.editable_by": "accounts:renew",
    "InvitationQuerySet.visible_to": "accounts:renew",
    "MentorRatingQuerySet.received_by": "readiness:show",
    "MentorshipQuerySet.active": "candidates:my_candidates",
    "MentorshipQuerySet.asked_by": "candidates:mentorship_decline",
    "MentorshipQuerySet.editable_by": "candidates:mentorship_pause",
    "MentorshipQuerySet.of_mentor": "candidates:my_candidates",
    "MembershipQuerySet.editable_by": "cohorts:membership_end",
    "MembershipQuerySet.standing": "candidates:cohort_join",
    "MentorshipQuerySet.showing_readiness": "readiness:candidate",
    "MentorshipQuerySet.standing": "candidates:mentorship_pause",
    "OccurrenceQuerySet.editable_by": "reminders:dismiss",
    "OccurrenceQuerySet.visible_to": "reminders:dismiss",
    "PerformanceRecordQuerySet.alive": "applications:performance_edit",
    "PerformanceRecordQuerySet.deleted_by": "applications:performance_undo",
    "PerformanceRecordQuerySet.editable_by": "applications:performance_edit",
    "PerformanceRecordQuerySet.visible_to": "applications:performance",
    "ProjectQuerySet.editable_by": "projects:edit",
    "ProjectQuerySet.visible_to": "projects:index",
    "ReviewQuerySet.alive": "reviews:withdraw",
    "ReviewQuerySet.asked_by": "reviews:withdraw",
    "ReviewQuerySet.received_by": "reviews:show",
    "ReviewQuerySet.reviewable_by": "reviews:edit",
    "SnapshotQuerySet.alive": "scope:edit",
    "SnapshotQuerySet.deleted_by": "scope:undo",
    "SnapshotQuerySet.editable_by": "scope:edit",
    "SnapshotQuerySet.visible_to": "scope:new",
    "SubjectEvidenceQuerySet.standing": "readiness:evidence",
    "StoryQuerySet.alive": "stories:edit",
    "StoryQuerySet.deleted_by": "stories:undo",
    "StoryQuerySet.editable_by": "stories:edit",
    "StoryQuerySet.visible_to": "stories:show",
    "StoryVersionQuerySet.of_owner": "stories:version",
    "SupportAnswerQuerySet.visible_to": "applications:manager",
    "WinQuerySet.alive": "stories:win_edit",
    "WinQuerySet.deleted_by": "stories:win_undo",
    "WinQuerySet.editable_by": "stories:win_edit",
    "WinQuerySet.visible_to": "stories:wins",
}

# Scopes that decide about no page, and what they are for.
UNSEEN = {
    "CandidacyQuerySet.editable_by": "a candidate's own, after a race of two starts",
    "CandidacyQuerySet.visible_to": "no page shows somebody else's candidacy yet",
    "CohortInvitationQuerySet.visible_to": "the same rows as editable_by, which the pages ask",
    "DecisionQuerySet.shown_to": "the page of a mentor is there by showing_readiness alone",
    "GapQuerySet.visible_to": "the same",
    "MentorRatingQuerySet.written_by": "the same",
    "MembershipQuerySet.visible_to": "what editable_by stands on",
    "OrganiserQuerySet.visible_to": "the cohort's own page asks the cohort",
    "MetricQuerySet.editable_by": "the same",
    "MetricQuerySet.visible_to": "the ledger has no page yet",
    "PreferenceQuerySet.visible_to": "a form with the kinds there are and one's own choices, constants all",
    "PrincipleNoteQuerySet.visible_to": "a candidate's own, asked within their own candidacy",
    "SnapshotQuerySet.shown_to": "figures hold no words; tests/scope/test_shared.py tries every viewpoint",
    "StoryGrantQuerySet.standing": "what StoryVersionQuerySet.visible_to stands on",
    "StoryVersionQuerySet.visible_to": "mentors open a version by its review (`reviewable`)",
}

# Conditions shared by several scopes, and by each the route on which its opening is seen.
CONDITIONS = {
    "apps.candidates.models.candidacies.active_mentorship": "candidates:my_candidates",
    "apps.reviews.models.active_mentorship": "reviews:edit",
    "apps.reviews.models.reviewable": "reviews:edit",
}

CLOSED = [rule for rule in policy.table() if not rule.who.is_public]


def _cells(theatre: Theatre, route: str, ways: Iterable[tuple[str, bool]]) -> Iterator[list[str]]:
    for viewpoint in VIEWPOINTS:
        for sample in TABLE[route]:
            for method, htmx in ways:
                yield theatre.wrong(viewpoint, route, sample, method, htmx=htmx)


@pytest.mark.parametrize("rule", CLOSED, ids=lambda rule: rule.route)
def test_opening_a_rule_to_anyone_turns_a_cell_red(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch, rule: policy.Rule
) -> None:
    monkeypatch.setitem(policy._rules, rule.route, replace(rule, who=policy.ANYONE))

    assert any(_cells(theatre, rule.route, [("GET", True), ("POST", True)]))


@pytest.mark.parametrize("route", BEHIND_A_DOOR)
def test_opening_a_rule_to_everybody_signed_in_turns_a_cell_red(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    rule = policy.rule_for(route)
    assert rule is not None
    monkeypatch.setitem(policy._rules, route, replace(rule, who=policy.SIGNED_IN))

    assert any(_cells(theatre, route, [("PUT", False)]))


def test_every_rule_with_an_audience_of_its_own_is_behind_a_door() -> None:
    assert {rule.route for rule in CLOSED if rule.who is not policy.SIGNED_IN} == set(BEHIND_A_DOOR)


def _scopes() -> Iterator[tuple[type[models.QuerySet[Any]], str]]:
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            queryset = type(model._default_manager.all())
            own = {
                name
                for base in queryset.__mro__
                if base.__module__.startswith("apps.")
                for name in vars(base)
            }
            yield from ((queryset, name) for name in sorted(SCOPES & own))


def _name(queryset: type[models.QuerySet[Any]], scope: str) -> str:
    return f"{queryset.__name__}.{scope}"


def test_every_scope_is_sabotaged() -> None:
    assert {_name(*scope) for scope in _scopes()} == {*SEEN_ON, *UNSEEN}


def _everything(self: models.QuerySet[Any], *people_and_times: object) -> models.QuerySet[Any]:
    return self.all()


@pytest.mark.parametrize(
    "queryset, scope",
    [pytest.param(*found, id=_name(*found)) for found in _scopes() if _name(*found) in SEEN_ON],
)
def test_opening_a_scope_turns_a_cell_red(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch, queryset: type[models.QuerySet[Any]], scope: str
) -> None:
    monkeypatch.setattr(queryset, scope, _everything)
    route = SEEN_ON[_name(queryset, scope)]
    taken = [method for method in ("GET", "POST") if method in theatre.rules[route].methods]

    assert any(_cells(theatre, route, [(method, False) for method in taken]))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_opening_a_condition_turns_a_cell_red(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch, condition: str
) -> None:
    monkeypatch.setattr(condition, lambda *_: models.Q())

    assert any(_cells(theatre, CONDITIONS[condition], [("GET", False)]))
