"""The lake: the live events drained from PostgreSQL into DuckLake, as Parquet files any number can read.

The catalogue stands in the same PostgreSQL database, in a schema of its own; the files under a directory
that all readers share.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import duckdb
from psycopg.conninfo import make_conninfo

from eventlogs.connecting import connect
from eventlogs.errors import EventLogError
from eventlogs.ledger.rows import COLUMNS
from eventlogs.outgrown.extensions import OFFLINE, load_extensions
from eventlogs.outgrown.postgres_connections import Connection, Connections
from eventlogs.system_faults import LibraryFault

CATALOGUE = "retrofit_lake"  # the schema of the catalogue
INLINED_ROWS = 100  # smaller drains stay in the catalogue until `tidy` writes them out
KEPT_SNAPSHOTS = "7 days"
_MAKING, _PAUSE = 5, 0.2  # attempts, and seconds between them, where another host makes the catalogue
_MADE_MEANWHILE = "already exists"

_TABLE = """
    CREATE TABLE IF NOT EXISTS lake.event (
        -- One row per live event, as in PostgreSQL; JSON as the text that was hashed.
        seq BIGINT, log_id INTEGER, event_key VARCHAR, case_id VARCHAR, activity VARCHAR, lifecycle VARCHAR,
        role VARCHAR, tool VARCHAR, actor VARCHAR, occurred_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ,
        attributes VARCHAR, evidence VARCHAR, objects VARCHAR, changes VARCHAR, correction VARCHAR,
        corrects VARCHAR, chain_hash BLOB
    )
"""
_MARK = "SELECT coalesce(max(seq), 0) FROM lake.event"
_LACKING = "SELECT count(*) FROM event WHERE seq > %s"
_COMPLETE = """
    SELECT coalesce(max(seq), 0) FROM event
    WHERE seq > %s AND txid < pg_snapshot_xmin(pg_current_snapshot())
"""
_COPY = f"""
    INSERT INTO lake.event
    SELECT {COLUMNS} FROM pg.event WHERE seq > $mark AND seq <= $upto ORDER BY seq
"""  # noqa: S608
_ROWS = f"SELECT {COLUMNS} FROM lake.event WHERE seq > $mark AND seq <= $upto ORDER BY seq"  # noqa: S608
_FORGET = "DELETE FROM lake.event WHERE log_id = $log_id"
_TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('retrofit drain', 0))"
_TIDY = (
    "CALL ducklake_flush_inlined_data('lake')",
    "CALL ducklake_merge_adjacent_files('lake')",
    f"CALL ducklake_expire_snapshots('lake', older_than => now() - INTERVAL '{KEPT_SNAPSHOTS}')",
    f"CALL ducklake_cleanup_old_files('lake', older_than => now() - INTERVAL '{KEPT_SNAPSHOTS}')",
)


class LakeUnusableError(EventLogError):
    """The lake's files or catalogue cannot be reached, or another has just written there."""


