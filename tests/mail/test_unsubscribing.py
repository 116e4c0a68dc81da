"""The link in a mail: a GET shows a page, a POST stops the mails, both without signing in."""

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.mail.kinds import Channel, Kind
from apps.mail.letters import unsubscribe_address
from apps.mail.models import Preference, choose_channel
from tests.cast import Posted, SignIn
from tests.factories.mail import MessageFactory

pytestmark = pytest.mark.django_db

ORIGIN = "http://localhost:8000"


@pytest.fixture
def link(stranger: User, note: Kind) -> str:
    return unsubscribe_address(stranger.pk, note).removeprefix(ORIGIN)


@pytest.fixture
def browser() -> Client:
    """Somebody signed out whose CSRF cookie nobody has set."""
    return Client(enforce_csrf_checks=True)


def channels(user: User) -> dict[str, str]:
    return Preference.objects.channels_of(user)


def test_opening_the_link_changes_nothing(browser: Client, stranger: User, link: str) -> None:
    answer = browser.get(link)

    assert answer.status_code == HTTPStatus.OK
    assert "Stop these mails?" in answer.text
    assert "because you asked for notes" in answer.text
    assert channels(stranger) == {}


def test_one_click_of_a_mail_program_stops_them(browser: Client, stranger: User, link: str) -> None:
    answer = browser.post(link, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == HTTPStatus.OK
    assert channels(stranger) == {"note": Channel.IN_APP}


def test_the_link_of_the_header_is_the_one_that_works(
    browser: Client, stranger: User, posted: Posted
) -> None:
    MessageFactory.create(user=stranger)
    [mail] = posted()
    address = mail.extra_headers["List-Unsubscribe"].strip("<>")

    browser.post(address.removeprefix(ORIGIN), {"List-Unsubscribe": "One-Click"})
    MessageFactory.create(user=stranger)

    assert len(posted()) == 1


def test_the_page_offers_to_take_it_back(browser: Client, stranger: User, link: str) -> None:
    page = browser.post(link, {"stop": ""}).text
    again = browser.post(link, {"again": ""}).text

    assert "You get no more of these mails" in page
    assert "Stop these mails?" in again
    assert channels(stranger) == {"note": Channel.BOTH}


def test_somebody_who_wants_it_by_mail_alone_gets_nothing_afterwards(
    browser: Client, stranger: User, link: str
) -> None:
    choose_channel(stranger, "note", Channel.MAIL)

    browser.post(link)
    browser.post(link)

    assert channels(stranger) == {"note": Channel.NONE}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("harm", ["cut", "other person", "garbage", "no such kind"])
def test_a_link_that_is_not_ours_stops_nothing(
    browser: Client, stranger: User, mentor: User, link: str, method: str, harm: str
) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    spoiled = {
        "cut": token[:-3],
        "other person": re.sub(r"^\d+", str(mentor.pk), token),
        "garbage": "%00%F0",
        "no such kind": token.replace("note", "nothing"),
    }[harm]

    answer = getattr(browser, method)(f"/mail/unsubscribe/{spoiled}/")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "This link stops nothing" in answer.text
    assert not Preference.objects.exists()


def test_preferences_show_and_keep_the_channel_of_each_kind(
    sign_in: SignIn, stranger: User, mentor: User
) -> None:
    choose_channel(mentor, "note", Channel.NONE)
    browser = sign_in(stranger)
    page = browser.get(reverse("mail:preferences"))
    answers = {field.name: field.value() for field in page.context["form"]}

    answer = browser.post(reverse("mail:preferences"), {**answers, "note": "mail"})

    assert answers["note"] == Channel.BOTH
    assert answer.status_code == HTTPStatus.FOUND
    assert channels(stranger) == {"note": Channel.MAIL}
    assert channels(mentor) == {"note": Channel.NONE}


def test_an_unknown_channel_is_said_at_its_field(sign_in: SignIn, stranger: User) -> None:
    browser = sign_in(stranger)

    answer = browser.post(reverse("mail:preferences"), {"note": "pigeon"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "pigeon is not one of the available choices" in answer.text
    assert channels(stranger) == {}


def test_what_always_comes_is_not_on_the_page(sign_in: SignIn, stranger: User) -> None:
    page = sign_in(stranger).get(reverse("mail:preferences"))

    assert "invitation" not in page.context["form"].fields
    assert "review_sent" in page.context["form"].fields


def test_settings_lead_to_the_preferences(sign_in: SignIn, stranger: User) -> None:
    browser = sign_in(stranger)

    assert f'href="{reverse("mail:preferences")}"' in browser.get(reverse("accounts:settings")).text
    page = browser.get(reverse("mail:preferences"))
    assert page.context["chrome"].current.route == "accounts:settings"
