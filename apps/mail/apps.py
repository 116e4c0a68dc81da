from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "apps.mail"

    def ready(self) -> None:
        from apps.accounts import outgoing
        from apps.mail import from_accounts, holding, outbox, standing
        from apps.web import health, navigation, notices, policy
        from apps.web.backups import restoring
        from apps.web.policy import ANYONE, GET, GET_POST, SIGNED_IN

        from_accounts.add_kinds()
        outgoing.send_by(outbox.enqueue)
        restoring.add_step(holding.hold_restored_copy)
        health.add_watch("mail", standing.watch)
        health.add_gauges(standing.gauges)
        notices.add(standing.notices)
        navigation.add_setting(
            "mail:preferences", "Notifications", "What comes by mail, and what only here", "bell"
        )
        policy.add(
            "mail",
            {
                "preferences": (GET_POST, SIGNED_IN),
                # The link's token is what allows it, also for a mail program that nobody signed in to.
                "unsubscribe": (GET_POST, ANYONE),
                # In development only, and there also for the code that signs somebody in.
                "mailbox": (GET, ANYONE),
                "mailbox_letter": (GET, ANYONE),
            },
        )
