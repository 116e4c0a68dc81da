"""Who the audiences of the accounts pages are, and the policy rows of these and allauth's routes."""

from apps.web import policy
from apps.web.policy import ANYONE, GET, GET_POST, POST, SIGNED_IN, Audience

ORGANISER = Audience("organiser", lambda user: user.may_create_cohorts)
ADMINISTRATOR = Audience("administrator", lambda user: user.is_staff)
ORGANISER_OR_ADMINISTRATOR = Audience(
    "organiser or administrator", lambda user: user.may_create_cohorts or user.is_staff
)

# allauth's pages that belong to a person's settings.
SETTINGS_ROUTES = (
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "socialaccount_connections",
    "usersessions_list",
)


def add_rows() -> None:
    policy.add(
        "accounts",
        {
            "settings": (GET_POST, SIGNED_IN),
            "invitations": (GET, ORGANISER_OR_ADMINISTRATOR),
            "invite": (POST, ORGANISER_OR_ADMINISTRATOR),
            "renew": (POST, ORGANISER_OR_ADMINISTRATOR),
            "withdraw": (POST, ORGANISER_OR_ADMINISTRATOR),
            "invitation": (GET, ANYONE),
            "join": (POST, ANYONE),
            "accept": (POST, ANYONE),
            "access": (GET, SIGNED_IN),
            "private_reading": (GET_POST, ADMINISTRATOR),
        },
    )
    policy.add_namespace("admin", GET_POST, ADMINISTRATOR)
    # allauth's own routes, by name. Public are those somebody signed out needs: signing in, its second
    # step, a forgotten password, and the codes sent by mail. An allauth view that wants a signed-in
    # person checks that again itself.
    policy.add(
        "",
        {
            "account_login": (GET_POST, ANYONE),
            "account_logout": (GET_POST, ANYONE),
            "account_inactive": (GET, ANYONE),
            "account_signup": (GET_POST, ANYONE),
            "account_reauthenticate": (GET_POST, SIGNED_IN),
            "account_email": (GET_POST, SIGNED_IN),
            "account_email_verification_sent": (GET_POST, ANYONE),
            "account_change_password": (GET_POST, SIGNED_IN),
            "account_set_password": (GET_POST, SIGNED_IN),
            "account_reset_password": (GET_POST, ANYONE),
            "account_confirm_password_reset_code": (GET_POST, ANYONE),
            "account_complete_password_reset": (GET_POST, ANYONE),
            "account_password_reset_completed": (GET, ANYONE),
            "account_request_login_code": (GET_POST, ANYONE),
            "account_confirm_login_code": (GET_POST, ANYONE),
            "mfa_index": (GET, SIGNED_IN),
            "mfa_authenticate": (GET_POST, ANYONE),
            "mfa_reauthenticate": (GET_POST, SIGNED_IN),
            "mfa_activate_totp": (GET_POST, SIGNED_IN),
            "mfa_deactivate_totp": (GET_POST, SIGNED_IN),
            "mfa_view_recovery_codes": (GET, SIGNED_IN),
            "mfa_generate_recovery_codes": (GET_POST, SIGNED_IN),
            "mfa_download_recovery_codes": (GET, SIGNED_IN),
            "mfa_list_webauthn": (GET, SIGNED_IN),
            "mfa_add_webauthn": (GET_POST, SIGNED_IN),
            "mfa_edit_webauthn": (GET_POST, SIGNED_IN),
            "mfa_remove_webauthn": (GET_POST, SIGNED_IN),
            "mfa_reauthenticate_webauthn": (GET_POST, SIGNED_IN),
            "mfa_login_webauthn": (GET_POST, ANYONE),
            "socialaccount_login_cancelled": (GET, ANYONE),
            "socialaccount_login_error": (GET, ANYONE),
            "socialaccount_signup": (GET_POST, ANYONE),
            "socialaccount_connections": (GET_POST, SIGNED_IN),
            "openid_connect_login": (GET_POST, ANYONE),
            "openid_connect_callback": (GET, ANYONE),
            "usersessions_list": (GET_POST, SIGNED_IN),
        },
    )
