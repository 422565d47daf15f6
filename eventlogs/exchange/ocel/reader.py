"""OCEL 2.0 read into a new log: the file's rows are gathered, checked and joined, and the cases chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

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

_BATCH = 20_000  # events
_STAGE: Mapping[str, Callable[..., dict[str, Any]]] = {
    "ocel-json": stage_json,
    "ocel-xml": stage_xml,
    "ocel-sqlite": stage_sqlite,
}
_ROWS = """
    SELECT * EXCLUDE (place) FROM ocel_row WHERE place > $after AND place <= $last ORDER BY place
"""
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
        notes = _STAGE[found.name](stage, compressed=found.compressed, advance=advance)
        stage.flush()
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
    connection = stage.connection
    n_events = connection.execute(_read("events"), _chosen(stage, writer)).fetchall()[0][0]
    for place in range(0, n_events, _BATCH):
        batch = connection.execute(_ROWS, {"after": place, "last": place + _BATCH})
        writer.add_events(batch.to_arrow_table())
    writer.add_objects(connection.execute(_read("objects"), {"start": START}).to_arrow_table())
    writer.add_changes(connection.execute(_read("changes"), {"start": START}).to_arrow_table())
    writer.add_relations(connection.execute("FROM ocel_relation").to_arrow_table())


def _chosen(stage: OcelStage, writer: LogWriter) -> dict[str, object]:
    return {"case_type": writer.case_type, "own": stage.own}


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
