"""Rows of a table that was exported from here, on their way back into a log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from eventlogs.attributes import encode
from eventlogs.errors import ImportRefusedError
from eventlogs.events import Attribute
from eventlogs.exchange.log_writer import LogWriter
from eventlogs.exchange.remembered import Remembered
from eventlogs.exchange.staging import CHANGE, LINK, MOMENT
from eventlogs.exchange.tables.notes import Column, TableNotes, value_of

_BATCH = 5_000  # rows
_LISTS = {"objects": {it.name for it in LINK}, "changes": {it.name for it in CHANGE}}  # of maps of texts
_TYPES = {
    "evidence": pa.string(),
    "occurred_at": MOMENT,
    "objects": pa.list_(LINK),
    "changes": pa.list_(CHANGE),
}


@dataclass
class OwnRows:
    """Rows on their way into the log, with the cases they name."""

    path: Path
    notes: TableNotes
    writer: LogWriter
    _events: list[dict[str, object]] = field(default_factory=list)
    _cases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = [Remembered(partial(_said_by, column=it)) for it in self.notes.columns]

    def add(self, number: int, cells: Sequence[Any]) -> None:
        """Put one row in; cells are text, or values where the format has types."""
        event: dict[str, object] = {}
        members: dict[str, list[str]] = {"event": [], "case": []}
        for column, known, cell in zip(self.notes.columns, self._known, cells, strict=True):
            if cell is None or cell == "":
                continue
            try:
                said = known[cell] if isinstance(cell, str) else _said(_typed(cell, column), column)
            except (ValueError, OverflowError):
                raise self._refusal(number, column.header, str(cell)) from None
            if column.owner == "column":
                event[column.name] = said
            else:
                members[column.owner].append(cast(str, said))
        event["attributes"] = "{" + ",".join(members["event"]) + "}"
        case_id = str(event.setdefault("case_id", ""))
        if case_id and case_id not in self._cases:
            self._cases[case_id] = "{" + ",".join(members["case"]) + "}"
        if "activity" not in event:
            raise self._refusal(number, "concept:name", "")
        self._events.append(event)
        if len(self._events) >= _BATCH:
            self._flush()

    def finish(self) -> None:
        """Write what waits, then the cases."""
        self._flush()
        ids, attributes = list(self._cases), list(self._cases.values())
        types = [self.writer.case_type] * len(ids)
        texts = [pa.array(it, pa.string()) for it in (ids, types, attributes)]
        self.writer.add_objects(pa.table(texts, ["object_id", "object_type", "attributes"]))

    def _flush(self) -> None:
        names = dict.fromkeys(name for event in self._events for name in event)
        columns = {
            name: pa.array([event.get(name) for event in self._events], _TYPES.get(name, pa.string()))
            for name in names
        }
        if columns:
            self.writer.add_events(pa.table(columns))
        self._events.clear()

    def _refusal(self, number: int, column: str, cell: str) -> ImportRefusedError:
        return ImportRefusedError(
            "{file}, row {row}, column {column}: {value} is not what was exported there; mend it, or "
            "take the column or sheet retrofit:notes out of the file to have its columns guessed instead",
            file=self.path.name,
            row=number,
            column=column,
            value=repr(cell),
        )


def _typed(cell: Any, column: Column) -> Attribute:
    """Return a cell of a format with types as its column's kind: workbooks do not tell 1 from 1.0.

    Raises `ValueError` where it is not of that kind.
    """
    if column.kind in ("float", "integer", "boolean") and not isinstance(cell, int | float):
        raise ValueError(cell)
    if column.kind == "float":
        return float(cell)
    if column.kind == "integer":
        return int(cell)
    if column.kind == "boolean":
        return bool(cell)
    return cast(Attribute, cell) if isinstance(cell, datetime) else str(cell)


def _said_by(cell: str, column: Column) -> object:
    return _said(value_of(cell, column.kind), column)


def _said(value: Attribute, column: Column) -> object:
    """Return what an event holds in a column of its own, or the member of an object of attributes as JSON."""
    if column.owner == "column":
        return _column_value(column.name, value)
    return encode({column.name: value})[1:-1]


def _column_value(name: str, value: Attribute) -> object:
    """Return what a column of the event table holds; raises `ValueError` where `value` is none of it."""
    if name == "evidence" and isinstance(value, dict):
        return encode(value)
    if name in _LISTS and isinstance(value, list):
        texts = [
            isinstance(it, dict) and it.keys() == _LISTS[name] and set(map(type, it.values())) for it in value
        ]
        if all(kinds == {str} for kinds in texts):
            return value
    if (name == "occurred_at" and isinstance(value, datetime)) or (
        name not in _TYPES and isinstance(value, str)
    ):
        return value
    raise ValueError(value)
