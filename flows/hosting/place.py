"""Where a flow run finds the event log: lent by the process it runs in, or opened by itself."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from eventlogs.commands import default_data_directory
from eventlogs.data_directory import open_ledger
from eventlogs.storage import Ledger


@dataclass(frozen=True)
class Place:
    """A data directory and its open ledger."""

    ledger: Ledger
    data: Path


_lent: list[Place] = []


@contextmanager
def lending(ledger: Ledger, data: Path) -> Iterator[Place]:
    """Lend the ledger to every flow run of this process meanwhile."""
    place = Place(ledger, data)
    _lent.append(place)
    try:
        yield place
    finally:
        _lent.remove(place)


@contextmanager
def place() -> Iterator[Place]:
    """Lend what this process lends, else the user's own data directory, opened for the while."""
    if _lent:
        yield _lent[-1]
        return
    data = default_data_directory()
    with closing(open_ledger(data)) as ledger:
        yield Place(ledger, data)
