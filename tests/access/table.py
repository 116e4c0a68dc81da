"""The one table of who gets in where, on the owner's rows. Everybody else gets 404, or is led to sign in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from apps.candidates.models import Subject
from tests.access.stage import ASKED_TOKEN, CANDIDATE_TOKEN, REVIEWERS, Stage
from tests.access.viewpoints import (
    ADMINISTRATOR,
    ANYBODY,
    CANDIDATES,
    ELSEWHERE,
    EVERYBODY,
    INFORMED,
    MANAGER,
    MENTOR,
    NOBODY,
    ORGANISER,
    ORGANISERS,
    OTHER,
    OWNER,
    PAUSED,
    REVOKED,
    STAFF,
    UNASSIGNED,
    UNGRANTED,
    Viewpoints,
    only,
)


@dataclass(frozen=True)
class On:
    """The name of a row on stage, whose key goes into the address or the body."""

    row: str


@dataclass(frozen=True)
class Sample:
    """One address of a route and who gets in with it.

    `posts` says it for POST, where that differs; `answers` are the statuses of a page that exists to refuse.
    """

    who: Viewpoints
    at: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    posts: Viewpoints | None = None
    answers: tuple[int, ...] = ()
    query: str = ""

    def may(self, viewpoint: str, method: str) -> bool:
        return viewpoint in (self.posts if method == "POST" and self.posts is not None else self.who)

    def kwargs(self, stage: Stage) -> dict[str, Any]:
        return _resolved(self.at, stage)

    def data(self, stage: Stage) -> dict[str, Any]:
        return _resolved(self.body, stage)


def _resolved(values: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    return {name: stage.pk(value.row) if isinstance(value, On) else value for name, value in values.items()}


# What the form for another date or level asks the preview.
_OTHER_LEVEL = urlencode(
    {
        "current_level": "L5",
        "target_level": "L7",
        "target_on": (datetime.now(UTC) + timedelta(days=500)).date(),
        "revision": 1,
    }
)
_anybody = (Sample(ANYBODY),)
_everybody = (Sample(EVERYBODY),)


def _for(
    who: Viewpoints,
    *rows: str,
    body: Mapping[str, Any] | None = None,
    answers: tuple[int, ...] = (),
    **more: Any,
) -> tuple[Sample, ...]:
    return tuple(Sample(who, {"pk": On(row), **more}, body or {}, answers=answers) for row in rows)


def _mentor_alone(kind: str, body: Mapping[str, Any] | None = None) -> tuple[Sample, ...]:
    """A row of each mentor's: of those who still review it opens to them, of the others to nobody any more."""
    closed = [f"{kind} of the {viewpoint}" for viewpoint in (UNGRANTED, REVOKED, PAUSED)]
    return (
        *_for(only(MENTOR), f"{kind} of the {MENTOR}", body=body),
        *_for(only(INFORMED), f"{kind} of the {INFORMED}", body=body),
        *_for(NOBODY, *closed, body=body),
    )


def _office(model: str, key: On | str, *, adds: tuple[int, ...] = (403,)) -> dict[str, tuple[Sample, ...]]:
    """The admin's five pages of a model: what may not be done there answers administrators with 403."""
    office, row = only(ADMINISTRATOR), {"object_id": key}
    return {
        f"admin:{model}_changelist": (Sample(office),),
        f"admin:{model}_add": (Sample(office, answers=adds),),
        f"admin:{model}_change": (Sample(office, row, answers=(200, 302, 403)),),
        f"admin:{model}_history": (Sample(office, row),),
        f"admin:{model}_delete": (Sample(office, row, answers=(302, 403)),),
    }


