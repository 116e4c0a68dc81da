"""The Celery application: a tick and the jobs it starts; no fact lives in Redis alone."""

import os

from celery import Celery

# Celery looks for Django when the app is made, so this comes first.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("starboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=600,
    task_publish_retry_policy={"max_retries": 1},
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600},
    timezone="UTC",
    beat_schedule={
        "deliver-mail": {
            "task": "apps.mail.tasks.deliver",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "tick-reminders": {
            "task": "apps.reminders.tasks.tick",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "prune-mail": {
            "task": "apps.mail.tasks.prune",
            "schedule": 3600.0,
            "options": {"expires": 1800},
        },
        "prune-revisions": {
            "task": "apps.stories.tasks.prune_revisions",
            "schedule": 3600.0,
            "options": {"expires": 1800},
        },
        "end-deletions": {
            "task": "apps.accounts.tasks.end_deletions",
            "schedule": 3600.0,
            "options": {"expires": 1800},
        },
        "clear-expired": {
            "task": "apps.web.tasks.clear_expired",
            "schedule": 3600.0,
            "options": {"expires": 1800},
        },
    },
)
app.autodiscover_tasks()
