"""Settings of production, in a process of their own: `check --deploy` has nothing to say, secrets are asked for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

NEEDED = {
    "SECRET_KEY": "k" * 30 + "unlike-any-other-0123456789",
    "DATABASE_URL": "postgres://starboard:secret@127.0.0.1:1/starboard",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SITE_ORIGIN": "https://starboard.example.com",
    "MAIL_FROM": "Starboard <starboard@example.com>",
    "EMAIL_URL": "smtp://user:secret@mail.example.com:587/?tls=true",
}


def manage(*arguments: str, without: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PRODUCTION": "true", "DATA_DIR": os.environ["DATA_DIR"]}
    environment |= {name: value for name, value in NEEDED.items() if name != without} | more
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_deploy_finds_nothing() -> None:
    done = manage("manage.py", "check", "--deploy", "--fail-level", "INFO")

    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


@pytest.mark.parametrize("name", NEEDED)
def test_production_does_not_start_without(name: str) -> None:
    done = manage("manage.py", "check", without=name)

    assert done.returncode != 0
    assert done.stderr.strip().splitlines() == [f"error: PRODUCTION needs {name} in the environment"]


def test_production_and_debug_exclude_each_other() -> None:
    done = manage("manage.py", "check", DEBUG="true")

    assert done.returncode != 0
    assert done.stderr.strip().splitlines() == ["error: PRODUCTION and DEBUG exclude each other"]


def test_cookies_and_transport_are_secure_in_production() -> None:
    names = (
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_HTTPONLY",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "ALLOWED_HOSTS",
        "DEBUG",
        "MFA_REQUIRED_OF_STAFF",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    )
    done = manage(
        "-c",
        f"import json; from config import settings; print(json.dumps({{n: getattr(settings, n) for n in {names!r}}}))",
    )

    assert json.loads(done.stdout) == {
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "ALLOWED_HOSTS": ["starboard.example.com"],
        "DEBUG": False,
        "MFA_REQUIRED_OF_STAFF": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    }
