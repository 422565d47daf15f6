"""The ledger of the outgrown size: live logs in PostgreSQL, imported and prepared ones in a DuckDB file.

Any number of processes append to PostgreSQL. Each that reads with SQL has a data directory of its own,
whose DuckDB file follows the live logs (`local_copy`) and the files imported anywhere (`shared_files`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, get_ident
from typing import Any

import duckdb
import orjson
import psycopg

from eventlogs.errors import EventLogError, UnknownLogError
from eventlogs.events import Attribute, Event, RecordedEvent
from eventlogs.ledger.chain import CHAIN_START
from eventlogs.ledger.duckdb_ledger import TIMEZONE, DuckDBLedger
from eventlogs.ledger.log_names import unknown_log
from eventlogs.ledger.rows import COLUMNS, Row, recorded_event
from eventlogs.outgrown.lake import Lake
from eventlogs.outgrown.local_copy import LocalCopy
from eventlogs.outgrown.postgres_append import append, heads_of, live_log
from eventlogs.outgrown.postgres_connections import Connection, Connections, migrate_postgres
from eventlogs.outgrown.shared_files import remove_shared, rename_shared, share, unshared
from eventlogs.outgrown.whole_logs import delete_live, rename_live
from eventlogs.storage import Appended, Head
from eventlogs.system_faults import LibraryFault

_CREATE_LOG = """
    INSERT INTO log (name, case_type, simulated, timezone, created_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""
_CASE = f"SELECT {COLUMNS} FROM event WHERE log_id = %s AND case_id = %s ORDER BY seq"  # noqa: S608
_LIVE_LOGS = "SELECT log_id, name FROM log WHERE kind = 'live' ORDER BY log_id"
# without the events of running transactions and what came after them, which are not complete yet
_SINCE = f"""
    SELECT {COLUMNS} FROM event
    WHERE seq > %(seq)s AND (%(log_id)s::integer IS NULL OR log_id = %(log_id)s)
        AND txid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY seq LIMIT %(limit)s
"""  # noqa: S608


class PostgresLedger:
    """The event log in a PostgreSQL database (see `storage.Ledger`).

    `open_local` opens the data directory's DuckDB file when it is first needed; a process that only
    appends never needs it. Live logs are read there as of the last complete event.
    """

    def __init__(
        self, address: str, open_local: Callable[[], DuckDBLedger], lake: Lake | None = None
    ) -> None:
        self._connections = Connections(address)
        migrate_postgres(self._connections)
        self._open_local = open_local
        self.lake = lake
        self._copy: LocalCopy | None = None
        self._opening = Lock()
        self._writer: int | None = None

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record `events` in the live log `log` (see `storage.Ledger.append`)."""
        if self._writer == get_ident():
            raise RuntimeError("a writer may not append through the ledger it is writing to")
        try:
            return self._connections.tried(lambda connection: append(connection, log, events, expect_seq))
        except UnknownLogError as unknown:
            raise self._refused(log, unknown) from unknown
        except (psycopg.DataError, UnicodeEncodeError) as error:
            raise EventLogError(
                "an event's text cannot be kept: {reason}; leave that character out",
                reason=LibraryFault(str(error)),
            ) from error

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make the live log `log` if there is none of that name."""
        if not log.strip():
            raise EventLogError("a log needs a name")
        if self._copy is not None and self._copy.kind(log) == "imported":
            raise EventLogError("{log} is an imported log; choose another name for the live one", log=log)
        values = (log, case_type, simulated, TIMEZONE, datetime.now(UTC))
        self._connections.tried(lambda connection: connection.execute(_CREATE_LOG, values))

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's whole history in recorded order, corrections included."""
        try:
            rows = self._connections.tried(
                lambda connection: connection.execute(
                    _CASE, (live_log(connection, log)[0], case_id)
                ).fetchall()
            )
        except UnknownLogError:  # perhaps one imported here
            return self._local.ledger.case(log, case_id)
        return [_recorded(row, log) for row in rows]

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        try:
            heads = self._connections.tried(
                lambda connection: heads_of(connection, live_log(connection, log)[0], [case_id])
            )
        except UnknownLogError:
            return self._local.ledger.head(log, case_id)
        return heads.get(case_id, Head(0, CHAIN_START))

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return up to `limit` events of live logs recorded after `seq`, in recorded order, none left out."""

        def found(connection: Connection) -> list[RecordedEvent]:
            names: dict[int, str] = dict(connection.execute("SELECT log_id, name FROM log").fetchall())
            log_id = None if log is None else live_log(connection, log)[0]
            values = {"seq": seq, "log_id": log_id, "limit": limit}
            rows = connection.execute(_SINCE, values).fetchall()
            return [_recorded(row, names[row[1]]) for row in rows]

        return self._connections.tried(found)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection to the DuckDB file, brought up to date before."""
        if self._writer != get_ident():  # who writes there has brought it up to date
            self._local.refresh()
        with self._local.ledger.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection to the DuckDB file inside one transaction, for imports and the prepared log."""
        self._local.refresh()
        with self._local.ledger.writing() as connection:
            before = connection.execute(_LIVE_LOGS).fetchall()
            self._writer = get_ident()
            try:
                yield connection
            finally:
                self._writer = None
            if connection.execute(_LIVE_LOGS).fetchall() != before:
                raise EventLogError(
                    "live logs stand in PostgreSQL for all; they are not changed in one file that follows"
                )

    def preparing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a connection as `writing` does: the DuckDB file holds the prepared logs."""
        return self.writing()

    def alone_with(self, name: str, patience: float) -> AbstractContextManager[None]:
        """Let one process of all hosts be inside at a time; wait at most so many seconds for the turn."""
        return self._connections.alone_with(name, patience)

    def rename_log(self, log: str, name: str) -> None:
        """Give a live log another name, here and wherever it is followed."""
        rename_live(self._connections, log, name)

    def delete_log(self, log: str) -> None:
        """Delete a simulated log whole, here and wherever it is followed."""
        log_id = delete_live(self._connections, log)
        if self.lake is not None:
            self.lake.forget(log_id)

    def share_import(
        self, path: Path, name: str, source: Mapping[str, Attribute], *, skips_bad: bool
    ) -> None:
        """Keep the file of an imported log, so that all who follow have it too."""
        share(self._connections, path, name, source, skips_bad=skips_bad)

    def rename_import(self, log: str, name: str) -> None:
        """Give an imported log another name wherever it is followed, if it is shared."""
        rename_shared(self._connections, log, name)

    def delete_import(self, log: str) -> None:
        """Delete an imported log wherever it is followed, if it is shared."""
        remove_shared(self._connections, log)

    def open_copy(self) -> None:
        """Open the DuckDB file now, so that another process which holds it is met at once."""
        assert self._local

    def unshared_imports(self) -> list[str]:
        """Return the logs imported in this data directory that others do not see."""
        with self.reading() as connection:
            return unshared(self._connections, connection)

    def follow(self, ledger: DuckDBLedger) -> None:
        """Copy the live logs from PostgreSQL itself into another DuckDB file."""
        LocalCopy(ledger, self._connections, lake=None).refresh()

    @property
    def address(self) -> str:
        """The database's address without the password."""
        return self._connections.shown

    def undrained(self) -> int:
        """Return how many events the lake lacks."""
        return 0 if self.lake is None else self.lake.lacking(self._connections)

    def drain(self) -> int:
        """Move what the lake lacks into it, tidy it up, and return how many events were new there."""
        if self.lake is None:
            raise EventLogError(
                "no lake is set up beside the PostgreSQL database; "
                "name its directory with `retrofit storage use-postgres ADDRESS --lake DIR`"
            )
        n_events = self.lake.drain(self._connections)
        self.lake.tidy()
        return n_events

    def close(self) -> None:
        """Let go of the server and the file."""
        self._connections.forget_idle()
        if self._copy is not None:
            self._copy.ledger.close()

    def _refused(self, log: str, unknown: UnknownLogError) -> EventLogError:
        """Return why no event can be recorded in `log`, which is not in PostgreSQL."""
        if self._copy is None:
            return unknown
        if self._copy.kind(log) == "imported":
            return EventLogError(
                "{log} is an imported log, which stays as its file was; record in a live log", log=log
            )
        with self._copy.ledger.reading() as connection:
            return unknown_log(connection, log)

    @property
    def _local(self) -> LocalCopy:
        with self._opening:
            if self._copy is None:
                self._copy = LocalCopy(self._open_local(), self._connections, self.lake)
            return self._copy


def _recorded(row: Sequence[Any], log: str) -> RecordedEvent:
    return recorded_event(row_from_postgres(row), log)


def row_from_postgres(row: Sequence[Any]) -> Row:
    """Return a row fetched with `COLUMNS`, its lists read from their JSON text."""
    it = Row(*row)
    return it._replace(objects=orjson.loads(it.objects), changes=orjson.loads(it.changes))  # type: ignore[arg-type]
