"""Every page of the policy table, with who opens it and how one gets there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.applications.models import Conversation, PerformanceRecord
from apps.candidates.models import Mentorship
from apps.cohorts.models import Cohort
from apps.dashboards.demo import ACCOUNTS, PASSWORD
from apps.projects.models import Project
from apps.readiness.models import Action, Gap
from apps.reviews.models import Review, Verdict
from apps.scope.models import Decision, Snapshot
from apps.stories.models import Story, Win
from tests.factories.accounts import TOKEN, InvitationFactory, UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.reminders import OccurrenceFactory, PlanFactory
from tests.factories.stories import StoryFactory

NEWCOMER = "newcomer"  # an account and nothing else
BEGINNER = "beginner"  # a candidacy begun today, and nothing in it
LATECOMER = "latecomer"  # one whose first phase was over before they began
KEYHOLDER = "keyholder"  # with every kind of second factor
NEGLECTED = "neglected"  # a story, and no mentor to ask
ANONYMOUS = "anonymous"
# Signed in by the sign-in page itself, with the second step still to come.
HALFWAY = "halfway"

type Values = Mapping[str, Any]
type Prepare = Callable[[Page, "Cast"], None]


@dataclass(frozen=True)
class Cast:
    """The demo's people by role, and a few who stand where nobody in the demo does."""

    site: str
    people: Mapping[str, User]

    def address(self, route: str, **at: Any) -> str:
        return self.site + reverse(route, kwargs=at)


