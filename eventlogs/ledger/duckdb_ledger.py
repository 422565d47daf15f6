"""The ledger of one machine: a DuckDB file that this process holds open."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, get_ident

import duckdb

from eventlogs.errors import EventLogError, SchemaError
from eventlogs.events import Event, RecordedEvent
from eventlogs.ledger.appending import Appender
from eventlogs.ledger.chain import CHAIN_START
from eventlogs.ledger.log_names import log_number
from eventlogs.ledger.migrations import Migration, migrate, migrations
from eventlogs.ledger.opening import opened
from eventlogs.ledger.rows import COLUMNS, recorded_event
from eventlogs.storage import Appended, Head

TIMEZONE = "Asia/Shanghai"  # in which people read the moments of a live log

DISK_FULL = "No space left on device"
DAMAGE = (
    "not a valid DuckDB database file",
    "older version of DuckDB",
    "newer version of DuckDB",
    "Corrupt database file",
    "Could not read enough bytes",
    "Failed to load metadata",
)

# rows are packed as they come, beside what else an import does, and not five groups of them at its end
_SETTINGS = """
    SET GLOBAL TimeZone = 'UTC'; SET GLOBAL preserve_insertion_order = true;
    SET GLOBAL write_buffer_row_group_count = 1
"""
_OF_THE_FILE = (
    duckdb.IOException,
    duckdb.TransactionException,
    duckdb.FatalException,
    duckdb.SerializationException,
)
_LOG = "SELECT kind FROM log WHERE name = $log"
_CREATE_LOG = """
    INSERT INTO log (name, kind, case_type, simulated, timezone, created_at)
    VALUES ($log, 'live', $case_type, $simulated, $timezone, $created_at)
"""
_LOG_NAMES = "SELECT log_id, name FROM log"
_CASE = f"SELECT {COLUMNS} FROM event WHERE log_id = $log_id AND case_id = $case_id ORDER BY seq"  # noqa: S608
_SINCE = f"""
    SELECT {COLUMNS} FROM event
    WHERE seq > $seq AND ($log_id IS NULL OR log_id = $log_id) ORDER BY seq LIMIT $limit
"""  # noqa: S608
_HEAD = "SELECT seq, chain_hash FROM case_head WHERE log_id = $log_id AND case_id = $case_id"


class DuckDBLedger:
    """The event log in a DuckDB file, held for as long as this lives (see `storage.Ledger`).

    Readers each have a cursor and a snapshot of their own; writers take turns. `kept_copy` is the copy
    kept of an older file when it was migrated.
    """

    def __init__(self, file: Path, schema: Sequence[Migration] | None = None) -> None:
        self.file = file
        self._schema = schema or migrations()
        self._gate = Condition()
        self._readers = 0
        self._writer: int | None = None
        self._queue: deque[object] = deque()
        self._open()

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record `events` in the live log `log` (see `storage.Ledger.append`)."""
        with self._turn(), self._disk():
            return self._appender.append(log, events, expect_seq)

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make the live log `log` if there is none of that name."""
        if not log.strip():
            raise EventLogError("a log needs a name")
        with self.writing() as connection:
            found = connection.execute(_LOG, {"log": log}).fetchone()
            if found and found[0] != "live":
                raise EventLogError("{log} is an imported log; choose another name for the live one", log=log)
            if not found:
                values = {"log": log, "case_type": case_type, "simulated": simulated, "timezone": TIMEZONE}
                connection.execute(_CREATE_LOG, values | {"created_at": datetime.now(UTC)})

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's whole history in recorded order, corrections included."""
        with self.reading() as connection:
            values = {"log_id": log_number(connection, log), "case_id": case_id}
            return [recorded_event(row, log) for row in connection.execute(_CASE, values).fetchall()]

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        with self.reading() as connection:
            values = {"log_id": log_number(connection, log), "case_id": case_id}
            found = connection.execute(_HEAD, values).fetchone()
        return Head(*found) if found else Head(0, CHAIN_START)

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return up to `limit` events recorded after `seq`, in recorded order."""
        with self.reading() as connection:
            log_id = None if log is None else log_number(connection, log)
            names = dict(connection.execute(_LOG_NAMES).fetchall())
            rows = connection.execute(_SINCE, {"seq": seq, "log_id": log_id, "limit": limit}).fetchall()
        return [recorded_event(row, names[row[1]]) for row in rows]

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor with a snapshot of its own."""
        with self._gate:
            self._gate.wait_for(lambda: not self._closing)
            self._readers += 1
            cursor = self._connection.cursor()
        try:
            with self._disk():
                cursor.begin()
                yield cursor
        finally:
            cursor.close()
            with self._gate:
                self._readers -= 1
                self._gate.notify_all()

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor inside one transaction; writers take turns."""
        with self._turn(), self._disk():
            cursor = self._connection.cursor()
            try:
                cursor.begin()
                yield cursor
                cursor.commit()
            except BaseException:
                with suppress(duckdb.Error):  # DuckDB has rolled back itself
                    cursor.rollback()
                raise
            finally:
                cursor.close()
                self._appender.forget()

    def preparing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a cursor as `writing` does: here the prepared logs stand beside the events."""
        return self.writing()

    def close(self) -> None:
        """Let go of the file."""
        with self._turn(), self._alone():
            self._close()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Let nobody write inside the block; the file and its write-ahead log stay as they are."""
        with self._turn():
            yield

    @contextmanager
    def swapping(self) -> Iterator[None]:
        """Let go of the file inside the block, when nobody reads or writes it, and take it up again after."""
        with self._turn(), self._alone():
            self._close()
            try:
                yield
            finally:
                self._open()

    def _open(self) -> None:
        self._closing = False
        self._connection = opened(self.file)
        try:
            self._connection.execute(_SETTINGS)
            self.kept_copy = migrate(self._connection, self.file, self._schema)
        except BaseException:
            self._connection.close()
            raise
        self._appender = Appender(self._connection.cursor())

    def _close(self) -> None:
        self._connection.close()  # and with it all its cursors

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """Say it in a sentence if the disk is full or the file damaged."""
        try:
            yield
        except _OF_THE_FILE as error:
            if DISK_FULL in str(error):
                raise EventLogError(
                    "the disk that holds {file} is full and nothing was recorded; make room and try again",
                    file=self.file,
                ) from error
            if is_damage(error):
                raise damaged(self.file) from error
            raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one thread write, first come first served: with a plain lock a busy one keeps others out."""
        ticket = object()
        with self._gate:
            if self._writer == get_ident():
                raise RuntimeError("a writer may not append through the ledger it is writing to")
            self._queue.append(ticket)
            try:
                self._gate.wait_for(lambda: self._queue[0] is ticket)
            except BaseException:
                self._queue.remove(ticket)
                raise
            self._writer = get_ident()
        try:
            yield
        finally:
            with self._gate:
                self._writer = None
                self._queue.popleft()
                self._gate.notify_all()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep readers out, inside one's turn, whose end wakes those who wait."""
        with self._gate:
            self._closing = True
            self._gate.wait_for(lambda: self._readers == 0)
            try:
                yield
            finally:
                self._closing = False


def is_damage(error: duckdb.Error) -> bool:
    """Tell whether DuckDB found a file damaged, or no file of its own."""
    return isinstance(error, duckdb.SerializationException) or any(sign in str(error) for sign in DAMAGE)


def damaged(file: Path) -> SchemaError:
    """Return the refusal of a damaged file."""
    return SchemaError(
        "{file} is damaged or is not an event log; put a backup in its place "
        "(`retrofit log restore FILE`), or name another directory with --data",
        file=file,
    )
