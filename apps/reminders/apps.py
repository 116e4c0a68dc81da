from typing import Any

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self) -> None:
        from apps.mail import ticks as loop
        from apps.reminders import mails, standing, ticks
        from apps.web import health, navigation, policy
        from apps.web.policy import GET, GET_POST, POST, SIGNED_IN

        mails.add_kinds()
        loop.add("reminders", ticks.tick)
        health.add_watch("reminders", standing.watch)
        health.add_gauges(standing.gauges)
        policy.add(
            "reminders",
            {
                "index": (GET, SIGNED_IN),
                "follow": (POST, SIGNED_IN),
                "read": (POST, SIGNED_IN),
                "read_all": (POST, SIGNED_IN),
                "dismiss": (POST, SIGNED_IN),
                "snooze": (POST, SIGNED_IN),
                "settings": (GET_POST, SIGNED_IN),
                "zone": (POST, SIGNED_IN),
            },
        )
        navigation.add(
            navigation.Entry(
                "reminders:index", "Reminders", "bell", "everyone", key="b", count=_unread, rank=40
            )
        )
        navigation.add_setting(
            "reminders:settings", "Reminders", "When they come, and each by which way", "clock"
        )


def _unread(user: Any) -> int:
    return int(user.unread_reminders)
