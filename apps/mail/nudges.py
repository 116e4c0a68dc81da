"""Tells a worker that there is mail, so that it need not wait for the next tick; beat comes anyway."""

import logging
import threading
import time

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# After a broker that was away, nobody asks it again for so long.
QUIET_SECONDS = 30
_NUDGE_LASTS = 30
_quiet_until = 0.0
_is_under_way = threading.Lock()


def nudge() -> None:
    """Publish a delivery beside the page, which waits for no broker: one that is stopped cost six seconds of the
    client's own retries, one that is frozen never answers. While a nudge is under way it stands for others too.
    """
    if time.monotonic() >= _quiet_until and _is_under_way.acquire(blocking=False):
        threading.Thread(target=_publish, name="nudge", daemon=True).start()


def _publish() -> None:
    """Publish; a broker that is away is said in the log and nowhere else."""
    global _quiet_until  # noqa: PLW0603  (each process remembers for itself)
    from apps.mail.tasks import deliver

    try:
        deliver.apply_async(expires=_NUDGE_LASTS, retry=False)
    except OperationalError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("the broker is away (%s); the next tick delivers", error)
    finally:
        _is_under_way.release()
