from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "apps.reminders"

    def ready(self) -> None:
        from apps.mail import ticks as loop
        from apps.reminders import mails, ticks

        mails.add_kinds()
        loop.add("reminders", ticks.tick)