class DrainBusyError(EventLogError):
    """Another process is draining."""


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake: the PostgreSQL database that holds its catalogue, and the directory of its files."""

    address: str
    directory: str

    def drain(self, connections: Connections) -> int:
        """Add the complete events that the lake lacks, and return how many.

        Where to go on is read from the lake itself, inside the transaction that adds: killed at any
        moment, a drain has added all of a batch or none, and the next one goes on behind it. Only events
        below the oldest running transaction are taken, since a number drawn early may be committed late
        and would be skipped for ever.
        """
        with connections.own() as locked, self.attached() as connection:
            if not locked.execute(_TRY_LOCK).fetchall()[0][0]:
                raise DrainBusyError(
                    "another process is draining into the lake {directory}; let it finish",
                    directory=self.directory,
                )
            connection.execute(
                "ATTACH $1 AS pg (TYPE postgres, READ_ONLY)".replace("$1", _quoted(self.address))
            )
            connection.execute(_TABLE)
            return _drained(connection, locked)

    def lacking(self, connections: Connections) -> int:
        """Return how many events of PostgreSQL the lake lacks."""
        with self.attached() as connection, connections.transaction() as postgres:
            connection.execute(_TABLE)
            mark = connection.execute(_MARK).fetchall()[0][0]
            n_events: int = postgres.execute(_LACKING, (mark,)).fetchall()[0][0]
        return n_events

    def forget(self, log_id: int) -> None:
        """Take the events of a deleted log out."""
        with self.attached() as connection:
            connection.execute(_TABLE)
            connection.execute(_FORGET, {"log_id": log_id})

    def tidy(self) -> None:
        """Write small drains out as Parquet, join small files, and drop what no reader uses any more."""
        with self.attached() as connection:
            for statement in _TIDY:
                connection.execute(statement)

    def rows(self, mark: int, upto: int, batch: int) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield the events after `mark` up to `upto` that the lake has, in batches."""
        with self.attached() as connection:
            connection.execute(_TABLE)
            found = connection.execute(_ROWS, {"mark": mark, "upto": upto})
            while rows := found.fetchmany(batch):
                yield rows

    @contextmanager
    def attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a DuckDB in memory with the lake in it, under the name `lake`."""
        with connect(config=dict(OFFLINE)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            load_extensions(connection, "postgres", "ducklake")
            # A commit that meets another's is not tried again behind it: two drains would both have added
            # what the other had. It fails whole, and the next drain reads the mark anew.
            connection.execute("SET ducklake_max_retry_count = 0")
            try:
                self._attach(connection)
                yield connection
            except BaseException as error:
                # closed with a transaction open over a lost line, DuckDB 1.5 ends the whole process
                with suppress(duckdb.Error):
                    connection.rollback()
                if not _is_passing(error):
                    raise
                raise LakeUnusableError(
                    "the lake {directory} cannot be used now: {reason}",
                    directory=self.directory,
                    reason=LibraryFault(_reason(error)),
                ) from error

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Attach the lake, which is made if there is none; of several hosts that make it at once one does."""
        for attempt in range(_MAKING):
            try:
                connection.execute(self._attachment())
            except duckdb.Error as error:
                if _MADE_MEANWHILE not in str(error) or attempt == _MAKING - 1:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _attachment(self) -> str:
        catalogue = _quoted(f"ducklake:postgres:{make_conninfo(self.address)}")
        return (
            f"ATTACH {catalogue} AS lake (DATA_PATH {_quoted(self.directory)}, "
            f"METADATA_SCHEMA '{CATALOGUE}', DATA_INLINING_ROW_LIMIT {INLINED_ROWS})"
        )


def _drained(connection: duckdb.DuckDBPyConnection, postgres: Connection) -> int:
    connection.begin()
    mark = connection.execute(_MARK).fetchall()[0][0]
    upto = postgres.execute(_COMPLETE, (mark,)).fetchall()[0][0]
    n_events: int = connection.execute(_COPY, {"mark": mark, "upto": upto}).fetchall()[0][0] if upto else 0
    connection.commit()
    return n_events


def _is_passing(error: BaseException) -> bool:
    """Tell whether an error is of the disk, of the line or of another's commit.

    All that the line to PostgreSQL does wrong is DuckDB's plain `Error`, none of its kinds; but where it is
    lost while inlined rows are read, DuckLake 1.5 fails an assertion of its own. The DuckDB that ends then is
    the one in memory that was lent.
    """
    passing = duckdb.IOException | duckdb.TransactionException | duckdb.InternalException
    return isinstance(error, passing) or type(error) is duckdb.Error


def _reason(error: BaseException) -> str:
    """Return what went wrong, without the SQL that the extensions wrote and where in their code it was."""
    told = str(error).partition("\n\nStack Trace:")[0]
    return " ".join(told.rpartition('": ')[2].split())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
