"""Deeds on whole live logs in PostgreSQL: renaming them, and deleting those that are simulated."""

from psycopg.errors import UniqueViolation

from eventlogs.errors import EventLogError
from eventlogs.ledger.log_deletion import never_deleted
from eventlogs.outgrown.postgres_append import live_log
from eventlogs.outgrown.postgres_connections import Connection, Connections

_RENAME = "UPDATE log SET name = %s WHERE log_id = %s"
_LOCK = "SELECT pg_advisory_xact_lock(%s::bigint)"  # as an append to many cases takes it
_SIMULATED = "SELECT simulated FROM log WHERE log_id = %s"
_ALLOW = "SELECT set_config('retrofit.deletes', 'a simulated log', true)"
_DELETE = (
    "DELETE FROM event WHERE log_id = %s",
    "DELETE FROM object WHERE log_id = %s",
    "DELETE FROM log WHERE log_id = %s",
    "INSERT INTO deleted_log (log_id) VALUES (%s)",
)


def rename_live(connections: Connections, log: str, name: str) -> None:
    """Give a live log another name, for all who follow it."""
    try:
        with connections.transaction() as connection:
            connection.execute(_RENAME, (name, live_log(connection, log)[0]))
    except UniqueViolation as error:
        raise EventLogError("there is already a log named {name}; choose another name", name=name) from error


def delete_live(connections: Connections, log: str) -> int:
    """Delete a simulated log whole and return its number; refuse one of real projects."""

    def deleted(connection: Connection) -> int:
        log_id, _ = live_log(connection, log)
        if not connection.execute(_SIMULATED, (log_id,)).fetchall()[0][0]:
            raise never_deleted(log)
        connection.execute(_LOCK, (log_id,))
        connection.execute(_ALLOW)
        for statement in _DELETE:
            connection.execute(statement.encode(), (log_id,))
        return log_id

    return connections.tried(deleted)
