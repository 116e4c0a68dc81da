from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        from apps.accounts import census, invitations, policy
        from apps.web import health, navigation
        from apps.web.navigation import Entry

        invitations.add_own_kinds()
        policy.add_rows()
        health.add_gauges(census.gauges)
        navigation.add_setting(
            "accounts:access", "Who read what", "What others opened or changed of yours", "eye"
        )
        navigation.add(
            Entry(
                "accounts:invitations",
                "Invitations",
                "mail-plus",
                "organiser",
                key="i",
                visible=policy.ORGANISER_OR_ADMINISTRATOR.allows,
                covers=("accounts:invite", "accounts:renew", "accounts:withdraw"),
            ),
            Entry(
                "admin:index",
                "Administration",
                "shield",
                "everyone",
                visible=policy.ADMINISTRATOR.allows,
                covers=("accounts:private_reading",),
            ),
            Entry(
                "accounts:settings",
                "Settings",
                "settings",
                "everyone",
                covers=("accounts:settings", *policy.SETTINGS_ROUTES),
                covers_settings=True,
            ),
        )
