"""One small interface over the two sizes of storage.

*One machine* (`ledger.duckdb_ledger`): the DuckDB file is the ledger and what mining reads, held by one owner
process. *Outgrown* (`outgrown.postgres_ledger`): PostgreSQL is the ledger, drained into DuckLake for mining.
A process beside the owner uses `owner.client`, which speaks to the owner and is the same interface.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import duckdb

from eventlogs.events import Attribute, Event, RecordedEvent


@dataclass(frozen=True, slots=True)
class Head:
    """Where a case's history ends: last `seq` and chain hash; before its first event 0 and 32 zero bytes."""

    seq: int
    chain_hash: bytes


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: the keys that were new, in order, those known before, the ledger's last `seq`."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    last_seq: int


@runtime_checkable
class SharesImports(Protocol):
    """A ledger that several data directories follow, and that hands imported files on to all."""

    def share_import(
        self, path: Path, name: str, source: Mapping[str, Attribute], *, skips_bad: bool
    ) -> None:
        """Keep the file that the log `name` was imported from."""
        ...


class Ledger(Protocol):
    """The event log as every floor sees it.

    A ledger holds many logs side by side, each under a name. All methods may be called from several
    threads.
    """

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record `events` in the live log `log`, all or none, durably, each key once.

        A live log is created by `create_log`. `expect_seq` is the head of the case the caller has read:
        if that case has moved on, nothing is recorded and `ConcurrentAppendError` is raised; it is only
        allowed when all `events` belong to one case. Events whose key is known are skipped, not compared.
        """
        ...

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make the live log `log` if there is none of that name."""
        ...

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's whole history in recorded order, corrections included."""
        ...

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        ...

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return up to `limit` events recorded after `seq`, in recorded order."""
        ...

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a DuckDB connection of its own for reading; every table and view of `schema/` is visible."""
        ...

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a DuckDB connection inside one transaction: committed at the end, rolled back on an exception.

        For imports and for deeds on whole logs. Writers take turns.
        """
        ...

    def preparing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a connection as `writing` does, for what is derived from the events and can be made again.

        For the prepared log. A ledger that records nothing lends it all the same.
        """
        ...

    def close(self) -> None:
        """Let go of the file or the server."""
        ...
