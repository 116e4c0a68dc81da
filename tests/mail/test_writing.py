"""Our own writing of a mail beside Django's: read by anybody, both say the same."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import example, given
from hypothesis import strategies as st

from apps.mail.writing import LONGEST_LINE, Mail

LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
TEXTS = st.text(st.one_of(LETTERS, st.just("\n")), max_size=300).map(lambda text: text.strip() or "-")
SUBJECTS = st.text(LETTERS, min_size=1, max_size=200).map(lambda text: " ".join(text.split()) or "-")
HEADERS = {
    "Message-ID": "<0123456789abcdef@starboard.example>",
    "Auto-Submitted": "auto-generated",
    "List-Unsubscribe": f"<https://starboard.example/mail/unsubscribe/{'x' * 90}>",
}


def both(subject: str, text: str, to: str, *, html: str = "") -> list[EmailMessage]:
    """Return the mail as a reader has it: by us and by Django."""
    read = []
    for form in (Mail, EmailMultiAlternatives):
        mail = form(subject, text, "Starboard <post@starboard.example>", [to], headers=dict(HEADERS))
        mail.attach_alternative(html or f"<p>{text}</p>", "text/html")
        written = mail.message(policy=email.policy.SMTP).as_bytes()
        assert b"\n" not in written.replace(b"\r\n", b"")
        assert max(map(len, written.split(b"\r\n"))) <= 998
        read.append(email.message_from_bytes(written, policy=email.policy.default))
    return read


def said(message: EmailMessage) -> list[str]:
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    bodies = [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parts if part is not None]
    return [*(str(message[name]) for name in ("Subject", "From", "To", *HEADERS)), *bodies]


@given(SUBJECTS, TEXTS)
@example("A review of “Cut the deploys from an hour to ten minutes, and keep them there” waits for you", "x")
@example("plain words " * 12 + "end", "a = b\n.\n..\nFrom here")
@example("Zoë", "é" * 400)
@example("-", "x" * (LONGEST_LINE + 1))
def test_whatever_the_words_ours_reads_as_django_s_does(subject: str, text: str) -> None:
    ours, django_s = both(subject, text, "sam@example.com")

    assert said(ours) == said(django_s)
    assert ours["Date"].datetime is not None
    assert ours.get_content_type() == django_s.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("to", ["sam@büro.example", '"odd one"@example.com', "sam@[127.0.0.1]"])
def test_an_odd_address_is_written_by_django(to: str) -> None:
    ours, django_s = both("Hello", "Something waits for you.", to)

    assert ours["To"] == django_s["To"]


@pytest.mark.parametrize("name", ["Subject", "From", "To", "Message-ID"])
def test_no_header_can_be_smuggled_in(name: str) -> None:
    said = {
        "Subject": "Hello",
        "From": "post@example.com",
        "To": "sam@example.com",
        "Message-ID": "<1@example.com>",
    }
    said[name] += "\r\nBcc: all@example.com"
    mail = Mail(
        said["Subject"], "Text.", said["From"], [said["To"]], headers={"Message-ID": said["Message-ID"]}
    )

    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail.message(policy=email.policy.SMTP)
