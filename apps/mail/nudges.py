"""Tells a worker that there is mail, so that it need not wait for the next tick; beat comes anyway."""

import logging
import time

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# After a broker that was away, pages do not ask it again for so long.
QUIET_SECONDS = 30
_NUDGE_LASTS = 30
_quiet_until = 0.0


def nudge() -> None:
    """Publish a delivery; a broker that is away is said in the log and nowhere else."""
    global _quiet_until  # noqa: PLW0603  (each process remembers for itself)
    from apps.mail.tasks import deliver

    if time.monotonic() < _quiet_until:
        return
    try:
        deliver.apply_async(expires=_NUDGE_LASTS, retry=False)
    except OperationalError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("the broker is away (%s); the next tick delivers", error)