def gather(site: str) -> Cast:
    people = {account["role"]: User.objects.get(email=account["email"]) for account in reversed(ACCOUNTS)}
    for name in (NEWCOMER, BEGINNER, LATECOMER, KEYHOLDER, NEGLECTED, HALFWAY):
        people[name] = UserFactory.create(name=f"{name.capitalize()} Example", email=f"{name}@example.com")
    CandidacyFactory.create(person=people[BEGINNER])
    in_five_months = timezone.localdate() + timedelta(days=150)
    late = {"started_on": timezone.localdate(), "target_on": in_five_months}
    CandidacyFactory.create(person=people[LATECOMER], **late)
    CandidacyFactory.create(person=people[NEGLECTED])
    StoryFactory.create(owner=people[NEGLECTED])
    for name in (KEYHOLDER, HALFWAY):
        add_second_factors(people[name])
    key = {"name": "Laptop", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    Authenticator.objects.create(user=people[KEYHOLDER], type=Authenticator.Type.WEBAUTHN, data=key)
    InvitationFactory.create(invited_by=people["organiser"])
    plan = PlanFactory.create(candidacy=people["candidate"].candidacies.get())
    OccurrenceFactory.create(plan=plan)
    OccurrenceFactory.create(plan=plan, rule="win_to_story", read_at=timezone.now())
    cohort = Cohort.objects.visible_to(people["organiser"]).order_by("pk")[0]
    MembershipFactory.create(cohort=cohort, user=people[NEGLECTED])
    return Cast(site, people)


def add_second_factors(user: User) -> None:
    states = {"totp": {"secret": "A" * 32}, "recovery_codes": {"seed": "b" * 40, "used_mask": 0}}
    for kind, state in states.items():
        Authenticator.objects.create(user=user, type=kind, data=state)


# How one gets to a page that has no address of its own ----------------------------------------------


def _request_login_code(page: Page, cast: Cast) -> None:
    page.goto(cast.address("account_request_login_code"))
    page.get_by_label("E-mail").fill(cast.people[NEWCOMER].email)
    page.get_by_role("button", name="Send the code").click()


def _forget_password(page: Page, cast: Cast) -> None:
    page.goto(cast.address("account_reset_password"))
    page.get_by_label("E-mail").fill(cast.people[NEWCOMER].email)
    page.locator("main form button[type=submit]").first.click()


def _forget_password_and_enter_the_code(page: Page, cast: Cast) -> None:
    _forget_password(page, cast)
    page.get_by_label("Code").fill(code_in(str(mail.outbox[-1].body)))
    page.get_by_role("button", name="Continue").click()


def _sign_in_halfway(page: Page, cast: Cast) -> None:
    page.goto(cast.address("account_login"))
    page.get_by_label("E-mail").fill(cast.people[HALFWAY].email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()


def _sign_in_wrongly(page: Page, cast: Cast) -> None:
    page.goto(cast.address("account_login"))
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _sign_in_and_list_sessions(page: Page, cast: Cast) -> None:
    page.goto(cast.address("account_login"))
    page.get_by_label("E-mail").fill(cast.people[NEWCOMER].email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(cast.address("usersessions_list"))


def _change_address(page: Page, cast: Cast) -> None:
    page.goto(cast.address("account_email"))
    page.locator("main input[type=email]").first.fill("elsewhere@example.com")
    page.locator("main button[name=action_add]").first.click()


def _start_in_the_past(page: Page, cast: Cast) -> None:
    page.goto(cast.address("candidates:start"))
    page.get_by_label("Target date").fill("2020-01-01")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("alert").wait_for()


def _record_scope_to_come(page: Page, cast: Cast) -> None:
    page.goto(cast.address("scope:new"))
    page.get_by_label("Date", exact=True).fill("2100-01-01")
    page.get_by_label("Budget a year").fill("-5")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").first.wait_for()


def _dismiss_without_a_word(page: Page, cast: Cast) -> None:
    page.goto(cast.address("readiness:gaps"))
    first = page.locator(".suggestion").first
    first.locator("summary").click()
    first.get_by_role("button", name="Dismiss", exact=True).click()
    page.get_by_text("Say in a few words why.").first.wait_for()


def _save_in_two_tabs(page: Page, cast: Cast) -> None:
    story = story_of(cast.people["candidate"])
    page.goto(cast.address("stories:edit", pk=story.pk))
    page.locator("#save-state [name=revision]").evaluate("field => { field.value = 0 }")
    page.locator("#task").evaluate("area => { area.value = 'Typed in this tab' }")
    page.get_by_role("button", name="Save").and_(page.locator("[data-save]")).evaluate(
        "button => HTMLFormElement.prototype.submit.call(button.form)"
    )
    page.wait_for_url("**")
    page.get_by_role("heading", name="This story was changed elsewhere").wait_for()


def _type_another_plan(page: Page, cast: Cast) -> None:
    page.goto(cast.address("candidates:edit"))
    page.get_by_role("group", name="The level you aim for").locator("label").last.click()
    page.get_by_label("Target date").fill(str(timezone.localdate() + timedelta(days=400)))
    page.get_by_role("button", name="See what changes").click()
    page.get_by_role("heading", name="What would change").wait_for()


def _invite_a_mentor(page: Page, cast: Cast) -> None:
    page.goto(cast.address("candidates:mentors"))
    page.get_by_label("Name").fill("Henrik Dahl")
    page.get_by_label("E-mail").fill("henrik.dahl@example.com")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_label("Link", exact=True).wait_for()


def _answer_of_tomorrow(page: Page, cast: Cast) -> None:
    page.goto(cast.address("applications:manager"))
    page.get_by_label("Since when").fill(f"{timezone.localdate().year + 1}-01-01")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("alert").wait_for()


def _note_in_two_tabs(page: Page, cast: Cast) -> None:
    page.goto(cast.address("applications:conversation_edit", **_conversation(cast)))
    page.locator("main [name=revision]").evaluate("field => { field.value = '99' }")
    page.get_by_label("What you agreed").fill("Typed in this tab")
    page.locator("main [data-save]").click()
    page.get_by_role("alert").wait_for()


def _send_nothing(page: Page, cast: Cast) -> None:
    review = waiting_review(cast.people["mentor"])
    page.goto(cast.address("reviews:edit", pk=review.pk))
    page.get_by_role("button", name="Send review").click()
    page.get_by_role("alert").first.wait_for()


def code_in(body: str) -> str:
    """Return the code that stands in a line of its own in a mail."""
    lines = [line.strip() for line in body.splitlines()]
    return next(line for line in lines if line and " " not in line and line.upper() == line)


# Rows of the demo -----------------------------------------------------------------------------------


def story_of(owner: User) -> Story:
    """The story of this person that has most to show."""
    stories = Story.objects.visible_to(owner).filter(archived_at=None, current_version__isnull=False)
    return stories.order_by("-current_version__number", "pk")[0]


def waiting_review(mentor: User) -> Review:
    return Review.objects.reviewable_by(mentor).waiting().order_by("asked_at")[0]


def sent_review(mentor: User) -> Review:
    return Review.objects.reviewable_by(mentor).sent().order_by("-sent_at")[0]


def received_review(candidate: User, verdict: Verdict) -> Review:
    mentorships = Mentorship.objects.filter(candidacy__person=candidate)
    return Review.objects.filter(mentorship__in=mentorships, verdict=verdict).sent().order_by("pk")[0]


def _win(cast: Cast) -> Values:
    return {"pk": Win.objects.visible_to(cast.people["candidate"]).order_by("pk")[0].pk}


def _story(cast: Cast) -> Values:
    return {"pk": story_of(cast.people["candidate"]).pk}


def _version(cast: Cast) -> Values:
    return {"pk": story_of(cast.people["candidate"]).pk, "number": 1}


def _project(cast: Cast) -> Values:
    return {"pk": Project.objects.editable_by(cast.people["candidate"]).order_by("pk")[0].pk}


def _conversation(cast: Cast) -> Values:
    return {"pk": Conversation.objects.visible_to(cast.people["candidate"]).order_by("pk")[0].pk}


def _record(cast: Cast) -> Values:
    return {"pk": PerformanceRecord.objects.visible_to(cast.people["candidate"]).order_by("pk")[0].pk}


def _snapshot(cast: Cast) -> Values:
    return {"pk": Snapshot.objects.visible_to(cast.people["candidate"]).newest_first()[0].pk}


def _decision(cast: Cast) -> Values:
    return {"pk": Decision.objects.visible_to(cast.people["candidate"]).newest_first()[0].pk}


def _shown_readiness(cast: Cast) -> Values:
    return {
        "pk": Mentorship.objects.showing_readiness().of_mentor(cast.people["mentor"]).order_by("pk")[0].pk
    }


def _seen_readiness(cast: Cast) -> Values:
    mine = Mentorship.objects.showing_readiness().editable_by(cast.people["candidate"])
    return {"pk": mine.order_by("pk")[0].pk}


def _gap(cast: Cast) -> Values:
    return {"pk": Gap.objects.editable_by(cast.people["candidate"]).standing().order_by("pk")[0].pk}


def _action(cast: Cast) -> Values:
    return {"pk": Action.objects.editable_by(cast.people["candidate"]).standing().order_by("pk")[0].pk}


def _cohort(cast: Cast) -> Values:
    return {"pk": Cohort.objects.visible_to(cast.people["organiser"]).order_by("pk")[0].pk}


def _asked(cast: Cast) -> Values:
    return {"story_id": story_of(cast.people["candidate"]).pk}


def _asked_of_nobody(cast: Cast) -> Values:
    return {"story_id": Story.objects.visible_to(cast.people[NEGLECTED])[0].pk}


def _waiting(cast: Cast) -> Values:
    return {"pk": waiting_review(cast.people["mentor"]).pk}


def _sent(cast: Cast) -> Values:
    return {"pk": sent_review(cast.people["mentor"]).pk}


def _endorsed(cast: Cast) -> Values:
    return {"pk": received_review(cast.people["candidate"], Verdict.ENDORSE).pk}


def _sent_back(cast: Cast) -> Values:
    return {"pk": received_review(cast.people["candidate"], Verdict.CHANGES).pk}


def _key(cast: Cast) -> Values:
    return {"pk": Authenticator.objects.get(user=cast.people[KEYHOLDER], type="webauthn").pk}


def _nothing(cast: Cast) -> Values:
    return {}


# The table ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visit:
    """One page as one person sees it; `after` leads there where an address does not.

    `at_last` is the route that answers where another one does, as the one a form was sent to.
    """

    name: str
    route: str
    who: str
    at: Callable[[Cast], Values] = _nothing
    after: Prepare | None = None
    query: str = ""
    status: int = 200
    at_last: str = ""

    @property
    def shown_at(self) -> str:
        return self.at_last or self.route


VISITS = (
    Visit("who-read-what", "accounts:access", "candidate"),
    Visit("who-read-nothing", "accounts:access", NEWCOMER),
    Visit(
        "private-reading",
        "accounts:private_reading",
        "administrator",
        lambda cast: {"pk": cast.people["candidate"].pk},
    ),
    Visit("notifications", "mail:preferences", "candidate"),
    Visit("unsubscribe-nothing", "mail:unsubscribe", ANONYMOUS, lambda _: {"token": "x" * 43}, status=404),
    Visit("login", "account_login", ANONYMOUS),
    Visit("login-refused", "account_login", ANONYMOUS, after=_sign_in_wrongly),
    Visit("login-code", "account_request_login_code", ANONYMOUS),
    Visit("login-code-confirm", "account_confirm_login_code", ANONYMOUS, after=_request_login_code),
    Visit("login-second-step", "mfa_authenticate", ANONYMOUS, after=_sign_in_halfway),
    Visit("sign-up-closed", "account_signup", ANONYMOUS),
    Visit("account-inactive", "account_inactive", ANONYMOUS),
    Visit("password-reset", "account_reset_password", ANONYMOUS),
    Visit("password-reset-confirm", "account_confirm_password_reset_code", ANONYMOUS, after=_forget_password),
    Visit(
        "password-reset-new",
        "account_complete_password_reset",
        ANONYMOUS,
        after=_forget_password_and_enter_the_code,
    ),
    Visit("password-reset-done", "account_password_reset_completed", ANONYMOUS),
    Visit("provider-cancelled", "socialaccount_login_cancelled", ANONYMOUS),
    Visit("provider-error", "socialaccount_login_error", ANONYMOUS, status=401),
    Visit("invitation", "accounts:invitation", ANONYMOUS, at=lambda _: {"token": TOKEN}),
    Visit("invitation-of-another", "accounts:invitation", "candidate", at=lambda _: {"token": TOKEN}),
    Visit(
        "invitation-closed", "accounts:invitation", ANONYMOUS, at=lambda _: {"token": "x" * 43}, status=404
    ),
    Visit("settings", "accounts:settings", "candidate"),
    Visit("invitations", "accounts:invitations", "organiser"),
    Visit("invitations-of-administrator", "accounts:invitations", "administrator"),
    Visit("logout", "account_logout", "candidate"),
    Visit("reauthenticate", "account_reauthenticate", "candidate"),
    Visit("email", "account_email", "candidate"),
    Visit("email-confirm", "account_email_verification_sent", NEWCOMER, after=_change_address),
    Visit("password-change", "account_change_password", "candidate"),
    Visit("second-factor-none", "mfa_index", "candidate"),
    Visit("second-factor", "mfa_index", KEYHOLDER),
    Visit("second-factor-app", "mfa_activate_totp", "candidate"),
    Visit("second-factor-app-off", "mfa_deactivate_totp", KEYHOLDER),
    Visit("second-factor-again", "mfa_reauthenticate", KEYHOLDER),
    Visit("recovery-codes", "mfa_view_recovery_codes", KEYHOLDER),
    Visit("recovery-codes-new", "mfa_generate_recovery_codes", KEYHOLDER),
    Visit("keys", "mfa_list_webauthn", KEYHOLDER),
    Visit("key-add", "mfa_add_webauthn", "candidate"),
    Visit("key-edit", "mfa_edit_webauthn", KEYHOLDER, at=_key),
    Visit("key-remove", "mfa_remove_webauthn", KEYHOLDER, at=_key),
    Visit("connections", "socialaccount_connections", "candidate"),
    Visit("sessions", "usersessions_list", ANONYMOUS, after=_sign_in_and_list_sessions),
    Visit("today", "dashboards:home", "candidate"),
    Visit("today-as-listed", "dashboards:home", "candidate", query="?order=framework"),
    Visit("today-first", "dashboards:home", BEGINNER),
    Visit("welcome", "dashboards:home", NEWCOMER),
    Visit("overview", "dashboards:overview", "organiser"),
    Visit("home-of-organiser", "dashboards:home", "organiser", at_last="dashboards:overview"),
    Visit("board", "dashboards:cohort", "organiser", at=_cohort),
    Visit(
        "board-indicators", "dashboards:cohort", "organiser", at=_cohort, query="?of=indicators&order=gaps"
    ),
    Visit("board-people", "dashboards:cohort", "organiser", at=_cohort, query="?view=people"),
    Visit("cohorts", "cohorts:index", "organiser"),
    Visit("cohort-new", "cohorts:new", "organiser"),
    Visit("cohort-edit", "cohorts:edit", "organiser", at=_cohort),
    Visit("cohort-invite", "cohorts:invite", "organiser", at=_cohort),
    Visit("cohort-invitations", "cohorts:invitations", "organiser", at=_cohort),
    Visit("cohort-join", "candidates:cohort_join", NEGLECTED, at=_cohort),
    Visit("organiser-view", "dashboards:organiser_view", "candidate"),
    Visit("welcome-administrator", "dashboards:home", "administrator"),
    Visit("candidacy-start", "candidates:start", NEWCOMER),
    Visit("candidacy-start-refused", "candidates:start", NEWCOMER, after=_start_in_the_past),
    Visit("candidacy-open-already", "candidates:start", "candidate", status=409),
    Visit("candidacy-edit", "candidates:edit", "candidate"),
    Visit("candidacy-preview", "dashboards:change_preview", "candidate", after=_type_another_plan),
    Visit("briefing", "candidates:briefing", "candidate"),
    Visit("briefing-begun-today", "candidates:briefing", BEGINNER),
    Visit("phase", "candidates:phase", "candidate", at=lambda _: {"key": "prepare"}),
    Visit("phase-over", "candidates:phase", "candidate", at=lambda _: {"key": "build"}),
    Visit("phase-caught-up", "candidates:phase", LATECOMER, at=lambda _: {"key": "assess"}),
    Visit("timeline", "candidates:timeline", "candidate"),
    Visit("timeline-begun-today", "candidates:timeline", BEGINNER),
    Visit("rate", "candidates:rate", "candidate"),
    Visit("mentors", "candidates:mentors", "candidate"),
    Visit("mentors-none", "candidates:mentors", BEGINNER),
    Visit(
        "mentors-link",
        "candidates:mentors",
        BEGINNER,
        after=_invite_a_mentor,
        at_last="candidates:mentorship_new",
    ),
    Visit("my-candidates", "candidates:my_candidates", "mentor"),
    Visit("my-candidates-none", "candidates:my_candidates", NEWCOMER),
    Visit("scope", "scope:index", "candidate"),
    Visit("scope-none", "scope:index", BEGINNER),
    Visit("scope-new", "scope:new", "candidate"),
    Visit("scope-edit", "scope:edit", "candidate", at=_snapshot),
    Visit("scope-refused", "scope:new", "candidate", after=_record_scope_to_come, at_last="scope:new"),
    Visit("decision-new", "scope:decision_new", "candidate"),
    Visit("decision-edit", "scope:decision_edit", "candidate", at=_decision),
    Visit("projects", "projects:index", "candidate"),
    Visit("projects-none", "projects:index", BEGINNER),
    Visit("project-new", "projects:new", "candidate"),
    Visit("project-edit", "projects:edit", "candidate", at=_project),
    Visit("wins", "stories:wins", "candidate"),
    Visit("wins-none", "stories:wins", BEGINNER),
    Visit("win-new", "stories:win_new", "candidate"),
    Visit("win-edit", "stories:win_edit", "candidate", at=_win),
    Visit("stories", "stories:index", "candidate"),
    Visit("stories-none", "stories:index", BEGINNER),
    Visit("story", "stories:edit", "candidate", at=_story),
    Visit("story-conflict", "stories:edit", "candidate", after=_save_in_two_tabs),
    Visit("story-read", "stories:show", "candidate", at=_story),
    Visit("story-history", "stories:history", "candidate", at=_story),
    Visit("story-version", "stories:version", "candidate", at=_version),
    Visit("readiness", "readiness:index", "candidate"),
    Visit("readiness-none", "readiness:index", BEGINNER),
    Visit("readiness-sustained", "readiness:sustained", "candidate"),
    Visit("readiness-sustained-none", "readiness:sustained", BEGINNER),
    Visit("readiness-factors", "readiness:factors", "candidate"),
    Visit("readiness-factors-none", "readiness:factors", BEGINNER),
    Visit(
        "readiness-principle",
        "readiness:show",
        "candidate",
        at=lambda _: {"kind": "principle", "key": "ownership"},
    ),
    Visit("indicators", "readiness:indicators", "candidate"),
    Visit("indicators-none", "readiness:indicators", BEGINNER),
    Visit("principles", "readiness:principles", "candidate"),
    Visit("principle-at-scale", "readiness:principle", "candidate", at=lambda _: {"key": "ownership"}),
    Visit("talk", "readiness:talk", "candidate"),
    Visit("talk-none", "readiness:talk", BEGINNER),
    Visit(
        "evidence",
        "readiness:evidence",
        "candidate",
        at=lambda _: {"kind": "indicator", "key": "l6_lasting_decisions"},
    ),
    Visit("readiness-of-candidate", "readiness:candidate", "mentor", at=_shown_readiness),
    Visit("readiness-as-seen", "readiness:seen_by", "candidate", at=_seen_readiness),
    Visit("gaps", "readiness:gaps", "candidate"),
    Visit("gaps-none", "readiness:gaps", BEGINNER),
    Visit(
        "gaps-refused",
        "readiness:gaps",
        "candidate",
        after=_dismiss_without_a_word,
        at_last="readiness:gap_dismiss",
    ),
    Visit("gap-new", "readiness:gap_new", "candidate"),
    Visit("gap-edit", "readiness:gap_edit", "candidate", at=_gap),
    Visit("action-new", "readiness:action_new", "candidate", at=_gap),
    Visit("action-edit", "readiness:action_edit", "candidate", at=_action),
    Visit("action-finish", "readiness:action_finish", "candidate", at=_action),
    Visit("reminders", "reminders:index", "candidate"),
    Visit("reminders-none", "reminders:index", NEWCOMER),
    Visit("reminder-settings", "reminders:settings", "candidate"),
    Visit("manager", "applications:manager", "candidate"),
    Visit("manager-none", "applications:manager", BEGINNER),
    Visit(
        "manager-refused",
        "applications:manager",
        BEGINNER,
        after=_answer_of_tomorrow,
        at_last="applications:support",
    ),
    Visit("conversation-new", "applications:conversation_new", "candidate"),
    Visit("conversation-edit", "applications:conversation_edit", "candidate", at=_conversation),
    Visit(
        "conversation-conflict",
        "applications:conversation_edit",
        "candidate",
        at=_conversation,
        after=_note_in_two_tabs,
    ),
    Visit("performance", "applications:performance", "candidate"),
    Visit("performance-none", "applications:performance", BEGINNER),
    Visit("performance-new", "applications:performance_new", "candidate"),
    Visit("performance-edit", "applications:performance_edit", "candidate", at=_record),
    Visit("reviews", "reviews:index", "candidate"),
    Visit("reviews-none", "reviews:index", BEGINNER),
    Visit("review-ask", "reviews:ask", "candidate", at=_asked),
    Visit("review-ask-nobody", "reviews:ask", NEGLECTED, at=_asked_of_nobody),
    Visit("review-received", "reviews:show", "candidate", at=_endorsed),
    Visit("review-received-changes", "reviews:show", "candidate", at=_sent_back),
    Visit("review-queue", "reviews:queue", "mentor"),
    Visit("review-queue-none", "reviews:queue", NEWCOMER),
    Visit("review", "reviews:edit", "mentor", at=_waiting),
    Visit("review-refused", "reviews:edit", "mentor", after=_send_nothing, at_last="reviews:send"),
    Visit("review-sent", "reviews:edit", "mentor", at=_sent),
)

# Routes that answer GET with something else than a page of their own.
NOT_PAGES = {
    "admin:*": "Django's own; test_administration looks at each",
    "mail:mailbox": "in development only",
    "mail:mailbox_letter": "in development only",
    "web:metrics": "plain text for Prometheus",
    "web:healthz": "plain text for a load balancer",
    "web:readyz": "JSON for a load balancer",
    "web:styleguide": "in development only; test_styleguide looks at it",
    "stories:metric_new": "a fragment; without htmx it leads to the editor",
    "mfa_download_recovery_codes": "a text file",
    "mfa_login_webauthn": "JSON for the passkey button",
    "mfa_reauthenticate_webauthn": "needs a key that answers; test_sign_in has one",
    "account_set_password": "leads to the change of password, which everybody here has",
    "socialaccount_signup": "leads to sign-in without a provider that has just answered",
    "openid_connect_login": "needs a provider; tests/accounts/test_providers has one",
    "openid_connect_callback": "needs a provider; tests/accounts/test_providers has one",
}
