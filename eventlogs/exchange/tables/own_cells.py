"""Single cells of a table that was exported from here, as what an event or a case holds."""

from datetime import datetime
from typing import Any, cast

import pyarrow as pa

from eventlogs.attributes import encode
from eventlogs.events import Attribute
from eventlogs.exchange.staging import CHANGE, LINK, MOMENT
from eventlogs.exchange.tables.notes import Column, value_of

_LISTS = {"objects": {it.name for it in LINK}, "changes": {it.name for it in CHANGE}}  # of maps of texts
TYPES = {
    "evidence": pa.string(),
    "occurred_at": MOMENT,
    "objects": pa.list_(LINK),
    "changes": pa.list_(CHANGE),
}


def typed(cell: Any, column: Column) -> Attribute:
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


def said_by(cell: str, column: Column) -> object:
    """Return what a cell of text says; raises `ValueError` where it is not of its column's kind."""
    return said(value_of(cell, column.kind), column)


def said(value: Attribute, column: Column) -> object:
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
        name not in TYPES and isinstance(value, str)
    ):
        return value
    raise ValueError(value)
