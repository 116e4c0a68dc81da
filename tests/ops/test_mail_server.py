import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail_server import options_of


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "use_ssl"),
    [
        ("smtp+tls://me:secret@mail.example.org", 587, True, False),
        ("smtp+ssl://me:secret@mail.example.org", 465, False, True),
        ("smtp://me:secret@mail.example.org:2525", 2525, False, False),
    ],
)
def test_address_says_how_the_connection_is_kept_secret(
    url: str, port: int, *, use_tls: bool, use_ssl: bool
) -> None:
    assert options_of(url) == {
        "host": "mail.example.org",
        "port": port,
        "username": "me",
        "password": "secret",
        "use_tls": use_tls,
        "use_ssl": use_ssl,
        "timeout": 10,
    }


def test_user_and_password_are_decoded() -> None:
    options = options_of("smtp+tls://post%40example.org:a%2Fb%3Ac@mail.example.org")

    assert (options["username"], options["password"]) == ("post@example.org", "a/b:c")


@pytest.mark.parametrize(
    "url", ["smtps+tls://host", "mail.example.org:587", "smtp+tls://", "https://host", "smtp://host?tls=true"]
)
def test_address_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like"):
        options_of(url)
