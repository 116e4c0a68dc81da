"""Runs the whole of Starboard: web, worker and beat, on servers of its own where none are named."""

import json
import os
import socket
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections

from config.running.first_answer import FirstAnswer
from config.running.listening import listen
from config.running.parts import Beat, celery_worker, web
from config.running.supervisor import Supervisor

DEFAULT_PORT = 8000
PREPARING_LOCK = 7_461_002


class Command(BaseCommand):
    help = "Prepare the database and run web, worker and beat until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo and print its sign-ins")
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: %(default)s")

    def handle(self, *, demo: bool, port: int, **options: Any) -> None:
        if demo and settings.PRODUCTION:
            raise CommandError("the demo is never loaded with production settings")
        with ExitStack() as held:
            sockets = self._listen(port)
            for bound in sockets:
                held.enter_context(bound)
            prepare(demo=demo)
            code = self._run(held, sockets, demo=demo)
        if code:
            sys.exit(code)

    def _listen(self, port: int) -> list[socket.socket]:
        try:
            sockets = listen(port)
        except OSError as error:
            raise CommandError(f"cannot listen on port {port}: {error.strerror or error}") from error
        taken = sockets[0].getsockname()[1]
        if taken != port:
            self._say(f"Port {port} is taken; using {taken}.")
        return sockets

    def _run(self, held: ExitStack, sockets: list[socket.socket], *, demo: bool) -> int:
        port = sockets[0].getsockname()[1]
        url = f"http://localhost:{port}"
        environment = {name: setting for name, setting in os.environ.items() if name != "DATABASE_POOL"}
        environment.setdefault("SITE_ORIGIN", url)
        environment["PYTHONUNBUFFERED"] = "1"
        with Supervisor(say=self._say) as supervisor:
            web(supervisor, environment, sockets)
            celery_worker(supervisor, environment)
            beat = Beat(supervisor, environment, settings.DATA_DIR)
            held.callback(beat.close)
            beat.start_if_nobody_else_has()
            first_answer = FirstAnswer(port)

            def meanwhile() -> None:
                beat.start_if_nobody_else_has()
                if first_answer.has_just_come():
                    if demo:
                        self._show_sign_ins(url)
                    self._say(f"Starboard is ready: {url}")

            return supervisor.run(meanwhile=meanwhile)

    def _show_sign_ins(self, url: str) -> None:
        # Asked by the name of the command, since nothing calls upwards.
        said = StringIO()
        call_command("demo", "accounts", stdout=said)
        accounts = json.loads(said.getvalue())
        write_privately(
            settings.DATA_DIR / "demo.json", json.dumps({"url": url, "accounts": accounts}, indent=2)
        )
        for account in accounts:
            self._say(f"{account['role']:>13}: {account['email']}  {account['password']}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def prepare(*, demo: bool) -> None:
    """Bring the database and the static files to this version of the code; safe to repeat."""
    with connection.cursor() as cursor:
        # A second `up` on the same database waits here instead of migrating at the same time.
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING_LOCK])
        call_command("migrate", interactive=False, verbosity=0)
        call_command("framework", "load")
        if demo:
            call_command("demo", "load")
    # The lock ends with its connection, and the children shall not inherit one.
    connections.close_all()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if settings.PRODUCTION:
        call_command("collectstatic", interactive=False, verbosity=0)


def write_privately(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    new.replace(path)
