"""The events of the compiled cases as columns, in the order of case and time.

Words become codes here, a batch's different words looked up once each: joining every event with the tables
of words takes DuckDB three times as long as all that is done here.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.choices import Choice
from eventlogs.inserting import one_thread
from eventlogs.sql_files import sql

_BATCH = 1_000_000  # events whose words are held at a time
_CODES = {
    "case_id": "SELECT case_id AS name, case_no AS code FROM compiled_case",
    "activity": "FROM activity_code",
    "role": "FROM role_code",
    "actor": "FROM actor_code",
    "lifecycle": "FROM lifecycle_code",
}
_NONE = -1  # the code of a word that is not looked for
_HALF = 1 << 16

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Marks = npt.NDArray[np.bool_]


def write_trace_events(
    connection: duckdb.DuckDBPyConnection, events: "TraceEvents", stride: int, role_stride: int
) -> None:
    """Write the events of the cases in `compiled_case`, as `trace_event` of `tables.sql` describes them."""
    rows = events.ordered().as_table(stride, role_stride)
    connection.register("trace_events", rows)
    with one_thread(connection):
        connection.execute("INSERT INTO trace_event BY NAME FROM trace_events")
    connection.unregister("trace_events")


@dataclass(frozen=True)
class TraceEvents:
    """Events as codes; `moment` orders them and is no time of the event where it is `untimed`."""

    case_no: Codes
    place: Integers
    moment: Integers  # microseconds since 1970
    untimed: Marks
    activity: Codes
    role: Codes
    actor: Codes
    lifecycle: Codes

    def where(self, rows: "Marks | Integers") -> "TraceEvents":
        """Return some of them, or all in another order."""
        return TraceEvents(*(column[rows] for column in vars(self).values()))

    def ordered(self) -> "TraceEvents":
        """Return them by case, moment and place."""
        order = _order(self.case_no, self.moment, self.place)
        return self if order is None else self.where(order)

    def as_table(self, stride: int, role_stride: int) -> pa.Table:
        """Return the columns of `trace_event` of events in order."""
        n = len(self.case_no)
        ends = np.append(self.case_no[1:] != self.case_no[:-1], True)[:n]
        lacks_wait = ends | self.untimed | np.append(self.untimed[1:], True)[:n]
        wait = np.append(np.diff(self.moment), 0)[:n]
        return pa.table(
            {
                "case_no": self.case_no,
                "pos": _numbered(ends),
                "seq": self.place,
                "activity": self.activity,
                "role": self.role,
                "actor": self.actor,
                "lifecycle": self.lifecycle,
                "occurred_at": pa.array(self.moment, mask=self.untimed).cast(pa.timestamp("us", "UTC")),
                "edge": self.activity.astype(np.int64) * stride + np.where(ends, 0, _next(self.activity)),
                "role_edge": pa.array(self.role.astype(np.int64) * role_stride + _next(self.role), mask=ends),
                "wait": pa.array(wait, mask=lacks_wait),
                "occ": self._occurrences(),
            }
        )

    def _occurrences(self) -> Codes:
        """Return which occurrence of its activity in its case each event is, from 1."""
        order = _stable_order(self.activity)
        case_no, activity = self.case_no[order], self.activity[order]
        ends = np.append((case_no[1:] != case_no[:-1]) | (activity[1:] != activity[:-1]), True)
        occurrences = np.empty(len(order), np.int32)
        occurrences[order] = _numbered(ends[: len(order)]) + 1
        return occurrences


def read_events(connection: duckdb.DuckDBPyConnection, choice: Choice) -> TraceEvents:
    """Return the chosen events of the compiled cases, in no order."""
    words = {name: _Words(connection, query) for name, query in _CODES.items()}
    read = connection.execute(sql("prepared/event_words"), choice.parameters()).to_arrow_reader(_BATCH)
    parts = [_coded(batch, words) for batch in read] or [_coded(read.schema.empty_table(), words)]
    return TraceEvents(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _coded(batch: pa.RecordBatch | pa.Table, words: "dict[str, _Words]") -> list[npt.NDArray[np.generic]]:
    """Return a batch's columns as `TraceEvents` has them, without the events of other cases."""
    codes = {name: words[name].codes(batch[name]) for name in words}
    columns = [
        codes["case_id"],
        batch["place"].to_numpy(),
        batch["ordered_at"].cast(pa.int64()).to_numpy(),
        batch["untimed"].to_numpy(zero_copy_only=False),
        *(np.maximum(codes[name], 0) for name in ("activity", "role", "actor", "lifecycle")),
    ]
    compiled = codes["case_id"] != _NONE
    return columns if compiled.all() else [column[compiled] for column in columns]


class _Words:
    """The codes of a column's words."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        known = connection.execute(query).to_arrow_table()
        self._names = known["name"].combine_chunks()
        self._codes = np.append(known["code"].to_numpy(), _NONE).astype(np.int32)

    def codes(self, texts: pa.Array | pa.ChunkedArray) -> Codes:
        """Return one code per text; -1 where there is none."""
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        coded = texts.dictionary_encode()
        rows = pc.fill_null(pc.index_in(coded.dictionary, value_set=self._names), _NONE)
        found = self._codes[np.append(rows.to_numpy(), _NONE)]
        codes: Codes = found[pc.fill_null(coded.indices, _NONE).to_numpy(zero_copy_only=False)]
        return codes


def _order(case_no: Codes, moment: Integers, place: Integers) -> Integers | None:
    """Return the order by case, moment and place; None if they stand in it.

    Most logs come nearly in it: all events in order of time, or case by case and a few cases not in order.
    """
    order = None if _ascends(place) else np.argsort(place, kind="stable")
    cases, moments = (column if order is None else column[order] for column in (case_no, moment))
    if not _ascends(cases):
        return _then_by(_then_by(order, moment), case_no)
    early = (cases[1:] == cases[:-1]) & (moments[1:] < moments[:-1])
    if not early.any():
        return order
    step = np.arange(len(cases))
    rows = np.flatnonzero(np.isin(cases, cases[1:][early]))
    step[rows] = rows[np.lexsort((moments[rows], cases[rows]))]
    return step if order is None else order[step]


def _then_by(order: Integers | None, keys: npt.NDArray[np.integer]) -> Integers | None:
    taken = keys if order is None else keys[order]
    if _ascends(taken):
        return order
    step = _stable_order(taken)
    return step if order is None else order[step]


def _ascends(keys: npt.NDArray[np.integer]) -> bool:
    return not (keys[1:] < keys[:-1]).any()


def _stable_order(keys: npt.NDArray[np.integer]) -> Integers:
    """Return the order of keys, equal ones as they stand; codes are sorted by halves, in linear time."""
    if keys.dtype != np.int32:
        return np.argsort(keys, kind="stable")
    order = np.argsort((keys % _HALF).astype(np.uint16), kind="stable")
    if keys.max(initial=0) < _HALF:
        return order
    return order[np.argsort((keys[order] // _HALF).astype(np.uint16), kind="stable")]


def _numbered(ends: Marks) -> Codes:
    """Return each row's number in its group, from 0, where `ends` marks the last row of each."""
    places = np.arange(len(ends), dtype=np.int32)
    starts = np.flatnonzero(np.append(True, ends[:-1])[: len(ends)])
    return places - np.repeat(starts, np.diff(np.append(starts, len(ends)))).astype(np.int32)


def _next(codes: Codes) -> Codes:
    return np.append(codes[1:], codes[:1])
