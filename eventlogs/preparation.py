"""What has been prepared of which log, how far, and the bringing up to date of it."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from eventlogs.choices import Choice
from eventlogs.compilation import choose_events, compile_afresh, compile_touched, count_log
from eventlogs.derived_logs import forget_derived
from eventlogs.sql_files import sql

if TYPE_CHECKING:
    from eventlogs.event_codes import EventCodes

Connection = duckdb.DuckDBPyConnection

FORMAT = 5  # of the prepared tables; what was prepared in another is compiled afresh

_HAS_REGISTRY = """
    SELECT EXISTS (
        FROM duckdb_tables()
        WHERE database_name = current_database() AND schema_name = 'prepared' AND table_name = 'prepared_log'
    )
"""
_STATE = """
    SELECT
        schema_name, format, upto_seq, n_events, n_objects, n_event_object, n_object_object, n_rewritten,
        compiled_at
    FROM prepared.prepared_log
    WHERE log_id = $log_id AND object_type = $object_type AND lifecycles IS NOT DISTINCT FROM $lifecycles
"""
_NEWER = """
    SELECT
        EXISTS (FROM event WHERE log_id = $log_id AND seq > $upto_seq)
        OR EXISTS (FROM object_change WHERE log_id = $log_id AND seq > $upto_seq)
"""
_LAST_SEQ = """
    SELECT greatest(
        (SELECT coalesce(max(seq), 0) FROM event WHERE log_id = $log_id),
        (SELECT coalesce(max(seq), 0) FROM object_change WHERE log_id = $log_id)
    )
"""
_FORGET = "DELETE FROM prepared.prepared_log WHERE schema_name = $schema_name"
_REMEMBER = """
    INSERT INTO prepared.prepared_log BY NAME
    SELECT
        $schema_name AS schema_name, $log_id AS log_id, $object_type AS object_type,
        $lifecycles AS lifecycles, $format AS format, $upto_seq AS upto_seq, $n_events AS n_events,
        $n_objects AS n_objects, $n_event_object AS n_event_object, $n_object_object AS n_object_object,
        $n_rewritten AS n_rewritten, $compiled_at AS compiled_at
"""
_SCHEMAS = "SELECT schema_name FROM prepared.prepared_log WHERE log_id = $log_id"


@dataclass(frozen=True, slots=True)
class Preparation:
    """One prepared log as the registry knows it.

    `upto_seq` is the last event that is in it. The counts are of the ledger's log after corrections, in a
    trace or not. `n_rewritten` trace events have been written again since the last fresh compile.
    """

    schema_name: str
    format: int
    upto_seq: int
    n_events: int
    n_objects: int
    n_event_object: int
    n_object_object: int
    n_rewritten: int
    compiled_at: datetime


def preparation(connection: Connection, choice: Choice) -> Preparation | None:
    """Return what has been prepared of a choice; None if nothing has, or in another format."""
    found = _registered(connection, choice) if _has_registry(connection) else None
    return found if found and found.format == FORMAT else None


def is_current(connection: Connection, choice: Choice, prepared: Preparation) -> bool:
    """Tell whether nothing was recorded since."""
    since = {"log_id": choice.log_id, "upto_seq": prepared.upto_seq}
    return not connection.execute(_NEWER, since).fetchall()[0][0]


def bring_up_to_date(
    connection: Connection, choice: Choice, *, own_cases: bool, codes: "EventCodes | None" = None
) -> Preparation:
    """Compile what is new of a choice inside a writer's transaction; `own_cases` marks a log's usual choice.

    Touched cases only, unless there is nothing yet, a stride is outgrown, or as much has been rewritten
    since the last fresh compile as there is: then everything, from the `codes` of a log just written if
    given.
    """
    connection.execute(sql("prepared/registry"))
    registered, known = _registered(connection, choice), preparation(connection, choice)
    if known and is_current(connection, choice, known):
        return known
    schema = registered.schema_name if registered else _new_schema(connection, choice, own_cases=own_cases)
    rewritten = None
    if known and known.n_rewritten <= known.n_events:
        rewritten = compile_touched(connection, schema, choice, known.upto_seq)
    if rewritten is None:
        compile_afresh(connection, schema, choice, codes)
    else:
        choose_events(connection, choice)  # all of them again
    last_seq = connection.execute(_LAST_SEQ, {"log_id": choice.log_id}).fetchall()[0][0]
    counts = count_log(connection, choice)
    total = 0 if known is None or rewritten is None else known.n_rewritten + rewritten
    made = Preparation(schema, FORMAT, last_seq, *counts, total, datetime.now(UTC))
    connection.execute(_FORGET, {"schema_name": schema})
    connection.execute(_REMEMBER, choice.parameters() | asdict(made))
    return made


def forget_prepared(connection: Connection, log_id: int) -> None:
    """Drop all that was prepared of a log, inside a writer's transaction."""
    if not _has_registry(connection):
        return
    forget_derived(connection, log_id)
    for (schema,) in connection.execute(_SCHEMAS, {"log_id": log_id}).fetchall():
        connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        connection.execute(_FORGET, {"schema_name": schema})


def _registered(connection: Connection, choice: Choice) -> Preparation | None:
    found = connection.execute(_STATE, choice.parameters()).fetchone()
    return Preparation(*found) if found else None


def _has_registry(connection: Connection) -> bool:
    return bool(connection.execute(_HAS_REGISTRY).fetchall()[0][0])


def _new_schema(connection: Connection, choice: Choice, *, own_cases: bool) -> str:
    own = f"prepared_{choice.log_id}"
    if own_cases:
        return own
    taken = {name for (name,) in connection.execute(_SCHEMAS, {"log_id": choice.log_id}).fetchall()}
    return next(
        name for name in (f"{own}_{number}" for number in range(1, len(taken) + 2)) if name not in taken
    )
