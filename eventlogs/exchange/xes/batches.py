"""Cells of a plain XES piece as events and cases, ready for the `LogWriter`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.attributes import encode_value
from eventlogs.events import Attribute
from eventlogs.exchange.classifiers import JOINED_BY
from eventlogs.exchange.json_columns import json_floats, json_moments, json_objects
from eventlogs.exchange.lifecycles import our_lifecycles
from eventlogs.exchange.moments import zoned_moments
from eventlogs.exchange.xes.columns import (
    BOOLEAN,
    DATE,
    FLOAT,
    ID,
    INT,
    STRING,
    Cells,
    NotPlainError,
    cells_of,
)
from eventlogs.exchange.xes.head_reader import XesPlan
from eventlogs.exchange.xes.text import plain_name

_BOOLEANS = (b"true", b"false")


@dataclass(frozen=True)
class Piece:
    """Some whole traces: their names (null where a trace has none), attributes, and events in file order.

    `events` has all columns of an event but its case; `trace_of_event` numbers the traces from 0, and is -1
    where an event stands outside of traces. `n_lines` is how many lines it has in the file.
    """

    names: pa.StringArray
    attributes: pa.StringArray
    events: pa.Table
    trace_of_event: np.ndarray
    n_lines: int = 0


def plain_piece(piece: bytes, plan: XesPlan) -> Piece | None:
    """Return a piece of whole traces read the quick way; None if it is not plain enough."""
    try:
        cells = cells_of(piece)
        if plan.own:
            cells.keys[:] = map(plain_name, cells.keys)
        traces = _Owners(cells, ~cells.in_event, cells.n_traces, plan)
        events = _Owners(cells, cells.in_event, len(cells.trace_of_event), plan)
        names = traces.texts(plan.case)
        return Piece(
            names=names,
            attributes=traces.attributes({plan.case}, plan.trace_defaults, {plan.case}),
            events=_events(events, plan),
            trace_of_event=cells.trace_of_event,
            n_lines=cells.n_lines,
        )
    except (NotPlainError, pa.ArrowInvalid):
        return None


def _events(events: "_Owners", plan: XesPlan) -> pa.Table:
    columns: dict[str, pa.Array] = {"activity": _activities(events, plan)}
    for key, column in plan.columns.items():
        if column == "activity" or key not in events.keys:
            continue
        if column == "occurred_at":
            columns[column] = events.moments(key)
        elif column in ("evidence", "objects", "changes"):
            raise NotPlainError
        else:
            columns[column] = events.texts(key)
    for key, column in plan.columns.items():
        default = plan.event_defaults.get(key)
        if default is not None and column not in ("activity", "occurred_at"):
            given = columns.get(column, pa.nulls(events.n, pa.string()))
            columns[column] = pc.fill_null(given, str(default))
    if "lifecycle" in columns:
        columns["lifecycle"] = our_lifecycles(columns["lifecycle"])
    taken = {*plan.columns, *(plan.activity if len(plan.activity) == 1 else ())}
    columns["attributes"] = events.attributes(taken, plan.event_defaults, set(plan.columns))
    return pa.table(columns)


def _activities(events: "_Owners", plan: XesPlan) -> pa.StringArray:
    parts = []
    for key in plan.activity:
        part = events.texts(key)
        if part.null_count and key in plan.event_defaults:
            part = pc.fill_null(part, str(plan.event_defaults[key]))
        parts.append(part)
    if any(part.null_count for part in parts):
        raise NotPlainError
    return reduce(lambda left, right: pc.binary_join_element_wise(left, right, JOINED_BY), parts)


class _Owners:
    """The traces of a piece, or its events, with their attributes sorted by key."""

    def __init__(self, cells: Cells, mine: np.ndarray, n: int, plan: XesPlan) -> None:
        self.n = n
        self._cells, self._plan = cells, plan
        rows = np.flatnonzero(mine)
        by_key = rows[np.argsort(cells.key[rows].astype(np.uint16), kind="stable")]
        codes = cells.key[by_key]
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = np.append(starts[1:], len(codes))[: len(starts)]
        self.keys = {
            cells.keys[codes[start]]: by_key[start:end] for start, end in zip(starts, ends, strict=True)
        }
        for own in self.keys.values():
            if (np.diff(cells.owner[own]) <= 0).any():  # a key twice in one element
                raise NotPlainError

    def texts(self, key: str) -> pa.StringArray:
        """Return one text per owner; null where it lacks the key."""
        rows = self.keys.get(key)
        if rows is None:
            return pa.nulls(self.n, pa.string())
        values = self._cells.texts(rows)
        return values if len(rows) == self.n else self._spread(rows, values)

    def moments(self, key: str) -> pa.TimestampArray:
        """Return one moment per owner; null where it lacks the key."""
        rows = self.keys[key]
        values = zoned_moments(self._cells.raw(rows).cast(pa.string()), self._plan.timezone)
        return values if len(rows) == self.n else self._spread(rows, values)

    def attributes(
        self, taken: set[str], defaults: Mapping[str, Attribute], undefaulted: set[str]
    ) -> pa.StringArray:
        """Return one JSON object per owner of the attributes whose keys are not `taken`, in file order."""
        kept = [rows for key, rows in self.keys.items() if key not in taken]
        if not kept and not defaults:
            return pa.repeat(pa.scalar("{}"), self.n)
        rows = np.sort(np.concatenate(kept)) if kept else np.empty(0, dtype=np.int64)
        owners = self._cells.owner[rows]
        fragments = self._fragments(rows)
        for key, default in defaults.items():
            if key not in undefaulted and key not in taken:
                missing = np.setdiff1d(np.arange(self.n), self._cells.owner[self.keys.get(key, rows[:0])])
                fragment = f"{encode_value(self._plan.names.get(key, key))}:{encode_value(default)}"
                owners = np.concatenate((owners, missing))
                fragments = pa.concat_arrays([fragments, pa.array([fragment] * len(missing), pa.string())])
        if len(owners) > len(rows):
            order = np.argsort(owners, kind="stable")
            owners, fragments = owners[order], fragments.take(pa.array(order))
        return json_objects(fragments, np.bincount(owners, minlength=self.n))

    def _spread(self, rows: np.ndarray, values: pa.Array) -> pa.Array:
        places = np.full(self.n, -1, dtype=np.int64)
        places[self._cells.owner[rows]] = np.arange(len(rows))
        return values.take(pa.array(places, mask=places < 0))

    def _fragments(self, rows: np.ndarray) -> pa.StringArray:
        """Return `"key":value` for each row."""
        types = self._cells.type[rows]
        parts, places = [], []
        for type_ in (STRING, DATE, INT, FLOAT, BOOLEAN, ID):
            where = np.flatnonzero(types == type_)
            if len(where):
                parts.append(self._typed(rows[where], type_))
                places.append(where)
        if len(parts) <= 1:
            return parts[0] if parts else pa.array([], pa.string())
        order = np.empty(len(rows), dtype=np.int64)
        order[np.concatenate(places)] = np.arange(len(rows))
        return pa.concat_arrays(parts).take(pa.array(order))

    def _typed(self, rows: np.ndarray, type_: int) -> pa.StringArray:
        opening = {STRING: '"', ID: '{"$id":"'}.get(type_, "")
        names = [
            f"{encode_value(self._plan.names.get(key, key))}:{opening}".encode() for key in self._cells.keys
        ]
        prefixes = pa.array(names, pa.binary()).take(pa.array(self._cells.key[rows]))
        values = self._values(rows, type_)
        closing = {STRING: b'"', ID: b'"}'}.get(type_, b"")
        joined = pc.binary_join_element_wise(prefixes, values, closing, b"")
        return pa.StringArray.from_buffers(len(joined), *joined.buffers()[1:])

    def _values(self, rows: np.ndarray, type_: int) -> pa.BinaryArray:
        if type_ in (STRING, ID):
            return self._cells.json(rows)
        raw = self._cells.raw(rows)
        if type_ == BOOLEAN:
            if not pc.all(pc.is_in(raw, pa.array(_BOOLEANS, pa.binary()))).as_py():
                raise NotPlainError
            return raw
        texts = raw.cast(pa.string())
        if type_ == DATE:
            return json_moments(zoned_moments(texts, self._plan.timezone)).cast(pa.binary())
        return _numbers(texts, type_).cast(pa.binary())


def _numbers(texts: pa.StringArray, type_: int) -> pa.StringArray:
    if pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py():  # Arrow also reads 0x1F
        raise NotPlainError
    if type_ == INT:
        return texts.cast(pa.int64()).cast(pa.string())
    numbers = json_floats(texts.cast(pa.float64()))
    if numbers is None:
        raise NotPlainError
    return numbers
