import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from apps.mail.delivery import deliver_due
from apps.mail.ticks import ticks

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run what is due and send the mail that is due, once or for ever, without Celery and Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--pause", type=float, default=5.0, help="seconds between ticks, %(default)s")

    def handle(self, *, loop: bool, pause: float, **options: Any) -> None:
        if not loop:
            run_once(lambda: False)
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            try:
                is_more = run_once(stopped.is_set)
            except (OperationalError, InterfaceError) as error:
                logger.warning("the database is away: %s", error)
                connection.close()
                is_more = False
            if not is_more:
                stopped.wait(pause)


def run_once(is_over: Callable[[], bool]) -> bool:
    """Run each tick and send one batch; return whether there was mail. Asked to end, it ends after one mail."""
    for tick in ticks().values():
        tick()
    return deliver_due(is_over=is_over).total() > 0
