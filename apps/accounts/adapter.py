"""What allauth asks us: who may sign up (the invited), and how a provider's account becomes ours."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import Invitation, User

logger = logging.getLogger(__name__)

NOT_SENT = (
    "The mail could not be sent: the mail server does not take it just now. Try again in a few minutes,"
    " or tell an administrator."
)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own sign-up form is closed: an invitation's page opens the account (`views.join`)."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail and password do not match.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes, or sign in with a code by e-mail.",
        "rate_limited": "Too many attempts. Wait a minute and try again.",
        "incorrect_code": "That code is not right. Check it and try again.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your current password.",
        "email_taken": "This address cannot be used. Choose another.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Lead on to paths of our own only: anything else allauth looks up as the name of a route."""
        try:
            return url.startswith("/") and bool(super().is_safe_url(url))
        except ValueError:
            # Half an address, which cannot be read: http://[::1
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # Links in messages come from the setting, never from the request's Host header.
        try:
            super().send_mail(template_prefix, email, {"origin": settings.SITE_ORIGIN, **context})
        except OSError as error:
            # smtplib's errors are of this kind too. It says nothing about whether the address is known.
            logger.error("a mail of %s could not be sent: %s", template_prefix, error)  # noqa: TRY400
            if self.request is not None:
                messages.error(self.request, NOT_SENT)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A provider's account signs up only somebody invited, by an address the provider has verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        email = verified_email(sociallogin)
        return (
            email is not None
            # Somebody with an account signs in to it first and connects the provider there.
            and not User.objects.with_email(email).exists()
            and Invitation.objects.open(timezone.now()).with_email(email).exists()
        )

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        # The name comes from the address, and PostgreSQL cannot be asked for this character.
        if "\0" in (provider or ""):
            return []
        apps: list[SocialApp] = super().list_apps(request, provider=provider, client_id=client_id)
        return apps

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = sociallogin.user
        user.email = (verified_email(sociallogin) or data.get("email") or "").lower()
        names = (data.get("name"), data.get("first_name"), data.get("last_name"))
        user.name = str(names[0] or " ".join(part for part in names[1:] if part) or user.email)[:200]
        return user


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right. Codes change every 30 seconds: try the one shown now.",
        "unverified_email": "Confirm your e-mail address first.",
    }

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,  # noqa: A002  (allauth's name for it)
    ) -> str:
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as an element for the page itself: our CSP allows no `data:` image."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def _get_site_name(self) -> str:
        return "Starboard"


def verified_email(sociallogin: SocialLogin) -> str | None:
    return next((address.email.lower() for address in sociallogin.email_addresses if address.verified), None)
