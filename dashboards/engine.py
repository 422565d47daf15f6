"""What the pages stand on."""

from dataclasses import dataclass
from pathlib import Path

from eventlogs.storage import Ledger
from flows.worklist.live_logs import is_simulated

DEFAULT_LOG = "projects"
_LIVE = """
    SELECT name FROM log WHERE kind = 'live' AND case_type = 'project'
    ORDER BY name = $wanted DESC, created_at, name
"""


@dataclass(frozen=True)
class Engine:
    """The ledger, the live log that staff work on, where data lives, and whether anything may change."""

    ledger: Ledger
    data: Path
    log: str = DEFAULT_LOG
    read_only: bool = False

    @property
    def simulated(self) -> bool:
        """Whether the projects of the live log are simulated."""
        return is_simulated(self.ledger, self.log)


def live_log(ledger: Ledger, wanted: str = DEFAULT_LOG) -> str:
    """Return the live log of projects named `wanted`, else the oldest there is, else `wanted` still."""
    with ledger.reading() as connection:
        found = connection.execute(_LIVE, {"wanted": wanted}).fetchone()
    return str(found[0]) if found else wanted
