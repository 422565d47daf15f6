"""An outage told once when it begins and once when it is over, however often it is met."""

import logging
from threading import Lock

logger = logging.getLogger(__name__)


class Outage:
    """Whether something that is asked again and again answers."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._down = False
        self._lock = Lock()

    def met(self, error: Exception) -> None:
        """Note that it did not answer."""
        if self._changed(down=True):
            logger.warning("%s does not answer; it is asked again and again: %s", self._what, error)

    def over(self) -> None:
        """Note that it answered."""
        if self._changed(down=False):
            logger.warning("%s answers again", self._what)

    def _changed(self, *, down: bool) -> bool:
        with self._lock:
            changed, self._down = self._down != down, down
        return changed


PREFECT = Outage("the Prefect API")
