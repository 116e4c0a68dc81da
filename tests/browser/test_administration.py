"""Django's admin and the pages around it in a browser: our security policy holds, and axe finds nothing."""

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import AccessRecord, User
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.mail import MessageFactory
from tests.factories.stories import StoryFactory

type SignIn = Callable[[User], Client]


def _enter(page: Page, live_server: LiveServer, client: Client) -> None:
    """Give the page somebody's session."""
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


@pytest.fixture
def person(transactional_db: None) -> User:
    return UserFactory.create(name="Maya Okonkwo", email="maya@example.com")


@pytest.fixture
def office(page: Page, live_server: LiveServer, sign_in: SignIn, transactional_db: None) -> Page:
    """A page in which an administrator is signed in."""
    administrator = UserFactory.create(name="Ada Admin", email="ada@example.com", is_staff=True)
    _enter(page, live_server, sign_in(administrator))
    return page


def _paths(person: User) -> list[str]:
    invitation, message = InvitationFactory.create(), MessageFactory.create()
    StoryFactory.create(owner=person)
    return [
        reverse("admin:index"),
        reverse("admin:app_list", args=["accounts"]),
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_change", args=[person.pk]),
        reverse("admin:accounts_user_history", args=[person.pk]),
        reverse("admin:accounts_invitation_changelist"),
        reverse("admin:accounts_invitation_change", args=[invitation.pk]),
        reverse("admin:accounts_accessrecord_changelist"),
        reverse("admin:mail_message_changelist"),
        reverse("admin:mail_message_change", args=[message.pk]),
        reverse("admin:frameworks_frameworkversion_changelist"),
        reverse("admin:frameworks_frameworkversion_add"),
        reverse("accounts:private_reading", args=[person.pk]),
        reverse("accounts:access"),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_keeps_the_policy_and_is_accessible(
    office: Page, live_server: LiveServer, person: User, theme: Literal["light", "dark"], width: int
) -> None:
    office.set_viewport_size({"width": width, "height": 900})
    office.emulate_media(color_scheme=theme)
    found = {}

    for path in _paths(person):
        answer = office.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        result = Axe().run(office)
        if result.violations_count:
            found[path] = result.generate_report()

    assert found == {}


def test_administrator_reads_a_story_with_a_reason_and_its_owner_sees_both(
    office: Page, live_server: LiveServer, sign_in: SignIn, person: User
) -> None:
    story = StoryFactory.create(
        owner=person, title="Checkout stays up", situation="A quokka sat in the rack."
    )
    office.goto(f"{live_server.url}/admin/")
    office.get_by_role("link", name="Users").click()
    office.get_by_role("link", name="Maya Okonkwo").click()
    office.get_by_role("link", name="Read private text").click()
    office.get_by_label("What", exact=True).select_option("Story")
    office.get_by_label("Number").fill(str(story.pk))
    office.get_by_label("Reason").fill("Reported by a colleague on Monday")

    office.get_by_role("button", name="Record and read").click()

    expect(office.get_by_text("A quokka sat in the rack.")).to_be_visible()
    office.context.clear_cookies()
    _enter(office, live_server, sign_in(person))
    office.goto(f"{live_server.url}/account/")
    office.get_by_role("link", name="Who read what").click()
    expect(office.get_by_text("Ada Admin administrator read")).to_be_visible()
    expect(office.get_by_text("Reason: Reported by a colleague on Monday")).to_be_visible()
    assert AccessRecord.objects.filter(owner=person).count() == 1
