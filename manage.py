#!/usr/bin/env python
"""Runs Django's commands, with the embedded servers up for as long as a command runs."""

import os
import signal
import sys
from types import FrameType

from django.core.management import execute_from_command_line

from config import embedded


def leave(signum: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Left to themselves these two end Python at once, and the servers would stay behind.
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    try:
        with embedded.running():
            execute_from_command_line(sys.argv)
    except embedded.Trouble as trouble:
        sys.exit(f"error: {trouble}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
