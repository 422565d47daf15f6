"""A log as it stood at an earlier moment: nothing that happened later is in it, nor what became of cases."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from eventlogs.compilation import add_traces, drop_temporary, in_schema
from eventlogs.errors import EventLogError
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.shape import shape_of, take_shape
from eventlogs.sql_files import sql
from mining.cases.derived_log import DerivedLog, derived_fields, kept_or_made

_GOES_ON = "SELECT EXISTS (FROM event WHERE log_id = $log_id AND occurred_at > $now)"
_LATER = """
    CREATE OR REPLACE TEMP TABLE later_event AS
    SELECT case_no, min(pos) AS pos FROM trace_event WHERE occurred_at > $now GROUP BY case_no
"""
_MOMENT = "CREATE OR REPLACE TEMP TABLE as_of_moment AS SELECT $now::TIMESTAMPTZ AS moment"
_TEMPORARY = ("later_event", "as_of_moment", "compiled_case", "case_hash", "new_variant")


class NothingYetError(EventLogError):
    """A moment before the first event of a log."""


def as_of(prepared: PreparedLog, now: datetime | None) -> PreparedLog:
    """Return what of a log had happened by a moment; the log itself if nothing in it is later.

    Raises `NothingYetError`.
    """
    if now is None:
        return prepared
    with prepared.reading() as connection:
        asked = {"log_id": prepared.choice.log_id, "now": now}
        if not connection.execute(_GOES_ON, asked).fetchall()[0][0]:
            return prepared
    made = kept_or_made(prepared, f"as of {now.isoformat()}", partial(_cut, prepared, now))
    if not made.n_cases:
        raise NothingYetError(
            "nothing of the log {log} had happened by {moment}",
            log=prepared.log.name,
            moment=f"{now.astimezone(ZoneInfo(prepared.log.timezone)):%Y-%m-%d %H:%M}",
        )
    return DerivedLog(*derived_fields(prepared, made))


def _cut(prepared: PreparedLog, now: datetime, connection: Connection, schema: str) -> None:
    """Fill `schema` with what had happened."""
    whole = prepared.state.schema_name
    with in_schema(connection, whole):
        connection.execute(_LATER, {"now": now})
        shape = shape_of(connection)
    connection.execute(_MOMENT, {"now": now})
    with in_schema(connection, schema):
        connection.execute(sql("prepared/tables"))
        take_shape(connection, shape)
        connection.execute(sql("as_of/log", "mining").format(whole=whole))
        connection.execute(sql("prepared/derived_arcs"))
        add_traces(connection)
    drop_temporary(connection, _TEMPORARY)
