"""The application's own settings with the pages to measure against; imported by `python -m bench` only."""

from config.settings import *  # noqa: F403  (all of them, but for what follows)
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
# One connection kept, as a process of the web keeps it in its pool.
DATABASES["default"]["CONN_MAX_AGE"] = None