# A row that is not there leads to the admin's first page.
ADMIN: dict[str, tuple[Sample, ...]] = {
    "admin:index": (Sample(only(ADMINISTRATOR)),),
    "admin:app_list": (Sample(only(ADMINISTRATOR), {"app_label": "accounts"}),),
    "admin:jsi18n": (Sample(only(ADMINISTRATOR), answers=(200, 405)),),
    **_office("accounts_user", On(f"the {OWNER}")),
    **_office("accounts_invitation", On("invitation of a candidate")),
    **_office("accounts_accessrecord", On("access record")),
    **_office("frameworks_frameworkversion", "0", adds=(200,)),
    **_office("mail_message", "0"),
    **_office("cohorts_cohort", "0"),
}

_EVERY_STORY = ("story", "unshared story", "archived story")

_talk = {"held_on": "2026-01-05", "talked_about": "New"}
_cycle = {"cycle": "New", "starts_on": "2025-01-01", "ends_on": "2025-12-31"}
# A candidate's alone: neither their manager nor a mentor with every grant gets in.
APPLICATIONS: dict[str, tuple[Sample, ...]] = {
    "applications:manager": _everybody,
    "applications:support": (
        Sample(CANDIDATES, body={"state": "yes", "answered_on": "2026-01-05"}),
        Sample(CANDIDATES, body={"state": "no such"}),
    ),
    "applications:conversation_new": (Sample(EVERYBODY, body=_talk),),
    "applications:performance": _everybody,
    "applications:performance_new": (Sample(EVERYBODY, body=_cycle),),
    **{
        f"applications:{kind}_edit": (
            *_for(only(OWNER), row, body=body | {"revision": 1}),
            # Begun from a revision that is not the stored one: both texts are shown.
            *_for(only(OWNER), row, body=body | {"revision": 9}),
            *_for(only(OTHER), f"other {row}", body=body | {"revision": 1}),
            *_for(NOBODY, f"deleted {row}", body=body | {"revision": 1}),
        )
        for kind, row, body in (
            ("conversation", "conversation", _talk),
            ("performance", "performance record", _cycle),
        )
    },
    "applications:conversation_delete": (
        *_for(only(OWNER), "conversation"),
        *_for(NOBODY, "deleted conversation"),
    ),
    "applications:conversation_undo": (
        *_for(only(OWNER), "deleted conversation"),
        *_for(NOBODY, "conversation"),
    ),
    "applications:performance_delete": (
        *_for(only(OWNER), "performance record"),
        *_for(NOBODY, "deleted performance record"),
    ),
    "applications:performance_undo": (
        *_for(only(OWNER), "deleted performance record"),
        *_for(NOBODY, "performance record"),
    ),
}

# Pages for organisers, each on a row of the cohort or of another one.
_cohort = (*_for(only(ORGANISER), "cohort"), *_for(only(ELSEWHERE), "cohort elsewhere"))
ORGANISING: dict[str, tuple[Sample, ...]] = {
    "dashboards:overview": (Sample(ORGANISERS),),
    # As a picture of the ladder, and as a list of people with their mentors.
    "dashboards:cohort": (
        *_cohort,
        Sample(only(ORGANISER), {"pk": On("cohort")}, query="view=people"),
    ),
    "cohorts:index": (Sample(ORGANISERS),),
    "cohorts:new": (Sample(ORGANISERS, body={"name": "New"}),),
    "cohorts:invite": _cohort,
    "cohorts:edit": _cohort,
    "cohorts:organiser_new": _cohort,
    "cohorts:invitations": _cohort,
    "cohorts:invitation_renew": _for(only(ORGANISER), "cohort invitation"),
    "cohorts:invitation_withdraw": _for(only(ORGANISER), "cohort invitation"),
}

# Those for whom a page is not meant at all do not learn that it exists: 404, whatever the method.
BEHIND_A_DOOR = {
    "accounts:invitations": STAFF,
    "accounts:invite": STAFF,
    "accounts:renew": STAFF,
    "accounts:withdraw": STAFF,
    "accounts:private_reading": only(ADMINISTRATOR),
    **dict.fromkeys(ORGANISING, ORGANISERS),
    **dict.fromkeys(ADMIN, only(ADMINISTRATOR)),
}

