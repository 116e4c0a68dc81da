from functools import cache

from apps.frameworks.actions import load_framework
from apps.frameworks.documents import SHIPPED, read_file
from apps.frameworks.models import FrameworkVersion
from apps.frameworks.schema import Framework


@cache
def shipped_framework() -> Framework:
    return read_file(SHIPPED)


def shipped_version() -> FrameworkVersion:
    """Return the version of the shipped framework; it is loaded once in a test."""
    return load_framework(shipped_framework())[0]
