#!/usr/bin/env python
"""Runs Django's commands, with the embedded servers up for as long as a command runs."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with embedded.running():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