TABLE: dict[str, tuple[Sample, ...]] = {
    # web
    "web:healthz": _anybody,
    "web:readyz": _anybody,
    "web:theme": (Sample(ANYBODY, body={"theme": "dark"}),),
    "web:styleguide": _anybody,
    # Prometheus comes with a token of its own.
    "web:metrics": (Sample(only(ADMINISTRATOR)),),
    "dashboards:home": _everybody,
    "dashboards:organiser_view": _everybody,
    "dashboards:change_preview": (Sample(EVERYBODY, query=_OTHER_LEVEL), Sample(EVERYBODY)),
    **ORGANISING,
    "cohorts:membership_end": (
        *_for(only(ORGANISER, OWNER), f"membership of the {OWNER}"),
        *_for(only(ORGANISER, OTHER), f"membership of the {OTHER}"),
    ),
    # accounts
    "accounts:settings": (Sample(EVERYBODY, body={"name": "Somebody", "time_zone": "UTC"}),),
    "accounts:access": _everybody,
    # Without a reason nothing of it is shown; with one it is, and its owner sees that (tests/ops).
    "accounts:private_reading": _for(
        only(ADMINISTRATOR), f"the {OWNER}", body={"kind": "story", "number": On("story"), "reason": ""}
    ),
    **ADMIN,
    "accounts:invitations": (Sample(STAFF),),
    "accounts:invite": (
        Sample(STAFF, body={"email": "new@example.com", "name": "New", "kind": "candidate"}),
    ),
    "accounts:renew": (
        *_for(only(ORGANISER, ADMINISTRATOR), "invitation of a candidate"),
        *_for(only(ADMINISTRATOR), "invitation by the administrator"),
        *_for(NOBODY, "invitation of a mentor"),
    ),
    "accounts:withdraw": (
        *_for(only(ORGANISER, ADMINISTRATOR), "invitation of a candidate"),
        *_for(only(ADMINISTRATOR), "invitation by the administrator"),
        *_for(NOBODY, "invitation of a mentor"),
    ),
    "accounts:invitation": (
        Sample(ANYBODY, {"token": CANDIDATE_TOKEN}),
        Sample(ANYBODY, {"token": ASKED_TOKEN}),
        Sample(NOBODY, {"token": "x" * 43}),
    ),
    "accounts:join": (Sample(ANYBODY, {"token": ASKED_TOKEN}), Sample(NOBODY, {"token": "x" * 43})),
    "accounts:accept": (Sample(ANYBODY, {"token": ASKED_TOKEN}), Sample(NOBODY, {"token": "x" * 43})),
    # candidates
    "candidates:start": _everybody,
    "candidates:edit": (Sample(EVERYBODY, posts=CANDIDATES),),
    "candidates:timeline": _everybody,
    "candidates:briefing": _everybody,
    "candidates:advantage_choose": (
        Sample(CANDIDATES, {"group": "access", "key": "documents"}, {"answer": "mine"}),
        Sample(NOBODY, {"group": "access", "key": "no-such"}),
    ),
    "candidates:challenge_choose": (
        Sample(CANDIDATES, {"key": "competition"}, {"answer": "yes"}),
        Sample(NOBODY, {"key": "no-such"}),
    ),
    "candidates:challenge_none": (Sample(CANDIDATES),),
    "candidates:phase": (
        Sample(EVERYBODY, {"key": "assess"}),
        Sample(EVERYBODY - CANDIDATES, {"key": "no-such"}),
    ),
    "candidates:tick": (
        Sample(CANDIDATES, {"key": "assess", "item": "talk"}, {"is_done": "yes"}),
        Sample(NOBODY, {"key": "assess", "item": "no-such"}, {"is_done": "yes"}),
    ),
    "candidates:rate": (Sample(EVERYBODY, body={"principle-ownership": "2"}, posts=CANDIDATES),),
    "candidates:mentors": _everybody,
    "candidates:mentorship_new": (
        Sample(CANDIDATES, body={"name": "New", "email": "new@example.com", "kind": "mentor"}),
    ),
    **{
        f"candidates:mentorship_{verb}": _for(
            only(OWNER), f"mentorship of the {MENTOR}", f"mentorship of the {PAUSED}", "asked mentorship"
        )
        for verb in ("pause", "resume", "revoke", "renew_link", "readiness")
    },
    "candidates:mentorship_plan": _for(
        only(OWNER), f"mentorship of the {MANAGER}", f"mentorship of the {INFORMED}", body={"granted": "yes"}
    ),
    # What has ended takes no further step: the page says so, with 409.
    "candidates:mentorship_pause": (
        *_for(only(OWNER), f"mentorship of the {MENTOR}", f"mentorship of the {PAUSED}"),
        *_for(only(OWNER), f"mentorship of the {REVOKED}", "declined mentorship", answers=(409,)),
    ),
    "candidates:mentorship_decline": (Sample(ANYBODY, body={"token": ASKED_TOKEN}), Sample(NOBODY)),
    "candidates:my_candidates": _everybody,
    # Who is in a cohort with their candidacy already is led on.
    "candidates:cohort_join": (*_for(CANDIDATES, "cohort"), *_for(NOBODY, "cohort elsewhere")),
    # mail
    "mail:preferences": _everybody,
    "mail:unsubscribe": (Sample(NOBODY, {"token": "x" * 43}),),
    # In development only.
    "mail:mailbox": (Sample(NOBODY),),
    "mail:mailbox_letter": (Sample(NOBODY, {"name": "none"}),),
    # projects
    "projects:index": _everybody,
    "projects:new": (Sample(EVERYBODY, body={"name": "New", "status": "active"}),),
    "projects:edit": (
        *_for(only(OWNER), "project", body={"name": "New", "status": "done", "revision": 1}),
        # Begun from a revision that is not the stored one: both texts are shown.
        *_for(only(OWNER), "project", body={"name": "New", "status": "done", "revision": 9}),
        *_for(only(OTHER), "other project"),
    ),
    # scope
    "scope:index": _everybody,
    "scope:new": (Sample(EVERYBODY, body={"taken_on": "2020-01-01", "teams": "Payments"}),),
    "scope:count": (Sample(EVERYBODY, body={"taken_on": "2020-01-01", "teams": "Payments"}),),
    "scope:edit": (
        *_for(only(OWNER), "scope snapshot", body={"taken_on": "2020-01-01", "revision": 1}),
        # Begun from a revision that is not the stored one: both texts are shown.
        *_for(only(OWNER), "scope snapshot", body={"taken_on": "2020-01-01", "revision": 9}),
        *_for(NOBODY, "deleted snapshot"),
        *_for(only(OTHER), "other snapshot"),
    ),
    "scope:delete": (*_for(only(OWNER), "scope snapshot"), *_for(NOBODY, "deleted snapshot")),
    "scope:undo": (*_for(only(OWNER), "deleted snapshot"), *_for(NOBODY, "scope snapshot")),
    "scope:decision_new": (Sample(EVERYBODY, body={"title": "New", "decided_on": "2020-01-01"}),),
    "scope:decision_edit": (
        *_for(only(OWNER), "decision", body={"title": "New", "decided_on": "2020-01-01", "revision": 1}),
        *_for(only(OWNER), "decision", body={"title": "New", "decided_on": "2020-01-01", "revision": 9}),
        *_for(NOBODY, "deleted decision"),
        *_for(only(OTHER), "other decision"),
    ),
    "scope:decision_delete": (*_for(only(OWNER), "decision"), *_for(NOBODY, "deleted decision")),
    "scope:decision_undo": (*_for(only(OWNER), "deleted decision"), *_for(NOBODY, "decision")),
    # stories
    "stories:wins": _everybody,
    "stories:win_new": (Sample(EVERYBODY, body={"text": "Done"}),),
    "stories:win_edit": (
        *_for(only(OWNER), "win", body={"text": "Done"}),
        *_for(NOBODY, "deleted win", body={"text": "Done"}),
    ),
    "stories:win_delete": (*_for(only(OWNER), "win"), *_for(NOBODY, "deleted win")),
    "stories:win_undo": (*_for(only(OWNER), "deleted win"), *_for(NOBODY, "win")),
    "stories:win_story": (*_for(only(OWNER), "win"), *_for(NOBODY, "deleted win")),
    "stories:index": _everybody,
    "stories:new": _everybody,
    "stories:edit": (
        *_for(only(OWNER), *_EVERY_STORY, body={"title": "T", "revision": 1, "go": "version"}),
        # Begun from a revision that is not the stored one: both texts are shown.
        *_for(only(OWNER), "story", body={"title": "T", "action": "Other", "revision": 0}),
        *_for(NOBODY, "deleted story"),
        *_for(only(OTHER), "other story"),
    ),
    "stories:metric_new": (*_for(only(OWNER), *_EVERY_STORY), *_for(NOBODY, "deleted story")),
    "stories:show": (*_for(only(OWNER), *_EVERY_STORY), *_for(NOBODY, "deleted story")),
    "stories:history": (*_for(only(OWNER), *_EVERY_STORY), *_for(NOBODY, "deleted story")),
    "stories:version": (
        *(sample for number in (1, 2, 3) for sample in _for(only(OWNER), "story", number=number)),
        *_for(only(OWNER), "unshared story", "archived story", number=1),
        *_for(NOBODY, "deleted story", number=1),
        *_for(NOBODY, "story", number=9),
        *_for(only(OTHER), "other story", number=1),
    ),
    "stories:restore": (
        *_for(only(OWNER), "story", number=1),
        *_for(NOBODY, "deleted story", number=1),
        *_for(NOBODY, "story", number=9),
    ),
    "stories:archive": (*_for(only(OWNER), "story"), *_for(NOBODY, "deleted story")),
    "stories:unarchive": (*_for(only(OWNER), "archived story"), *_for(NOBODY, "deleted story")),
    "stories:delete": (*_for(only(OWNER), "story"), *_for(NOBODY, "deleted story")),
    "stories:undo": (*_for(only(OWNER), "deleted story"), *_for(NOBODY, "story")),
    # reviews, the mentor's side
    "reviews:queue": _everybody,
    "reviews:edit": (
        *_mentor_alone("draft", body={"revision": 1, "rationale": "Because"}),
        *_mentor_alone("sent review"),
        *_for(only(UNASSIGNED), "other draft"),
        *_for(NOBODY, "review of the deleted story"),
        # Beside a version from before the grant, which is then not shown.
        Sample(only(MENTOR), {"pk": On(f"draft of the {MENTOR}")}, query="version=1"),
        Sample(NOBODY, {"pk": 0}),
    ),
    "reviews:send": _mentor_alone("draft", body={"revision": 1, "verdict": "endorse"}),
    "reviews:comment_new": _mentor_alone("draft", body={"revision": 1, "section": "task"}),
    "reviews:comment_edit": (
        *_mentor_alone("comment in the draft", body={"body": "Changed"}),
        *_for(NOBODY, "deleted comment", body={"body": "Changed"}),
    ),
    "reviews:comment_delete": _mentor_alone("comment in the draft"),
    "reviews:comment_restore": (*_for(only(MENTOR), "deleted comment"),),
    # reviews, the candidate's side
    "reviews:index": _everybody,
    "reviews:show": (
        *_for(only(OWNER), *(f"sent review of the {mentor}" for mentor in REVIEWERS)),
        *_for(NOBODY, *(f"draft of the {mentor}" for mentor in REVIEWERS)),
    ),
    "reviews:withdraw": (
        *_for(only(OWNER), f"draft of the {MENTOR}", f"sent review of the {MENTOR}"),
        *_for(NOBODY, "review of the deleted story"),
    ),
    "reviews:comment_resolve": (
        *_for(only(OWNER), f"comment in the sent review of the {MENTOR}"),
        *_for(NOBODY, f"comment in the draft of the {MENTOR}", "deleted comment"),
    ),
    "reviews:comment_reopen": (
        *_for(only(OWNER), f"comment in the sent review of the {MENTOR}"),
        *_for(NOBODY, f"comment in the draft of the {MENTOR}", "deleted comment"),
    ),
    "reviews:ask": (
        Sample(only(OWNER), {"story_id": On("story")}, {"mentorship": On(f"mentorship of the {MANAGER}")}),
        *(
            Sample(only(OWNER), {"story_id": On(row)}, {"mentorship": On(f"mentorship of the {MENTOR}")})
            for row in _EVERY_STORY
        ),
        Sample(NOBODY, {"story_id": On("deleted story")}),
    ),
    # readiness
    "readiness:index": _everybody,
    "readiness:sustained": _everybody,
    "readiness:factors": _everybody,
    "readiness:show": (
        Sample(EVERYBODY, {"kind": Subject.PRINCIPLE.value, "key": "ownership"}),
        # Of which a mentor has a draft.
        Sample(EVERYBODY, {"kind": Subject.PRINCIPLE.value, "key": "dive_deep"}),
        Sample(EVERYBODY - CANDIDATES, {"kind": Subject.PRINCIPLE.value, "key": "no-such"}),
    ),
    # applications
    **APPLICATIONS,
    "readiness:indicators": _everybody,
    "readiness:indicator_rate": (
        Sample(CANDIDATES, {"key": "l6_mentors_l5"}, {"indicator-l6_mentors_l5": "2", "seen": "99999999"}),
        Sample(NOBODY, {"key": "no-such"}),
    ),
    "readiness:principles": _everybody,
    "readiness:principle": (
        Sample(CANDIDATES, {"key": "ownership"}, {"current_scope": "New", "revision": 1}),
        Sample(NOBODY, {"key": "no-such"}),
    ),
    "readiness:talk": _everybody,
    "readiness:talk_mark": (
        Sample(
            CANDIDATES, {"kind": "principle", "key": "ownership"}, {"talked_on": "2000-01-01"}, answers=(422,)
        ),
        Sample(NOBODY, {"kind": "principle", "key": "no-such"}),
    ),
    "readiness:evidence": (
        Sample(CANDIDATES, {"kind": "principle", "key": "ownership"}),
        Sample(NOBODY, {"kind": "principle", "key": "no-such"}),
    ),
    "readiness:evidence_link": (
        # Somebody else's decision is not there.
        Sample(NOBODY, {"kind": "principle", "key": "ownership"}, {"evidence": "decision:0"}),
    ),
    "readiness:evidence_unlink": (
        Sample(NOBODY, {"kind": "principle", "key": "ownership"}, {"evidence": "decision:0"}),
    ),
    "readiness:candidate": (
        *_for(only(MENTOR), f"mentorship of the {MENTOR}", body={"principle-ownership": "2"}),
        *_for(
            NOBODY,
            *(
                f"mentorship of the {viewpoint}"
                for viewpoint in (UNGRANTED, REVOKED, PAUSED, MANAGER, INFORMED)
            ),
            "other mentorship",
        ),
    ),
    "readiness:seen_by": (
        *_for(only(OWNER), f"mentorship of the {MENTOR}"),
        *_for(NOBODY, f"mentorship of the {UNGRANTED}", f"mentorship of the {PAUSED}", "other mentorship"),
    ),
    "readiness:gaps": _everybody,
    # What is suggested depends on the facts, which suggest this one to each candidate here.
    "readiness:gap_accept": (Sample(CANDIDATES, body={"source": "principle:frugality"}),),
    "readiness:gap_dismiss": (Sample(CANDIDATES, body={"source": "principle:frugality", "word": "No"}),),
    "readiness:gap_new": (Sample(CANDIDATES, body={"title": "New"}),),
    "readiness:gap_edit": (
        *_for(only(OWNER), "gap", "closed gap", "dismissed gap", body={"title": "New", "revision": 1}),
        # Begun from a revision that is not the stored one: both texts are shown.
        *_for(only(OWNER), "gap", body={"title": "New", "revision": 9}),
        *_for(only(OTHER), "other gap"),
    ),
    "readiness:gap_settle": (
        *_for(only(OWNER), "gap", body={"word": "Done", "as": "closed"}),
        *_for(only(OWNER), "closed gap", body={"word": "Done"}, answers=(409,)),
        *_for(only(OTHER), "other gap", body={"word": ""}),
    ),
    "readiness:gap_reopen": (*_for(only(OWNER), "closed gap", "dismissed gap"),),
    "readiness:action_new": (
        *_for(only(OWNER), "gap", body={"title": "New", "due_on": "2099-01-01"}),
        *_for(only(OWNER), "closed gap", body={"title": "New"}, answers=(302, 409)),
        *_for(only(OTHER), "other gap"),
    ),
    "readiness:action_edit": (
        *_for(only(OWNER), "action", body={"title": "New", "due_on": "2099-01-01", "revision": 1}),
        *_for(only(OWNER), "action", body={"title": "New", "due_on": "2099-01-01", "revision": 9}),
        *_for(only(OWNER), "done action", body={"title": "New"}, answers=(302, 409)),
        *_for(only(OTHER), "other action"),
    ),
    "readiness:action_finish": (
        *_for(only(OWNER), "action", body={"word": "Nothing to show"}),
        *_for(only(OWNER), "done action", body={"title": "New"}, answers=(302, 409)),
        *_for(only(OTHER), "other action"),
    ),
    "readiness:action_drop": (
        *_for(only(OWNER), "action", body={"word": "No"}),
        *_for(only(OWNER), "done action", body={"word": "No"}, answers=(409,)),
    ),
    "readiness:action_reopen": _for(only(OWNER), "done action"),
    # reminders
    "reminders:index": _everybody,
    "reminders:read_all": _everybody,
    "reminders:settings": _everybody,
    "reminders:zone": (Sample(EVERYBODY, body={"zone": "Europe/Paris"}),),
    **{
        f"reminders:{verb}": (
            *_for(only(OWNER), f"reminder of the {OWNER}", body={"days": 1}),
            *_for(only(MENTOR), f"reminder of the {MENTOR}", body={"days": 1}),
            # What a mentor was told goes with the mentorship.
            *_for(NOBODY, f"reminder of the {REVOKED}", f"reminder of the {PAUSED}", body={"days": 1}),
        )
        for verb in ("follow", "read", "dismiss", "snooze")
    },
    # allauth: what somebody signed out needs
    **dict.fromkeys(
        (
            "account_login",
            "account_logout",
            "account_inactive",
            "account_signup",
            "account_email_verification_sent",
            "account_reset_password",
            "account_confirm_password_reset_code",
            "account_complete_password_reset",
            "account_password_reset_completed",
            "account_request_login_code",
            "account_confirm_login_code",
            "mfa_authenticate",
            "mfa_login_webauthn",
            "socialaccount_login_cancelled",
            "socialaccount_signup",
        ),
        _anybody,
    ),
    # A page that says what went wrong, with 401.
    "socialaccount_login_error": (Sample(ANYBODY, answers=(401,)),),
    # No provider is configured.
    "openid_connect_login": (Sample(NOBODY, {"provider_id": "none"}),),
    "openid_connect_callback": (Sample(NOBODY, {"provider_id": "none"}),),
    # allauth: pages of one's own account
    **dict.fromkeys(
        (
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_generate_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "socialaccount_connections",
            "usersessions_list",
        ),
        _everybody,
    ),
    **dict.fromkeys(
        (
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
        ),
        (Sample(only(OWNER)),),
    ),
    # Without a key's answer it leads to signing in, and from there on.
    "mfa_reauthenticate_webauthn": (Sample(EVERYBODY, answers=(200, 302)),),
    "mfa_edit_webauthn": _for(only(OWNER), "security key", body={"name": "New"}),
    "mfa_remove_webauthn": _for(only(OWNER), "security key"),
}
