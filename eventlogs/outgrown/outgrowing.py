"""From one machine to PostgreSQL: a data directory's live logs move there, number and hash unchanged."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg

from eventlogs.amounts import number_text
from eventlogs.console import Console
from eventlogs.data_directory import open_file
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.ledger.rows import COLUMNS, Row
from eventlogs.outgrown.postgres_append import COPY_EVENTS, as_text
from eventlogs.outgrown.postgres_connections import Connection, Connections, migrate_postgres
from eventlogs.storage_settings import SharedLedger, shared_ledger, write_shared_ledger

BATCH = 10_000  # events

_LIVE = "log_id IN (SELECT log_id FROM log WHERE kind = 'live')"
_LOGS = "SELECT log_id, name, case_type, simulated, timezone, created_at FROM log WHERE kind = 'live'"
_EVENTS = f"SELECT {COLUMNS} FROM event WHERE {_LIVE} ORDER BY seq"  # noqa: S608
_OBJECTS = f"SELECT log_id, object_id, object_type FROM object WHERE {_LIVE}"  # noqa: S608
_ADD_LOG = "INSERT INTO log VALUES (%s, %s, %s, %s, %s, %s)"
_COPY_OBJECTS = "COPY object (log_id, object_id, object_type) FROM STDIN"
_HALT = "LOCK TABLE log, event IN EXCLUSIVE MODE"
_THERE = "SELECT log_id, name, created_at FROM log"


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved to PostgreSQL."""

    data: Path
    address: str
    lake: str | None
    logs: int
    events: int

    def as_text(self) -> str:
        """Return what moved, and where live logs are from now on."""
        follows = say("{data} now follows the live logs in PostgreSQL ({address})",
                      data=self.data, address=self.address)  # fmt: skip
        if not self.logs:
            return follows
        return (
            say(
                "moved: {events} events of {logs} live logs",
                events=number_text(self.events),
                logs=number_text(self.logs),
            )
            + f"\n{follows}"
        )


def outgrow(data: Path, shared: SharedLedger, console: Console) -> Moved:
    """Move the live logs of the data directory `data` to PostgreSQL and name the database in `retrofit.toml`.

    One transaction there; done again after a failure, it finds what has moved and goes on. A directory
    without live logs joins a database that other directories use already, and one that uses it without a lake
    gets the lake that it is asked for again with.
    """
    if already := shared_ledger(data):
        return _with_lake(data, already, shared)
    with closing(open_file(data, console)) as ledger, ledger.writing() as connection:
        connections = Connections(shared.url)
        migrate_postgres(connections)
        if shared.lake:
            Path(shared.lake).mkdir(parents=True, exist_ok=True)
        logs = connection.execute(_LOGS).fetchall()
        with connections.transaction() as postgres:
            postgres.execute(_HALT)
            n_events = _moved(connection, postgres, console) if _are_to_move(postgres, logs) else 0
        write_shared_ledger(data, shared)
    return Moved(data, connections.shown, shared.lake, len(logs), n_events)


def _with_lake(data: Path, already: SharedLedger, asked: SharedLedger) -> Moved:
    address = Connections(already.url).shown
    if already.lake or not asked.lake or asked.url != already.url:
        raise EventLogError("{data} uses PostgreSQL already ({address})", data=data, address=address)
    Path(asked.lake).mkdir(parents=True, exist_ok=True)
    write_shared_ledger(data, asked)
    return Moved(data, address, asked.lake, 0, 0)


def _are_to_move(postgres: Connection, logs: list[tuple[object, ...]]) -> bool:
    there = postgres.execute(_THERE).fetchall()
    ours = {(log[0], log[1], log[5]) for log in logs}
    if not logs or ours <= set(there):  # moved before, by a run that did not get to the end
        return False
    if there:
        raise EventLogError(
            "the database has logs already ({names}), among which this directory's live logs cannot be "
            "numbered; move them to a database of their own",
            names=", ".join(sorted(name for _, name, _ in there)),
        )
    return True


def _moved(connection: duckdb.DuckDBPyConnection, postgres: Connection, console: Console) -> int:
    with postgres.cursor() as cursor:
        cursor.executemany(_ADD_LOG, connection.execute(_LOGS).fetchall())
        with cursor.copy(_COPY_OBJECTS) as copy:
            for row in connection.execute(_OBJECTS).fetchall():
                copy.write_row(row)
        return _moved_events(connection, cursor, console)


def _moved_events(
    connection: duckdb.DuckDBPyConnection, cursor: psycopg.Cursor[tuple[object, ...]], console: Console
) -> int:
    n_events = 0
    found = connection.execute(_EVENTS)
    with cursor.copy(COPY_EVENTS) as copy, console.progress(say("Moving live logs")) as advance:
        while rows := found.fetchmany(BATCH):
            for row in rows:
                copy.write_row(as_text(Row(*row)))
            n_events += len(rows)
            advance(len(rows))
    return n_events
