from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        from apps.accounts import invitations, policy

        invitations.add_own_kinds()
        policy.add_rows()
