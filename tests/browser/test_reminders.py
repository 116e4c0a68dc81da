"""A reminder from due to digest to the form that completes it, and the zone that the first visit tells."""

import re
from datetime import timedelta

from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from apps.accounts.models import User
from apps.mail.delivery import deliver_due
from apps.mail.models import Message
from apps.reminders.models import Schedule
from apps.reminders.plans import database_now
from apps.reminders.ticks import tick
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.candidates import CandidacyFactory


def test_a_reminder_leads_from_its_mail_to_the_form_that_completes_it(
    page: Page, site: str, enter: Enter, settings: Settings
) -> None:
    candidacy = CandidacyFactory.create()
    tick()
    Schedule.objects.filter(rule="log_wins").update(
        next_due_at=database_now() - timedelta(minutes=1), next_on=timezone.localdate()
    )
    tick()
    Message.objects.update(due_at=database_now())
    deliver_due()

    (letter,) = mail.outbox
    assert letter.subject == "Log a win"
    (address,) = re.findall(rf"{site}/reminders/\s", str(letter.body))
    enter(page.context, candidacy.person)
    page.goto(address.strip())
    expect(page.get_by_role("link", name="Reminders 1")).to_be_visible()
    page.get_by_text("Why am I getting this").click()
    expect(page.get_by_text("It comes every Friday while you are in Build evidence.")).to_be_visible()
    page.get_by_role("button", name="Log a win", exact=True).click()
    page.get_by_label("What did you get done?").fill("Cut the deploys from an hour to ten minutes")
    page.get_by_role("button", name="Log it", exact=True).click()
    expect(page.get_by_text("Cut the deploys from an hour to ten minutes")).to_be_visible()

    tick()
    page.goto(site + reverse("reminders:index"))
    expect(page.get_by_text("Nothing is due")).to_be_visible()


def test_the_first_visit_tells_the_zone_and_a_later_one_does_not(
    open_browser: OpenBrowser, site: str, enter: Enter, stranger: User
) -> None:
    for zone in ("Asia/Tokyo", "Europe/Paris"):
        page = open_browser(timezone_id=zone)
        enter(page.context, stranger)
        page.goto(site + reverse("reminders:index"))
        page.wait_for_load_state("networkidle")

    stranger.refresh_from_db()
    assert (stranger.time_zone, stranger.knows_time_zone) == ("Asia/Tokyo", True)
