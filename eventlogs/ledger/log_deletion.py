"""Deleting a log whole, with all that was prepared of it."""

from dataclasses import dataclass

import duckdb

from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.ledger.log_names import log_number
from eventlogs.preparation import forget_prepared

_KIND = "SELECT kind, simulated FROM log WHERE log_id = $log_id"
_TABLES = """
    SELECT table_name
    FROM duckdb_columns() SEMI JOIN duckdb_tables() USING (database_name, schema_name, table_name)
    WHERE column_name = 'log_id' AND schema_name = 'main' AND database_name = current_database()
"""


@dataclass(frozen=True, slots=True)
class LogDeleted:
    """A log that is no more."""

    deleted: str

    def as_text(self) -> str:
        """Say so."""
        return say("log {log} is deleted", log=self.deleted)


def delete(connection: duckdb.DuckDBPyConnection, log: str) -> LogDeleted:
    """Delete an imported or simulated log whole; a live log of real projects is never deleted."""
    log_id = log_number(connection, log)
    kind, simulated = connection.execute(_KIND, {"log_id": log_id}).fetchall()[0]
    if kind == "live" and not simulated:
        raise never_deleted(log)
    remove(connection, log_id)
    return LogDeleted(log)


def remove(connection: duckdb.DuckDBPyConnection, log_id: int) -> None:
    """Take every row of a log out, and all that was prepared of it."""
    forget_prepared(connection, log_id)
    for (table,) in connection.execute(_TABLES).fetchall():
        connection.execute(f'DELETE FROM "{table}" WHERE log_id = $log_id', {"log_id": log_id})  # noqa: S608


def never_deleted(log: str) -> EventLogError:
    """Return the refusal to delete a log of real projects."""
    return EventLogError(
        "{log} is a live log of real projects, which is never deleted; "
        "only imported and simulated logs can be",
        log=log,
    )
