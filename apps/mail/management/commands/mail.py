from argparse import ArgumentParser
from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.mail import holding
from apps.mail.models import Message
from apps.mail.standing import watch
from apps.mail.transport import TAKEN, Transport


class Command(BaseCommand):
    help = "Say how mail is doing; test, hold and release it; show and revive what was given up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="say how mail is doing")
        test = verbs.add_parser("test", help="send one mail now and say what the server answered")
        test.add_argument("address", metavar="ADDRESS")
        hold = verbs.add_parser("hold", help="send nothing until released")
        hold.add_argument("--reason", default="by hand")
        release = verbs.add_parser("release", help="send again")
        release.add_argument(
            "--discard", action="store_true", help="cancel what waits: the original of this copy sent it"
        )
        verbs.add_parser("dead", help="list what was given up, and why")
        verbs.add_parser("revive", help="try everything that was given up again")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        getattr(self, f"_{verb}")(**options)

    def _status(self, **options: Any) -> None:
        seen = watch(timezone.now())
        self.stdout.write(f"mail: {seen.state}")
        if not seen.is_well:
            raise CommandError("mail needs a look")

    def _test(self, *, address: str, **options: Any) -> None:
        mail = EmailMessage(
            "Starboard can send mail",
            "This is the test you asked for. If you read it, mail is set up.\n",
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        with Transport() as transport:
            reply = transport.connect()
            if reply != TAKEN:
                raise CommandError(f"the server cannot be reached: {reply.in_words}")
            try:
                reply = transport.send(mail)
            except ValueError as error:
                raise CommandError(f"{address} is no address: {error}") from error
        if reply != TAKEN:
            raise CommandError(f"the server refused it: {reply.in_words}")
        self.stdout.write(f"Handed over for {address}.")

    def _hold(self, *, reason: str, **options: Any) -> None:
        is_new = holding.hold(reason)
        self.stdout.write("Mail is held." if is_new else "Mail was held already.")

    def _release(self, *, discard: bool, **options: Any) -> None:
        discarded = holding.release(is_discarding=discard)
        self.stdout.write(f"Mail goes out again; {discarded} discarded.")

    def _dead(self, **options: Any) -> None:
        for message in Message.objects.dead().order_by("pk").iterator():
            self.stdout.write(f"{message.pk}\t{message.dedupe_key}\t{message.reason}")

    def _revive(self, **options: Any) -> None:
        self.stdout.write(f"{holding.revive()} revived.")
