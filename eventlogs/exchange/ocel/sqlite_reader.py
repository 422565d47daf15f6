"""OCEL 2.0 as a SQLite database: its layout is checked, then its tables are read row by row."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from heapq import merge
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.compressed import reading
from eventlogs.exchange.ocel.notes import read_notes
from eventlogs.exchange.ocel.stage import OcelStage
from eventlogs.exchange.ocel.values import OcelType
from eventlogs.system_faults import LibraryFault

NOTES = "retrofit_note"  # the table in which our own exports note what OCEL has no word for
_LAYOUT = {
    "event_map_type": ("ocel_type", "ocel_type_map"),
    "object_map_type": ("ocel_type", "ocel_type_map"),
    "event": ("ocel_id", "ocel_type"),
    "object": ("ocel_id", "ocel_type"),
    "event_object": ("ocel_event_id", "ocel_object_id", "ocel_qualifier"),
    "object_object": ("ocel_source_id", "ocel_target_id", "ocel_qualifier"),
}
_OWN_COLUMNS = {"ocel_id", "ocel_time", "ocel_type", "ocel_changed_field"}
_COLUMNS = "SELECT name, type FROM pragma_table_info(?)"
_TYPES = {
    "event": "SELECT ocel_type, ocel_type_map FROM event_map_type ORDER BY rowid",
    "object": "SELECT ocel_type, ocel_type_map FROM object_map_type ORDER BY rowid",
}
_OBJECTS = "SELECT rowid, ocel_id, ocel_type FROM object ORDER BY rowid"
_RELATIONS = "SELECT rowid, ocel_source_id, ocel_target_id, ocel_qualifier FROM object_object ORDER BY rowid"
_LINKS = "SELECT ocel_object_id, ocel_qualifier FROM event_object WHERE ocel_event_id = ? ORDER BY rowid"
_N_EVENTS = "SELECT ocel_type, count(*) FROM event GROUP BY ocel_type"
_LINKS_OF_NO_EVENT = """
    SELECT ocel_event_id, ocel_object_id FROM main.event_object
    WHERE ocel_event_id NOT IN (SELECT ocel_id FROM event)
"""


def stage_sqlite(stage: OcelStage, *, compressed: bool, advance: Callable[[int], None]) -> dict[str, Any]:
    """Gather a SQLite file's rows and return the notes of our own exports in it."""
    with _unpacked(stage.path, compressed) as path, _opened(path) as database:
        try:
            return _stage(stage, database, advance)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise ImportRefusedError(
                "{file} is a damaged SQLite database: {reason}; get the whole file again",
                file=stage.path.name,
                reason=LibraryFault(str(error)),
            ) from None


def _stage(stage: OcelStage, database: sqlite3.Connection, advance: Callable[[int], None]) -> dict[str, Any]:
    _check_layout(stage, database)
    notes = _notes(stage, database)
    renamed: dict[str, dict[str, str]] = notes.get("columns", {})
    tables = {kind: _declare(stage, database, kind, renamed) for kind in _TYPES}
    stage.heed(notes)
    for row, object_id, kind in database.execute(_OBJECTS):
        with stage.setting_aside(f"object, row {row}"):
            stage.add_object(f"object, row {row}", object_id, kind)
    for kind, table in tables["object"].items():
        _add_values(stage, database, table, stage.declared.objects[kind], renamed.get(table, {}))
    for row, source, target, qualifier in database.execute(_RELATIONS):
        with stage.setting_aside(f"object_object, row {row}"):
            stage.add_relation(f"object_object, row {row}", source, target, qualifier)
    _index_links(database)
    rows = [
        _event_rows(database, kind, table, renamed.get(table, {})) for kind, table in tables["event"].items()
    ]
    for row in merge(*rows):  # as the table event has them, so that equal times keep that order
        with stage.setting_aside(row[1]):
            stage.add_event(*row[1:], database.execute(_LINKS, (row[2],)).fetchall())
    _check_events(stage, database, tables["event"])
    advance(stage.path.stat().st_size)
    return notes


def _event_rows(
    database: sqlite3.Connection, kind: str, table: str, names: dict[str, str]
) -> Iterator[tuple[int, str, str, str, Any, list[tuple[str, Any]]]]:
    """Yield a type's events with their place in the table event, ready to be gathered but for their links."""
    columns = [name for name, _ in database.execute(_COLUMNS, (table,))]
    at, event_id = columns.index("ocel_time"), columns.index("ocel_id")
    own = [(place, names.get(name, name)) for place, name in enumerate(columns) if name not in _OWN_COLUMNS]
    quoted = table.replace('"', '""')
    rows = database.execute(
        f'SELECT event.rowid, it.* FROM "{quoted}" AS it JOIN main.event USING (ocel_id) '  # noqa: S608
        "ORDER BY event.rowid"
    )
    for number, (place, *row) in enumerate(rows, 1):
        attributes = [(name, row[it]) for it, name in own if row[it] is not None]
        yield place, f"{table}, row {number}", row[event_id], kind, row[at], attributes


