"""Logs derived from a prepared log, such as some of its cases: the same tables in a schema of their own.

Every statement that reads a prepared log reads a derived one as it stands. A few derived from each are kept,
by what they were asked for; those of an older state go when the next is made, and all go with the log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import duckdb

from eventlogs.compilation import in_schema
from eventlogs.sql_files import sql

Connection = duckdb.DuckDBPyConnection

_KEPT = 8  # derived from one prepared log
_KEPT_EVENTS = 2  # times the events of the whole, together

_HAS_REGISTRY = """
    SELECT EXISTS (
        FROM duckdb_tables()
        WHERE database_name = current_database() AND schema_name = 'prepared' AND table_name = 'derived_log'
    )
"""
_KNOWN = """
    SELECT schema_name, n_cases, n_events
    FROM prepared.derived_log
    WHERE whole_schema = $whole_schema AND compiled_at = $compiled_at AND asked = $asked
"""
_OF_LOG = "SELECT schema_name FROM prepared.derived_log WHERE log_id = $log_id"
_OF_WHOLE = "SELECT schema_name FROM prepared.derived_log WHERE whole_schema = $whole_schema"
_OUTLIVED = """
    SELECT schema_name
    FROM (
        SELECT
            *,
            row_number() OVER newest AS rank,
            sum(n_events) OVER newest AS n_so_far
        FROM prepared.derived_log
        WHERE whole_schema = $whole_schema
        WINDOW newest AS (ORDER BY made_at DESC)
    )
    WHERE compiled_at < $compiled_at OR rank >= $kept OR n_so_far > $kept_events
"""
_COUNTED = "SELECT count(*)::INTEGER, coalesce(sum(n_events), 0)::BIGINT FROM trace"
_FORGET = "DELETE FROM prepared.derived_log WHERE schema_name = $schema_name"
_REMEMBER = """
    INSERT INTO prepared.derived_log BY NAME
    SELECT
        $schema_name AS schema_name, $log_id AS log_id, $whole_schema AS whole_schema,
        $compiled_at AS compiled_at, $asked AS asked, $n_cases AS n_cases, $n_events AS n_events,
        now() AS made_at
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """The prepared log, as compiled at a moment, that others are derived from."""

    log_id: int
    whole_schema: str
    compiled_at: datetime

    def parameters(self) -> dict[str, Any]:
        """Return what names the state."""
        return {"whole_schema": self.whole_schema, "compiled_at": self.compiled_at}


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived log as the registry knows it."""

    schema_name: str
    n_cases: int
    n_events: int


def derived(connection: Connection, whole: Whole, asked: str) -> Derived | None:
    """Return the log derived from `whole` that was `asked` for, if it is kept."""
    if not _has_registry(connection):
        return None
    found = connection.execute(_KNOWN, whole.parameters() | {"asked": asked}).fetchone()
    return Derived(*found) if found else None


def derive(connection: Connection, whole: Whole, asked: str, make: Callable[[str], None]) -> Derived:
    """Let `make` fill the new schema that it is given, inside a writer's transaction, and remember it."""
    connection.execute(sql("prepared/registry"))
    with in_schema(connection, whole.whole_schema):
        n_events = connection.execute(_COUNTED).fetchall()[0][1]
    limits = {"kept": _KEPT, "kept_events": _KEPT_EVENTS * n_events}
    _drop(connection, connection.execute(_OUTLIVED, whole.parameters() | limits).fetchall())
    schema = _schema_name(whole, asked)
    connection.execute(f"CREATE SCHEMA {schema}")
    make(schema)
    with in_schema(connection, schema):
        made = Derived(schema, *connection.execute(_COUNTED).fetchall()[0])
    told = {"schema_name": schema, "n_cases": made.n_cases, "n_events": made.n_events}
    connection.execute(_REMEMBER, whole.parameters() | told | {"log_id": whole.log_id, "asked": asked})
    return made


def forget_derived(connection: Connection, log_id: int) -> None:
    """Drop everything derived from a log, inside a writer's transaction."""
    if _has_registry(connection):
        _drop(connection, connection.execute(_OF_LOG, {"log_id": log_id}).fetchall())


def _drop(connection: Connection, schemas: list[tuple[str]]) -> None:
    for (schema,) in schemas:
        _drop(connection, connection.execute(_OF_WHOLE, {"whole_schema": schema}).fetchall())
        connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        connection.execute(_FORGET, {"schema_name": schema})


def _schema_name(whole: Whole, asked: str) -> str:
    """Return a name that means this alone, so that what is derived from it in turn is never another's."""
    meant = f"{whole.whole_schema} {whole.compiled_at.isoformat()} {asked}"
    return f"prepared_{whole.log_id}_{blake2b(meant.encode(), digest_size=8).hexdigest()}"


def _has_registry(connection: Connection) -> bool:
    return bool(connection.execute(_HAS_REGISTRY).fetchall()[0][0])
