"""Development's mailbox: files that any mail program opens, and a page that shows them."""

from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.mail import files


@pytest.fixture(autouse=True)
def development(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.DATA_DIR = tmp_path
    settings.MAILERS = {
        "default": {"BACKEND": "apps.mail.files.FileBackend", "OPTIONS": {"path": str(tmp_path / "mail")}}
    }


def test_an_empty_mailbox_says_what_will_be_here(client: Client) -> None:
    assert "Nothing was sent yet" in client.get(reverse("mail:mailbox")).text


def test_a_mail_is_listed_and_read_without_signing_in(client: Client) -> None:
    EmailMessage("Grüße", "Open https://example.com/x & go\n", to=["maya@example.com"]).send()
    EmailMessage("Second", "Later\n", to=["tomas@example.com"]).send()

    box = client.get(reverse("mail:mailbox"))
    second, first = box.context["letters"]
    letter = client.get(reverse("mail:mailbox_letter", args=[first.name]))

    assert (second.subject, first.subject, first.to) == ("Second", "Grüße", "maya@example.com")
    assert '<a href="https://example.com/x"' in letter.text
    assert "&amp; go" in letter.text


@pytest.mark.parametrize("name", ["..", "x", "20261124T143000000000-0123abcd", "..%2f..%2fetc%2fpasswd"])
def test_there_is_no_other_file(client: Client, name: str) -> None:
    assert client.get(f"/mail/box/{name}/").status_code == HTTPStatus.NOT_FOUND


def test_outside_development_there_is_no_mailbox(client: Client, settings: Settings) -> None:
    EmailMessage("Secret", "A code\n", to=["maya@example.com"]).send()
    [letter] = files.newest(1)
    settings.DEBUG = False

    assert client.get(reverse("mail:mailbox")).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("mail:mailbox_letter", args=[letter.name])).status_code == HTTPStatus.NOT_FOUND