def _check_events(stage: OcelStage, database: sqlite3.Connection, tables: dict[str, str]) -> None:
    """Refuse events whose type has no table or whose table has no row of them, and links of no event."""
    for kind, number in database.execute(_N_EVENTS).fetchall():
        table = tables.get(kind)
        rows = sum(1 for _ in _rows(database, table)) if table else 0
        if rows != number:
            with stage.setting_aside(table or "event"):
                raise ImportRefusedError(
                    "{file}: the table event has {n} events of type {type}, "
                    "but the table of that type has {rows}; both must have the same ones",
                    file=stage.path.name,
                    n=number,
                    type=kind,
                    rows=rows,
                )
    for event, target in database.execute(_LINKS_OF_NO_EVENT):
        with stage.setting_aside("event_object"):
            raise ImportRefusedError(
                "{file}: the table event_object relates object {object} to event {event}, "
                "which the file does not have",
                file=stage.path.name,
                event=event,
                object=target,
            )


def _add_values(
    stage: OcelStage,
    database: sqlite3.Connection,
    table: str,
    declared: dict[str, OcelType],
    names: dict[str, str],
) -> None:
    """Gather a type's values: those of a row of the start, else the one field that a row says has changed."""
    columns = [names.get(name, name) for name, _ in database.execute(_COLUMNS, (table,))]
    for number, row in enumerate(_rows(database, table), 1):
        value_of = dict(zip(columns, row, strict=True))
        changed = value_of.get("ocel_changed_field")
        fields = [changed] if changed else [name for name in columns if name not in _OWN_COLUMNS]
        place = f"{table}, row {number}"
        for name in fields:
            if name in value_of and (changed or value_of[name] is not None):
                with stage.setting_aside(place):
                    value = stage.typed(place, name, value_of[name], declared)
                    moment = stage.moment(place, value_of.get("ocel_time"))
                    object_id = stage.required(value_of["ocel_id"], "ocel_id", place)
                    stage.add_value(object_id, name, value, moment)


def _rows(database: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """Yield a type's table; its name comes from the file, so it is quoted as SQLite asks."""
    quoted = table.replace('"', '""')
    return database.execute(f'SELECT * FROM "{quoted}" ORDER BY rowid')  # noqa: S608 - quoted above


def _declare(
    stage: OcelStage, database: sqlite3.Connection, kind: str, renamed: dict[str, dict[str, str]]
) -> dict[str, str]:
    """Declare the types of events or objects; return each one's table."""
    types = stage.declared.events if kind == "event" else stage.declared.objects
    tables: dict[str, str] = {}
    for name, short in database.execute(_TYPES[kind]).fetchall():
        table = f"{kind}_{short}"
        columns = database.execute(_COLUMNS, (table,)).fetchall()
        _check_columns(stage, table, [column for column, _ in columns], ("ocel_id", "ocel_time"))
        names = renamed.get(table, {})
        own = [(names.get(it, it), _plain(type_)) for it, type_ in columns if it not in _OWN_COLUMNS]
        stage.declare(types, name, own, f"{kind}_map_type")
        tables[name] = table
    return tables


def _plain(column_type: str) -> str:
    return column_type.partition("(")[0]


def _check_layout(stage: OcelStage, database: sqlite3.Connection) -> None:
    for table, columns in _LAYOUT.items():
        present = [name for name, _ in database.execute(_COLUMNS, (table,))]
        _check_columns(stage, table, present, columns)


def _check_columns(stage: OcelStage, table: str, present: list[str], wanted: tuple[str, ...]) -> None:
    if not present:
        raise ImportRefusedError(
            "{file} is not an OCEL 2.0 database: the table {table} is missing",
            file=stage.path.name,
            table=table,
        )
    for column in wanted:
        if column not in present:
            raise ImportRefusedError(
                "{file} is not an OCEL 2.0 database: the table {table} has no column {column}",
                file=stage.path.name,
                table=table,
                column=column,
            )


def _index_links(database: sqlite3.Connection) -> None:
    """Copy the links beside an index: without one, each event would search all of them."""
    database.execute("CREATE TEMP TABLE event_object AS SELECT * FROM main.event_object ORDER BY rowid")
    database.execute("CREATE INDEX temp.event_object_event ON event_object (ocel_event_id)")


def _notes(stage: OcelStage, database: sqlite3.Connection) -> dict[str, Any]:
    if not database.execute(_COLUMNS, (NOTES,)).fetchall():
        return {}
    noted = database.execute("SELECT * FROM retrofit_note").fetchone()
    return read_notes(noted[0] if noted else None, stage.path)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database to read only, without touching the folder it lies in."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        yield database


@contextmanager
def _unpacked(path: Path, compressed: bool) -> Iterator[Path]:
    """Lend the database itself: SQLite cannot read a compressed one."""
    if not compressed:
        yield path
        return
    with TemporaryDirectory(prefix="retrofit-") as folder:
        plain = Path(folder) / "log.sqlite"
        with reading(path, compressed=True) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file)
        yield plain
