"""A log written as OCEL 2.0 in a SQLite database, in the standard's relational layout."""

import gzip
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import orjson

from eventlogs.events import Attribute
from eventlogs.exchange.compressed import draft_of
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.ocel.log_view import START, OcelEvent, OcelExport, OcelObject, Types
from eventlogs.language import sayable

_COLUMN_TYPES = {
    "string": "TEXT",
    "time": "TIMESTAMP",
    "integer": "INTEGER",
    "float": "REAL",
    "boolean": "BOOLEAN",
    "json": "TEXT",
}
_LAYOUT = """
    CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
    CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
    CREATE TABLE event (
        ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type)
    );
    CREATE TABLE object (
        ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type)
    );
    CREATE TABLE event_object (
        ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
        ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
    );
    CREATE TABLE object_object (
        ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
        ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
    );
    CREATE TABLE retrofit_note (note TEXT);
"""
_KEY = {  # an event has one row of its own, an object one for each change
    "event": "ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id)",
    "object": "ocel_id TEXT REFERENCES object (ocel_id)",
}
_BLOCK = 1_000  # rows that are inserted at once
_MAP = {
    "event": "INSERT INTO event_map_type VALUES (?, ?)",
    "object": "INSERT INTO object_map_type VALUES (?, ?)",
}
_REPEATED = sayable("{n} relations repeat another with the same qualifier, which SQLite's layout holds once")


def write_sqlite(export: OcelExport, path: Path, wanted: FileFormat, advance: Callable[[int], None]) -> None:
    """Write the database beside `path`, compress it if `wanted`, and put it in its place."""
    with draft_of(path) as draft:
        plain = draft.with_suffix(".sqlite") if wanted.compressed else draft
        try:
            _write(export, plain, advance)
            if wanted.compressed:
                with plain.open("rb") as file, gzip.open(draft, "wb", compresslevel=6) as packed:
                    shutil.copyfileobj(file, packed)
        finally:
            if wanted.compressed:
                plain.unlink(missing_ok=True)


def _write(export: OcelExport, path: Path, advance: Callable[[int], None]) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _LAYOUT)
        events, objects = export.types
        event_tables = _Tables(database, "event", events)
        object_tables = _Tables(database, "object", objects)
        renamed = event_tables.renamed | object_tables.renamed
        note = export.notes | ({"columns": renamed} if renamed else {})
        database.execute("INSERT INTO retrofit_note VALUES (?)", (orjson.dumps(note).decode(),))
        links = _Rows(database, "INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)")
        things = _Rows(database, "INSERT INTO object VALUES (?, ?)")
        for item in export.objects():
            things.add((item.object_id, item.type))
            object_tables.add_object(item)
            links.extend((item.object_id, target, qualifier) for target, qualifier in item.relations)
        things.flush()
        links.flush()
        export.losses.add(_REPEATED, links.ignored)
        _write_events(export, database, event_tables, advance)
        object_tables.flush()
        database.execute("COMMIT")


def _write_events(
    export: OcelExport, database: sqlite3.Connection, tables: "_Tables", advance: Callable[[int], None]
) -> None:
    links = _Rows(database, "INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)")
    things = _Rows(database, "INSERT INTO event VALUES (?, ?)")
    for event in export.events():
        things.add((event.event_id, event.type))
        tables.add_event(event)
        links.extend((event.event_id, object_id, qualifier) for object_id, qualifier in event.links)
        advance(1)
    things.flush()
    tables.flush()
    links.flush()
    export.losses.add(_REPEATED, links.ignored)


class _Rows:
    """Rows on their way into a table, many at once."""

    def __init__(self, database: sqlite3.Connection, statement: str) -> None:
        self._database, self._statement = database, statement
        self._waiting: list[tuple[object, ...]] = []
        self.ignored = 0

    def add(self, row: tuple[object, ...]) -> None:
        """Put a row in."""
        self._waiting.append(row)
        if len(self._waiting) >= _BLOCK:
            self.flush()

    def extend(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Put rows in."""
        for row in rows:
            self.add(row)

    def flush(self) -> None:
        """Insert what waits, and count what the table already had."""
        n = self._database.executemany(self._statement, self._waiting).rowcount
        self.ignored += len(self._waiting) - max(n, 0)
        self._waiting.clear()


class _Tables:
    """The tables of the event types, or of the object types."""

    def __init__(self, database: sqlite3.Connection, kind: str, types: Types) -> None:
        self._columns: dict[str, dict[str, int]] = {}  # type, attribute name, place after our own columns
        self._rows: dict[str, _Rows] = {}
        self.renamed: dict[str, dict[str, str]] = {}  # table, column, attribute name
        own = ["ocel_id", "ocel_time"] + (["ocel_changed_field"] if kind == "object" else [])
        short_names: set[str] = set()
        for name, attributes in types.items():
            short = _unused(re.sub(r"\W+", "", name) or "Type", short_names)
            database.execute(_MAP[kind], (name, short))
            table = f"{kind}_{short}"
            used = {*own, "ocel_type"}
            columns = {attribute: _unused(attribute or "attribute", used) for attribute in attributes}
            declared = [_KEY[kind], "ocel_time TIMESTAMP", "ocel_changed_field TEXT"][: len(own)]
            declared += [f"{_quoted(columns[it])} {_COLUMN_TYPES[type_]}" for it, type_ in attributes.items()]
            database.execute(f"CREATE TABLE {_quoted(table)} ({', '.join(declared)})")
            marks = ", ".join("?" * len(declared))
            self._rows[name] = _Rows(database, f"INSERT INTO {_quoted(table)} VALUES ({marks})")  # noqa: S608
            self._columns[name] = {attribute: place for place, attribute in enumerate(attributes)}
            if other := {column: attribute for attribute, column in columns.items() if column != attribute}:
                self.renamed[table] = other

    def add_event(self, event: OcelEvent) -> None:
        """Put an event's own row in."""
        values = self._values(event.type, event.attributes)
        self._rows[event.type].add((event.event_id, _moment(event.time), *values))

    def add_object(self, item: OcelObject) -> None:
        """Put in one row of an object's first values, and one row for each later value."""
        rows = self._rows[item.type]
        started = item.values[0][2] if item.values else START
        first: dict[str, Attribute] = {}
        later = []
        for name, value, time in item.values:
            if time == started and name not in first:
                first[name] = value
            else:
                later.append((name, value, time))
        rows.add((item.object_id, _moment(started), None, *self._values(item.type, first)))
        for name, value, time in later:
            rows.add((item.object_id, _moment(time), name, *self._values(item.type, {name: value})))

    def flush(self) -> None:
        """Insert all rows that wait."""
        for rows in self._rows.values():
            rows.flush()

    def _values(self, type_: str, attributes: dict[str, Attribute]) -> list[object]:
        places = self._columns[type_]
        values: list[object] = [None] * len(places)
        for name, value in attributes.items():
            values[places[name]] = value.isoformat() if isinstance(value, datetime) else value
        return values


def _moment(time: str) -> str:
    """Return a moment as the layout's examples have it, with its offset, which SQLite understands."""
    return time.replace("Z", "+00:00")


def _unused(name: str, used: set[str]) -> str:
    """Return a name that no other has, whatever its capitals: SQLite does not tell them apart."""
    number, candidate = 2, name
    while candidate.lower() in used:
        candidate, number = f"{name}_{number}", number + 1
    used.add(candidate.lower())
    return candidate


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
