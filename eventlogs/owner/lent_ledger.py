"""The owner's ledger as a command uses it that the owner carries out for another process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import duckdb

from eventlogs.events import Event, RecordedEvent
from eventlogs.owner.console import FrameConsole
from eventlogs.storage import Appended, Head, Ledger


class LentLedger:
    """The owner's ledger lent to one command: taken back, what the command began is undone."""

    def __init__(self, ledger: Ledger, console: FrameConsole) -> None:
        self._ledger = ledger
        self._console = console
        self._lent: list[duckdb.DuckDBPyConnection] = []
        self._lock = Lock()

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record events, unless the reader is gone."""
        self._console.go_on()
        return self._ledger.append(log, events, expect_seq=expect_seq)

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make a live log, unless the reader is gone."""
        self._console.go_on()
        self._ledger.create_log(log, case_type=case_type, simulated=simulated)

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's history."""
        return self._ledger.case(log, case_id)

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        return self._ledger.head(log, case_id)

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return what was recorded after `seq`."""
        return self._ledger.since(seq, log=log, limit=limit)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection for reading."""
        with self._ledger.reading() as connection, self._lending(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection inside a transaction, rolled back if the reader is gone when it should end."""
        with self._ledger.writing() as connection, self._lending(connection):
            yield connection
            self._console.go_on()

    @contextmanager
    def preparing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection for the prepared log, rolled back if the reader is gone when it should end."""
        with self._ledger.preparing() as connection, self._lending(connection):
            yield connection
            self._console.go_on()

    def close(self) -> None:
        """Leave the ledger open: it is the owner's."""

    def take_back(self) -> None:
        """Stop the statement that is running on any connection lent."""
        with self._lock:
            for connection in self._lent:
                connection.interrupt()

    @property
    def lender(self) -> Ledger:
        """The owner's own ledger."""
        return self._ledger

    @contextmanager
    def _lending(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        with self._lock:
            self._console.go_on()
            self._lent.append(connection)
        try:
            yield
        finally:
            with self._lock:
                self._lent.remove(connection)


def behind(ledger: Ledger) -> Ledger:
    """Return the ledger itself where `ledger` is one lent, for deeds on its file."""
    return ledger.lender if isinstance(ledger, LentLedger) else ledger
