"""What arrives at a real mail server, opened in a browser: from an invitation to the first story, from a reminder to
the form that completes it, and out of the mails without signing in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.mail.delivery import deliver_due
from apps.mail.models import Message
from apps.reminders.models import Schedule
from apps.reminders.plans import database_now
from apps.reminders.ticks import tick
from apps.stories.models import Story
from tests.browser import steps
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.frameworks import shipped_version
from tests.mail.conftest import mailers_to
from tests.mail.sink import Sink

TITLE = "Cut checkout deploys from 47 to 11 minutes"


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink() as server:
        settings.MAILERS = mailers_to(server.port)
        yield server


@pytest.fixture
def organiser(db: None) -> User:
    shipped_version()
    return UserFactory.create(name="Ines Sousa", email="ines@example.com", may_create_cohorts=True)


def delivered(sink: Sink) -> list[EmailMessage]:
    """Send what waits, now; return what the server has that it had not before."""
    known = len(sink.raw)
    Message.objects.filter(status="pending").update(due_at=database_now())
    deliver_due()
    return sink.received[known:]


def open_mail(page: Page, mail: EmailMessage) -> None:
    """Show the HTML of a mail as a mail program does."""
    html = mail.get_body(("html",))
    assert html is not None
    page.set_content(html.get_content())


def come_due(candidacy: Candidacy, rule: str) -> None:
    due = Schedule.objects.filter(plan__candidacy=candidacy, rule=rule)
    assert due.update(next_due_at=database_now() - timedelta(minutes=1), next_on=timezone.localdate()) == 1
    tick()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_invited_person_comes_from_the_mail_to_a_first_story(
    open_browser: OpenBrowser, site: str, organiser: User, enter: Enter, sink: Sink, script: bool
) -> None:
    page = open_browser(java_script_enabled=script)
    enter(page.context, organiser)
    page.goto(site + reverse("cohorts:new"))
    page.get_by_label("Name of the cohort").fill("Spring to L6")
    page.get_by_label("Target date").fill(f"{timezone.localdate() + timedelta(days=200):%Y-%m-%d}")
    page.get_by_label("Whom you invite").fill("Noor Haddad <noor@example.com>")
    page.get_by_role("button", name="Check the list").click()
    page.get_by_role("button", name="Create and invite 1").click()
    expect(page.get_by_text("1 invited, not joined")).to_be_visible()

    [mail] = delivered(sink)
    assert mail["To"] == "noor@example.com"
    noor = open_browser(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    open_mail(noor, mail)
    noor.locator("a[href*='/invitations/']").click()
    noor.get_by_label("Your name").fill("Noor Haddad")
    noor.get_by_label("Choose a password").fill("lemon otter piano")
    noor.get_by_role("button", name="Create the account and accept").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Welcome, Noor")
    noor.goto(site + reverse("stories:index"))
    noor.get_by_role("button", name="New story").locator("visible=true").click()
    steps.write_story(noor, title=TITLE)
    noor.get_by_role("button", name="Save version").click()

    expect(noor.get_by_text("Version 1 is saved.")).to_be_visible()
    story = Story.objects.alive().get()
    assert (story.title, story.owner.email) == (TITLE, "noor@example.com")
    page.reload()
    expect(page.get_by_text("1 invited, not joined")).to_have_count(0)


def test_a_reminder_leads_from_its_mail_to_the_form_and_is_gone_afterwards(
    page: Page, site: str, enter: Enter, sink: Sink
) -> None:
    candidacy = CandidacyFactory.create()
    tick()
    come_due(candidacy, "log_wins")

    [mail] = delivered(sink)
    assert mail["Subject"] == "Log a win"
    enter(page.context, candidacy.person)
    open_mail(page, mail)
    page.locator(f"a[href$='{reverse('stories:win_new')}']").click()
    steps.log_a_win(page, "Cut the deploys from an hour to ten minutes")
    tick()

    page.goto(site + reverse("reminders:index"))
    expect(page.get_by_text("Nothing is due")).to_be_visible()
    assert delivered(sink) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_who_wants_no_more_mails_stops_them_from_one_without_signing_in(
    open_browser: OpenBrowser, site: str, sink: Sink, script: bool
) -> None:
    candidacy = CandidacyFactory.create()
    tick()
    come_due(candidacy, "log_wins")
    [mail] = delivered(sink)
    page = open_browser(java_script_enabled=script)

    open_mail(page, mail)
    page.locator("a[href*='/unsubscribe/']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stop these mails?")
    page.get_by_role("button", name="Stop these mails").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You get no more of these mails")
    assert page.context.cookies() == []
    come_due(candidacy, "principles_without_evidence")
    assert delivered(sink) == []
    page.goto(site + reverse("reminders:index"))
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
