"""How a log is compiled for mining: cases ordered, words coded, each event with its successor and its wait.

A fresh compile and the bringing up to date of a few touched cases run the same statements. Which
events they see is chosen by macros that share a name (`sql/prepared/standing_*`, `linked_*`,
`lifecycles_*`, `chosen_*`, `timed_*`), so that a log without corrections, further links or missing times
pays for none of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import duckdb

from eventlogs.case_attributes import asked_attributes, code_attributes, forget_values, restore_attributes
from eventlogs.choices import Choice
from eventlogs.shape import Shape, shape_of, take_shape
from eventlogs.sql_files import sql

if TYPE_CHECKING:
    import pyarrow as pa

    from eventlogs.event_codes import EventCodes
    from eventlogs.sequences import Codes, Sequences
    from eventlogs.trace_writing import ColumnsAhead

Connection = duckdb.DuckDBPyConnection

_TEMPORARY = (
    "compiled_case",
    "case_hash",
    "new_variant",
    "touched_case",
    "left_case",
    "counted_variant",
    "moved_arc",
    "touched_event",
)
_HAS_CORRECTIONS = "SELECT EXISTS (FROM main.event WHERE log_id = $log_id AND correction IS NOT NULL)"
_HAS_NEW_CORRECTIONS = """
    SELECT EXISTS (FROM main.event WHERE log_id = $log_id AND seq > $upto_seq AND corrects IS NOT NULL)
"""
_MISSES_TIMES = "SELECT EXISTS (FROM main.event WHERE log_id = $log_id AND occurred_at IS NULL)"
_HAS_LINKS = """
    SELECT EXISTS (
        FROM (SELECT unnest(objects) AS object FROM main.event WHERE log_id = $log_id AND len(objects) > 0)
        WHERE object.object_type = $object_type
    )
"""
_N_CODES = """
    SELECT (SELECT coalesce(max(code), 0) FROM activity_code), (SELECT coalesce(max(code), 0) FROM role_code)
"""
_N_WRITTEN = "SELECT coalesce(sum(n_events), 0)::BIGINT FROM case_hash"
_NEW_VARIANTS = "FROM new_variant ORDER BY case_no"
_ADD_VARIANTS = "INSERT INTO variant BY NAME FROM staged_rows"
_NEW_ACTIVITIES = """
    SELECT activity FROM trace_event SEMI JOIN new_variant USING (case_no) ORDER BY case_no, pos
"""


@contextmanager
def in_schema(connection: Connection, schema: str) -> Iterator[None]:
    """Let unqualified names mean the tables of `schema` first, then those of the ledger."""
    before = connection.execute("SELECT current_setting('search_path')").fetchall()[0][0]
    connection.execute(f"SET search_path = '{schema},main'")
    connection.execute("SET perfect_ht_threshold = 20")  # counting by small codes then needs no hash table
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # a failed transaction refuses even this, and is about to end
            connection.execute(f"SET search_path = '{before}'")


def compile_afresh(
    connection: Connection, schema: str, choice: Choice, codes: "EventCodes | None" = None
) -> None:
    """Make the tables of `schema` anew and compile every case, with the attributes asked for before.

    `codes` are the events of a log just written whole, which are then not read back.
    """
    asked = asked_attributes(connection, schema)
    connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    connection.execute(f"CREATE SCHEMA {schema}")
    with in_schema(connection, schema):
        connection.execute(sql("prepared/tables"))
        choose_events(connection, choice)
        if codes is None:
            _add_codes(connection, choice)
            connection.execute(sql("prepared/compiled_cases"), choice.parameters())
        else:
            codes.write_words(connection)
        columns = _columns(connection, choice) if codes is None else codes.columns()
        take_shape(connection, columns.shape)
        written = _write_cases(connection, columns)
        restore_attributes(connection, asked)
        code_attributes(connection, choice)
        connection.execute(sql("prepared/all_arcs"))
        if asked:
            from eventlogs.arc_counts import count_arcs_by  # here, as numpy below

            for attribute, *_ in asked:
                count_arcs_by(connection, attribute, written, columns.shape.stride)
        drop_temporary(connection, _TEMPORARY)


def compile_touched(connection: Connection, schema: str, choice: Choice, upto_seq: int) -> int | None:
    """Compile again the cases that events recorded after `upto_seq` touch.

    Return how many trace events were written; None, having written nothing, if the log has outgrown its
    shape and must be compiled afresh.
    """
    with in_schema(connection, schema):
        since = {"log_id": choice.log_id, "upto_seq": upto_seq}
        connection.execute(sql("prepared/touched_cases"), since)
        if _holds(connection, _HAS_NEW_CORRECTIONS, since):
            connection.execute(sql("prepared/corrected_cases"), since)
        choose_events(connection, choice, touched=True)
        shape = shape_of(connection)
        needed = connection.execute(sql("prepared/needed_shape"), choice.parameters()).fetchall()[0]
        if not shape.has_room_for(*needed):
            return None
        _add_codes(connection, choice)
        connection.execute(sql("prepared/compiled_cases"), choice.parameters())
        connection.execute(sql("prepared/left_arcs"))
        connection.execute(sql("prepared/left_cases"))
        _write_cases(connection, _columns(connection, choice, shape))
        connection.execute(sql("prepared/counted_variants"))
        forget_values(connection)
        code_attributes(connection, choice)
        connection.execute(sql("prepared/counted_arcs"))
        replaced: int = connection.execute(_N_WRITTEN).fetchall()[0][0]
        drop_temporary(connection, _TEMPORARY)
    return replaced


def add_traces(connection: Connection) -> None:
    """Add the traces and the new variants of the cases in `compiled_case`, whose events are there."""
    connection.execute(sql("prepared/case_hashes"))
    _add_hashed(connection)


def count_log(connection: Connection, choice: Choice) -> tuple[int, int, int, int]:
    """Count the chosen events after corrections, the log's objects, its links to events and among objects."""
    n_events, n_objects, n_event_object, n_object_object = connection.execute(
        sql("prepared/counts"), {"log_id": choice.log_id}
    ).fetchall()[0]
    return n_events, n_objects, n_event_object, n_object_object


