"""Where an OCEL 2.0 file's rows are gathered before they become a log: temporary tables in DuckDB.

An OCEL file may name its events before the objects they point to, and its objects before the attribute
values they take. All three file formats put what they read here; `reader` joins it with SQL.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from eventlogs.attributes import encode, encode_value
from eventlogs.errors import ImportRefusedError
from eventlogs.events import Attribute
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.ocel.values import SPELLINGS, Declarations, OcelType, Values
from eventlogs.exchange.staging import MOMENT
from eventlogs.exchange.xes.names import ATTRIBUTE_PREFIX, OWN_COLUMNS
from eventlogs.exchange.xes.names import COLUMNS as XES_COLUMNS
from eventlogs.inserting import insert

_BATCH = 5_000  # events or objects
COLUMNS = ("lifecycle", "role", "tool", "actor")  # of ours that OCEL has as attributes of an event, if at all
_OWN_NAMES = {name: column for name, column in (XES_COLUMNS | OWN_COLUMNS).items() if column in COLUMNS}
_EVIDENCE = "retrofit:evidence"
_UNTIMED = "retrofit:untimed"  # of an event in a file of our own that has no time
_DEFAULTS = {"lifecycle": "complete"}
_LINK = pa.struct([("object_id", pa.string()), ("qualifier", pa.string())])
_SCHEMAS = {
    "ocel_event": pa.schema(
        [
            *((name, pa.string()) for name in ("id", "type", "attributes", "evidence", *COLUMNS)),
            ("moment", MOMENT),
            ("links", pa.list_(_LINK)),
        ]
    ),
    "ocel_object": pa.schema([("id", pa.string()), ("type", pa.string())]),
    "ocel_value": pa.schema(
        [("object_id", pa.string()), ("name", pa.string()), ("value", pa.string()), ("moment", MOMENT)]
    ),
    "ocel_relation": pa.schema(
        [("source_id", pa.string()), ("target_id", pa.string()), ("qualifier", pa.string())]
    ),
}
_INSERTS = {
    "ocel_event": "INSERT INTO ocel_event BY NAME FROM staged_rows",
    "ocel_object": "INSERT INTO ocel_object BY NAME FROM staged_rows",
    "ocel_value": "INSERT INTO ocel_value BY NAME FROM staged_rows",
    "ocel_relation": "INSERT INTO ocel_relation BY NAME FROM staged_rows",
}


class OcelStage:
    """The rows of one OCEL file; used as a context, at whose end they are gone.

    Every `place` is said to people when its row is refused: `events[12]`, `line 40`, `event_Pay, row 3`.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: Path,
        timezone: str,
        columns: Mapping[str, str] | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.connection = connection
        self.path = path
        self.declared = Declarations()
        self.own = False  # whether the file is an export of ours
        self._columns = {**_OWN_NAMES, **(columns or {})}
        self.values = Values(timezone)
        self._faults = faults or Faults(path, "place")
        self._rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _SCHEMAS}

    def __enter__(self) -> "OcelStage":
        self.connection.execute(_read("stage"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.connection.execute(_read("drop_stage"))

    @property
    def sets_aside(self) -> bool:
        """Whether what is faulty is set aside, instead of refusing the file."""
        return self._faults.rejects is not None

    @contextmanager
    def setting_aside(self, place: str) -> Iterator[None]:
        """Set aside what is refused inside the block, if that is how faults are met."""
        try:
            yield
        except ImportRefusedError as error:
            if not self.sets_aside:
                raise
            self._faults.set_aside(place, error)

    def declare(self, types: dict[str, dict[str, OcelType]], name: Any, attributes: Any, place: str) -> None:
        """Note an event or object type and its attributes, pairs of a name and a type's name."""
        declared = types.setdefault(self.required(name, "name", place), {})
        for attribute, kind in attributes:
            known = SPELLINGS.get(str(kind).strip().lower())
            if known is None:
                raise ImportRefusedError(
                    "{file}, {place}: attribute {attribute} is declared with the type {type}; "
                    "OCEL 2.0 has string, time, integer, float and boolean",
                    file=self.path.name,
                    place=place,
                    attribute=attribute,
                    type=kind,
                )
            declared[self.required(attribute, "name", place)] = known

    def heed(self, notes: Mapping[str, Any]) -> None:
        """Take heed of the notes in a file of our own: which attributes it wrote as typed JSON."""
        self.own = bool(notes)
        for part, types in (("events", self.declared.events), ("objects", self.declared.objects)):
            for kind, names in notes.get("exact", {}).get(part, {}).items():
                types.setdefault(kind, {})
                types[kind] |= dict.fromkeys(names, "json")

    def add_event(
        self,
        place: str,
        event_id: Any,
        kind: Any,
        time: Any,
        attributes: Iterable[tuple[Any, Any]],
        links: list[tuple[Any, Any]],
    ) -> None:
        """Gather an event with its attributes and the objects it is related to, each with a qualifier."""
        declared = self._declared(self.declared.events, kind, place)
        typed = {str(name): self.typed(place, name, value, declared) for name, value in attributes}
        pairs = [
            {"object_id": self.required(object_id, "objectId", place), "qualifier": str(qualifier or "")}
            for object_id, qualifier in links
        ]
        key = self.required(event_id, "id", place)
        evidence = typed.pop(_EVIDENCE, None)
        if not isinstance(evidence, dict):
            evidence = {}
        untimed = self.own and typed.pop(_UNTIMED, None) is True
        own = self._own_columns(typed)
        text, at = encode(typed), None if untimed else self.moment(place, time)
        self._add("ocel_event", key, kind, text, encode(evidence), *own, at, pairs)

    def _own_columns(self, attributes: dict[str, Attribute]) -> list[str | None]:
        """Take the values that are columns of ours out of an event's attributes."""
        taken: dict[str, str] = {}
        for name, column in self._columns.items():
            if isinstance(value := attributes.get(name), str):
                taken[column] = value
                del attributes[name]
        for name in [it for it in attributes if it.startswith(ATTRIBUTE_PREFIX)] if self.own else ():
            attributes[name.removeprefix(ATTRIBUTE_PREFIX)] = attributes.pop(name)
        return [taken.get(column, _DEFAULTS.get(column)) for column in COLUMNS]

    def add_object(self, place: str, object_id: Any, kind: Any) -> dict[str, OcelType]:
        """Gather an object; its values and relations follow. Return its type's declared attributes."""
        declared = self._declared(self.declared.objects, kind, place)
        self._add("ocel_object", self.required(object_id, "id", place), kind)
        return declared

    def add_value(self, object_id: str, name: str, value: Attribute, at: datetime) -> None:
        """Gather a value that an object's attribute takes at a moment."""
        self._add("ocel_value", object_id, name, encode_value(value), at)

    def add_relation(self, place: str, source_id: Any, target_id: Any, qualifier: Any) -> None:
        """Gather a relation between two objects."""
        source = self.required(source_id, "id", place)
        self._add("ocel_relation", source, self.required(target_id, "objectId", place), str(qualifier or ""))

    def typed(self, place: str, name: Any, value: Any, declared: dict[str, OcelType]) -> Attribute:
        """Return an attribute's value as its declared type; one that is not declared keeps its own."""
        kind = declared.get(self.required(name, "name", place), "string")
        try:
            return self.values.read(value, kind)
        except (ValueError, OverflowError):
            raise ImportRefusedError(
                "{file}, {place}: attribute {attribute} has the value {value}, "
                "which is not of its declared type {type}; mend the value or the declaration",
                file=self.path.name,
                place=place,
                attribute=name,
                value=repr(value),
                type=kind,
            ) from None

    def moment(self, place: str, time: Any) -> datetime:
        """Return the time of an event or value."""
        self.required(time, "time", place)
        try:
            return self.values.moment(time)
        except ValueError:
            raise ImportRefusedError(
                "{file}, {place}: {value} is no time; write it as 2024-05-01T08:30:00Z",
                file=self.path.name,
                place=place,
                value=repr(time),
            ) from None

    def required(self, value: Any, member: str, place: str) -> str:
        """Return a value that must be there."""
        if value is None or value == "":
            raise ImportRefusedError(
                "{file}, {place}: {member} is missing; OCEL 2.0 requires it",
                file=self.path.name,
                place=place,
                member=member,
            )
        return str(value)

    def flush(self) -> None:
        """Put the rows still in memory into the tables."""
        for table in _SCHEMAS:
            self._flush(table)

    def _declared(self, types: dict[str, dict[str, OcelType]], kind: Any, place: str) -> dict[str, OcelType]:
        declared = types.get(kind) if isinstance(kind, str) else None
        if declared is None:
            self.required(kind, "type", place)
            raise ImportRefusedError(
                "{file}, {place}: the type {type} is not declared; declared are {known}",
                file=self.path.name,
                place=place,
                type=kind,
                known=", ".join(list(types)[:10]) or "—",
            )
        return declared

    def _add(self, table: str, *row: object) -> None:
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows = self._rows[table]
        if not rows:
            return
        schema = _SCHEMAS[table]
        columns = zip(*rows, strict=True)
        arrays = [
            pa.array(column, schema_field.type) for column, schema_field in zip(columns, schema, strict=True)
        ]
        insert(self.connection, _INSERTS[table], pa.Table.from_arrays(arrays, schema=schema))
        rows.clear()


def _read(name: str) -> str:
    return (files("eventlogs.exchange") / "sql" / "ocel" / f"{name}.sql").read_text("utf-8")
