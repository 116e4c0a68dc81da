"""Every setting, from the environment; the defaults run on a laptop, production refuses to guess."""

import json
import logging
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from django.utils.csp import CSP
from environs import Env

from config import embedded, mail_server

# Makes ModelForm[User] and the like possible at run time, as the type checker reads them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

PRODUCTION = env.bool("PRODUCTION", False)
# Only Django's own debug pages hang on this; whoever tries the app should see the app's error pages.
DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data")))

if PRODUCTION:
    missing = [
        name
        for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SITE_ORIGIN", "MAIL_FROM", "EMAIL_URL")
        if not env.str(name, "")
    ]
    if missing:
        # In one line, whichever program loads the settings.
        sys.exit(f"error: PRODUCTION needs {', '.join(missing)} in the environment")
    if DEBUG:
        sys.exit("error: PRODUCTION and DEBUG exclude each other")

SECRET_KEY = env.str("SECRET_KEY", "development-only-" + "0" * 40)
# Every absolute link is made from this, never from a request's Host header.
SITE_ORIGIN = env.str("SITE_ORIGIN", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", [] if not PRODUCTION else [SITE_ORIGIN.split("//")[1].split(":")[0]]
)
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
# What Prometheus sends as its bearer token to /metrics; without one only administrators read them.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

INSTALLED_APPS = [
    "config.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_linear_migrations",
    "lucide",
    "apps.web",
    "apps.accounts",
    "apps.mail",
    "apps.frameworks",
    "apps.cohorts",
    "apps.candidates",
    "apps.scope",
    "apps.projects",
    "apps.stories",
    "apps.reviews",
    "apps.readiness",
    "apps.applications",
    "apps.reminders",
    "apps.dashboards",
]

MIDDLEWARE = [
    "apps.web.middleware.request_id",
    "apps.web.metrics.count_requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.web.typed.KeepTyped",
    "apps.web.middleware.PolicyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.web.context.chrome",
            ],
            "builtins": ["apps.web.templatetags.ui", "lucide.templatetags.lucide"],
        },
    }
]

FORM_RENDERER = "apps.web.forms.Renderer"

DATABASES = {"default": env.dj_db_url("DATABASE_URL", embedded.database_url())}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_OPTIONS: dict[str, Any] = DATABASES["default"].setdefault("OPTIONS", {})
# A pool and a worker's fork do not mix; `manage.py up` and the compose file set this for the web only.
if env.bool("DATABASE_POOL", False):
    DATABASE_OPTIONS["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 8)}
# PgBouncer's transaction mode keeps nothing from one transaction to the next, nor takes options at the start
# of a connection: there the role's own settings limit a statement (`ALTER ROLE ... SET statement_timeout`).
if env.bool("PGBOUNCER", False):
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
elif statement_seconds := env.int("STATEMENT_TIMEOUT", 30 if PRODUCTION else 0):
    given = DATABASE_OPTIONS.get("options", "")
    DATABASE_OPTIONS["options"] = f"{given} -c statement_timeout={statement_seconds}s".strip()
# How long `manage.py migrate` waits for a table that somebody uses, while everybody else waits behind it.
MIGRATION_LOCK_TIMEOUT = env.str("MIGRATION_LOCK_TIMEOUT", "2s")
REDIS_URL = env.str("REDIS_URL", embedded.redis_url())

# Sessions, cache and rate limits live in PostgreSQL, so that losing Redis changes nothing on the web.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

CELERY_BROKER_URL = REDIS_URL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:home"

ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Per minute; counted in the database cache. A failed sign-in also counts against the address.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "10/m/ip",
    "request_login_code": "10/m/ip,3/5m/key",
    "reset_password": "10/m/ip,3/5m/key",
}
MFA_ADAPTER = "apps.accounts.adapter.MFAAdapter"
# A code is still taken one period after the phone has moved on.
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Starboard"
USERSESSIONS_TRACK_ACTIVITY = False
# A list of {"provider_id", "name", "client_id", "secret", "settings": {"server_url"}} as JSON.
OIDC_APPS: list[dict[str, Any]] = json.loads(env.str("OIDC_APPS", "[]"))
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": OIDC_APPS, "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapter.SocialAccountAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
# Organisers and administrators must use a second factor; the demo lets them look around without.
MFA_REQUIRED_OF_STAFF = env.bool("MFA_REQUIRED_OF_STAFF", PRODUCTION)

MAILERS = {
    "default": {
        "BACKEND": "apps.mail.files.FileBackend",
        "OPTIONS": {"path": str(DATA_DIR / "mail")},
    }
}
EMAIL_URL = env.str("EMAIL_URL", "")
if EMAIL_URL:
    MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": mail_server.options_of(EMAIL_URL),
    }
# The most mails a minute of the whole installation; 0 is no limit. Sign-in codes are not counted.
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", 1200)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "Starboard <starboard@localhost>")

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
# Its own place in an image, where the files are made once and the data directory is a volume.
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# In development files are served from where they lie, without collectstatic.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "media"


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF, *(origin_of(app["settings"]["server_url"]) for app in OIDC_APPS)],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.web.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_TLS_PROXY", False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "apps.web.logs.RequestIdFilter"},
        "no_tokens": {"()": "apps.web.logs.TokenFilter"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{message}{request_id}",
            "style": "{",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
        "plain": {"format": "{levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id", "no_tokens"],
            "formatter": "json" if env.bool("LOG_JSON", PRODUCTION) else "plain",
        }
    },
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    # Runserver's own handler would print a second line in another format.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