def choose_events(connection: Connection, choice: Choice, *, touched: bool = False) -> None:
    """Define the macros through which the statements see the log, or only its `touched_case`s as they are."""
    log = {"log_id": choice.log_id}
    corrected = _holds(connection, _HAS_CORRECTIONS, log)
    untimed = _holds(connection, _MISSES_TIMES, log)
    by_object = choice.object_type != choice.case_type or _holds(
        connection, _HAS_LINKS, log | {"object_type": choice.object_type}
    )
    for macro in (
        "standing_events_corrected" if corrected else "standing_events",
        "linked_by_object" if by_object else "linked_by_case",
        "lifecycles_all" if choice.lifecycles is None else "lifecycles_some",
    ):
        connection.execute(sql(f"prepared/{macro}"))
    if touched:
        connection.execute(sql("prepared/touched_events"), choice.parameters())
    connection.execute(sql("prepared/chosen_cases_touched" if touched else "prepared/chosen_cases_all"))
    connection.execute(sql("prepared/timed_events_missing" if untimed else "prepared/timed_events"))


def _holds(connection: Connection, question: str, parameters: dict[str, Any]) -> bool:
    return bool(connection.execute(question, parameters).fetchall()[0][0])


def _add_codes(connection: Connection, choice: Choice) -> None:
    for word in ("activity", "role", "actor", "lifecycle"):
        connection.execute(sql(f"prepared/{word}_codes"), choice.parameters())


def _columns(connection: Connection, choice: Choice, shape: Shape | None = None) -> "ColumnsAhead":
    """Begin to make the columns of the chosen events, in a shape that has room for them if none is given."""
    from eventlogs.parted_events import read_events  # here, as numpy below
    from eventlogs.trace_writing import ColumnsAhead

    events = read_events(connection, choice)
    n_activities, n_roles = connection.execute(_N_CODES).fetchall()[0]
    return ColumnsAhead(events, shape or Shape.for_codes(n_activities, n_roles, events.wait_unit))


def _write_cases(connection: Connection, columns: "ColumnsAhead") -> "Sequences":
    from eventlogs.trace_writing import write_trace_events  # here, as numpy below

    written = write_trace_events(connection, columns)
    _add_hashed(connection, written)
    return written


def _add_hashed(connection: Connection, written: "Sequences | None" = None) -> None:
    _add_variants(connection, written)
    connection.execute(sql("prepared/traces"))


def _add_variants(connection: Connection, written: "Sequences | None") -> None:
    """Add the new variants; their lists are cut from whole arrays, far cheaper than an ordered `list()`."""
    connection.execute(sql("prepared/new_variants"))
    new = connection.execute(_NEW_VARIANTS).to_arrow_table()
    if written is None:
        activities = connection.execute(_NEW_ACTIVITIES).to_arrow_table()["activity"].to_numpy()
        _insert_variants(connection, new, activities)
        return
    cases, n_added = new["case_no"].to_numpy(), 0
    for part in written.parts():
        ends = int(cases.searchsorted(part.case_no[-1:], "right").max(initial=0))
        if n_added < ends:
            _insert_variants(connection, new[n_added:ends], part.of(cases[n_added:ends]))
            n_added = ends


def _insert_variants(connection: Connection, new: "pa.Table", activities: "Codes") -> None:
    import numpy as np  # here, so that a process that only reads stays small
    import pyarrow as pa

    from eventlogs.inserting import insert

    offsets = np.concatenate(([0], np.cumsum(new["n_events"].to_numpy()))).astype(np.int32)
    sequences = pa.ListArray.from_arrays(pa.array(offsets), pa.array(activities))
    insert(connection, _ADD_VARIANTS, new.drop(["case_no"]).append_column("activities", sequences))


def drop_temporary(connection: Connection, tables: Iterable[str]) -> None:
    """Drop temporary tables, those that are there."""
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
