"""OCEL 2.0 read into a new log: the file's rows are gathered, checked and joined, and the cases chosen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ZONE_OF_NAIVE_TIMES
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.file_source import FileSource
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.labels import Labels
from eventlogs.exchange.log_writer import CASE_TYPE, LogWriter, Written
from eventlogs.exchange.ocel.checks import check
from eventlogs.exchange.ocel.json_reader import stage_json
from eventlogs.exchange.ocel.sqlite_reader import stage_sqlite
from eventlogs.exchange.ocel.stage import OcelStage
from eventlogs.exchange.ocel.values import START
from eventlogs.exchange.ocel.xml_reader import stage_xml
from eventlogs.inserting import bounded_memory

_BATCH = 65_536  # events, objects, values or relations
_STAGE: Mapping[str, Callable[..., dict[str, Any]]] = {
    "ocel-json": stage_json,
    "ocel-xml": stage_xml,
    "ocel-sqlite": stage_sqlite,
}
_CHANGES = """
    SELECT * EXCLUDE (place) FROM ocel_change WHERE place > $after AND place <= $last ORDER BY place
"""
_RELATIONS = "FROM ocel_relation WHERE rowid > $after AND rowid <= $last ORDER BY rowid"
_N_OBJECTS = "SELECT count(*) FROM ocel_object"
_COUNTS = """
    SELECT
        (SELECT count(*) FROM ocel_event),
        (SELECT coalesce(sum(len(links)), 0)::BIGINT FROM ocel_event),
        (SELECT count(*) FROM ocel_relation)
"""


@dataclass(frozen=True, slots=True)
class OcelChoices:
    """What the reader of a file has chosen; what is not chosen is guessed or taken from the file."""

    case_type: str | None = None
    timezone: str | None = None  # the zone of times without an offset, and in which people read the log
    columns: Mapping[str, str] = field(default_factory=dict)  # event attribute to column of ours
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class OcelRead:
    """What a file gave: the log written, its case type and whether that was guessed, and its relations."""

    written: Written
    case_type: str
    guessed: bool
    n_links: int  # event to object
    n_relations: int  # object to object


def read_ocel(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: FileFormat,
    name: str,
    source: FileSource,
    *,
    choices: OcelChoices,
    faults: Faults,
    advance: Callable[[int], None],
) -> OcelRead:
    """Read an OCEL 2.0 file into the new log `name`, inside the transaction of `connection`.

    What is faulty goes to `faults`. Events come in the order of their times, equal ones in file order.
    `source` is completed with the declared types. `advance` is told the bytes read, twice over for JSON.
    """
    timezone = choices.timezone or "UTC"
    with OcelStage(connection, path, timezone, choices.columns, faults) as stage:
        with bounded_memory(connection):
            notes = _STAGE[found.name](stage, compressed=found.compressed, advance=advance)
            stage.flush()
        with bounded_memory(connection, connection.execute(_N_OBJECTS).fetchall()[0][0]):
            check(stage)
            n_events, n_links, n_relations = connection.execute(_COUNTS).fetchall()[0]
            if not n_events:
                raise ImportRefusedError("{file} has no events; there is nothing to import", file=path.name)
            case_type, guessed = _case_type(stage, choices.case_type or notes.get("case_type"))
            writer = LogWriter(
                connection,
                name,
                timezone=choices.timezone or notes.get("timezone") or ZONE_OF_NAIVE_TIMES,
                case_type=case_type,
                simulated=bool(notes.get("simulated")),
                labels=choices.labels,
            )
            _write(stage, writer)
        written = writer.finish(source.noted({"ocel": stage.declared.as_attribute()}))
    return OcelRead(written, case_type, guessed, n_links, n_relations)


def _write(stage: OcelStage, writer: LogWriter) -> None:
    """Join the gathered rows and write them, a batch of each at a time."""
    connection = stage.connection
    connection.execute(_read("events"), {"own": stage.own})
    chosen = {"case_type": writer.case_type, "own": stage.own}
    for events in _batches(connection, "place", "ocel_row", _read("event_rows"), chosen):
        writer.add_events(events)
    connection.execute(_read("objects"), {"start": START})
    for objects in _batches(connection, "number", "ocel_object", _read("object_rows")):
        writer.add_objects(objects)
    connection.execute(_read("changes"), {"start": START})
    for changes in _batches(connection, "place", "ocel_change", _CHANGES):
        writer.add_changes(changes)
    for relations in _batches(connection, "rowid", "ocel_relation", _RELATIONS):
        writer.add_relations(relations)


def _batches(
    connection: duckdb.DuckDBPyConnection,
    numbers: str,
    table: str,
    sql: str,
    chosen: Mapping[str, object] | None = None,
) -> Iterator[pa.Table]:
    """Yield what a statement makes of the rows of a table, some `numbers` of theirs at a time."""
    first, last = connection.execute(
        f"SELECT coalesce(min({numbers}), 0) - 1, coalesce(max({numbers}), -1) FROM {table}"  # noqa: S608 - ours
    ).fetchall()[0]
    for after in range(first, last, _BATCH):
        bounds = {"after": after, "last": after + _BATCH}
        yield connection.execute(sql, {**(chosen or {}), **bounds}).to_arrow_table()


def _case_type(stage: OcelStage, chosen: str | None) -> tuple[str, bool]:
    """Return the object type that is the case, and whether it was guessed."""
    if chosen is None:
        best = stage.connection.execute(_read("case_types")).fetchone()
        return (best[0] if best else next(iter(stage.declared.objects), CASE_TYPE)), True
    if chosen not in stage.declared.objects:
        raise ImportRefusedError(
            "{file} has no object type {type}; it has {known}",
            file=stage.path.name,
            type=chosen,
            known=", ".join(stage.declared.objects) or "—",
        )
    return chosen, False


def _read(name: str) -> str:
    return (files("eventlogs.exchange") / "sql" / "ocel" / f"{name}.sql").read_text("utf-8")
