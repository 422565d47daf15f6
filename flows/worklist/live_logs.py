"""The logs of real projects: what runs by itself is about each of them, unless one is named."""

from collections.abc import Callable
from typing import TypeVar

from eventlogs.errors import EventLogError
from eventlogs.ledger.log_names import unknown_log
from eventlogs.storage import Ledger

EVERY = "*"
_LIVE = """
    SELECT name FROM log WHERE kind = 'live' AND case_type = 'project' AND NOT simulated ORDER BY name
"""
_SIMULATED = "SELECT simulated FROM log WHERE name = $log"
_IS_THERE = "SELECT 1 FROM log WHERE name = $log"
Found = TypeVar("Found")


def live_logs(ledger: Ledger) -> list[str]:
    """Return the names of the logs in which people carry projects on, by name."""
    with ledger.reading() as connection:
        return [name for (name,) in connection.execute(_LIVE).fetchall()]


def is_simulated(ledger: Ledger, log: str) -> bool:
    """Tell whether a log's projects are played; one that is not there yet is none of those."""
    with ledger.reading() as connection:
        found = connection.execute(_SIMULATED, {"log": log}).fetchone()
    return found is not None and bool(found[0])


def logs_asked(ledger: Ledger, log: str) -> list[str]:
    """Return every log of real projects for `*`, else the one named, whatever it holds, or refuse it."""
    if log == EVERY:
        return live_logs(ledger)
    with ledger.reading() as connection:
        if not connection.execute(_IS_THERE, {"log": log}).fetchone():
            raise unknown_log(connection, log)
    return [log]


def for_each(logs: list[str], deed: Callable[[str], Found]) -> list[Found]:
    """Do a deed for each log, also where one is refused; then raise the first refusal."""
    done, refused = [], []
    for log in logs:
        try:
            done.append(deed(log))
        except EventLogError as refusal:
            refused.append(refusal)
    if refused:
        raise refused[0]
    return done
