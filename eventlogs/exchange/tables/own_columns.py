"""Columns of a table that was exported from here, on their way back into a log, many rows at a time.

Each different cell of a batch is understood once. What is unforeseen is left to `own_rows`, which reads the
same rows one by one, with the same result or a sentence that names the cell.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.attributes import encode_value
from eventlogs.exchange.json_columns import json_floats, json_rows, json_texts
from eventlogs.exchange.staging import MOMENT
from eventlogs.exchange.tables.notes import Column, TableNotes
from eventlogs.exchange.tables.own_cells import TYPES, said_by

_NEEDED = "activity"


class NotPlainError(Exception):
    """A batch holds something that must be looked at row by row."""


def events_of(columns: Sequence[pa.StringArray], notes: TableNotes) -> pa.Table:
    """Return the events of some rows; `columns` are cells as a text table has them, '' where one is empty.

    Raises `NotPlainError`.
    """
    n_rows = len(columns[0])
    events: dict[str, pa.Array] = {}
    members: list[pa.Array] = []
    for cells, column in zip(columns, notes.columns, strict=True):
        if column.owner == "column":
            events[column.name] = _each(cells, column)
        elif column.owner == "event":
            members.append(_each(cells, column))
    events["attributes"] = json_rows(members, n_rows)
    events["case_id"] = events.get("case_id", pa.nulls(n_rows, pa.string())).fill_null("")
    if _NEEDED not in events or events[_NEEDED].null_count:
        raise NotPlainError
    return pa.table(events)


def case_attributes(columns: Sequence[pa.StringArray], notes: TableNotes) -> pa.Array:
    """Return the attributes of the cases of some rows; raises `NotPlainError`."""
    members = [
        _each(cells, column)
        for cells, column in zip(columns, notes.columns, strict=True)
        if column.owner == "case"
    ]
    return json_rows(members, len(columns[0]))


def _each(cells: pa.StringArray, column: Column) -> pa.Array:
    """Return what each cell says, null where it is empty: a value of the event table, or a member of JSON."""
    coded = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells).dictionary_encode()
    try:
        return _said(coded.dictionary, column).take(coded.indices)
    except (ValueError, OverflowError, pa.ArrowInvalid):
        raise NotPlainError from None


def _said(texts: pa.StringArray, column: Column) -> pa.Array:
    """Return what different cells say; the quick ways say the same as `said_by`."""
    if column.owner == "column":
        if column.name == "occurred_at":
            return texts.cast(MOMENT)
        if column.name not in TYPES and column.kind == "string":
            return _without_apostrophe(texts)
        values = [said_by(text, column) for text in texts.to_pylist()]
        return pa.array(values, TYPES.get(column.name, pa.string()))
    written = _written(texts, column.kind)
    if written is None:
        return pa.array([said_by(text, column) for text in texts.to_pylist()], pa.string())
    return pc.binary_join_element_wise(f"{encode_value(column.name)}:", written, "")


def _written(texts: pa.StringArray, kind: str) -> pa.StringArray | None:
    """Return cells as JSON values; None where they must be looked at one by one."""
    if kind == "string":
        return json_texts(_without_apostrophe(texts))
    if kind not in ("integer", "float") or pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py():
        return None  # Arrow also reads 0x1F
    if kind == "integer":
        return texts.cast(pa.int64()).cast(pa.string())
    return json_floats(texts.cast(pa.float64()))


def _without_apostrophe(texts: pa.StringArray) -> pa.StringArray:
    marked = pc.starts_with(texts, "'")
    if not pc.any(marked).as_py():
        return texts
    return pc.if_else(marked, pc.utf8_slice_codeunits(texts, 1), texts)
