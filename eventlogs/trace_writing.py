"""The writing of compiled events: the columns of some cases are made while those before them are written."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import duckdb
import numpy as np
import pyarrow as pa

from eventlogs.inserting import one_thread
from eventlogs.sequences import Sequences
from eventlogs.shape import Shape
from eventlogs.trace_columns import PartedEvents, TraceEvents

_AHEAD = 2  # parts made into columns while the one before them is written


class ColumnsAhead:
    """The columns of a log's events, part after part, the first of them being made from now on."""

    def __init__(self, events: PartedEvents, shape: Shape) -> None:
        self.shape = shape
        self._parts = events.parts()
        self._beside = ThreadPoolExecutor(1, "columns")
        self._made: deque[Future[tuple[pa.Table, pa.Table]]] = deque()
        self._make(_AHEAD)

    def __iter__(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Yield the columns of `trace_event` and of `case_hash` for each part; at least one."""
        while self._made:
            part = self._made.popleft().result()
            self._make(1)
            yield part
        self._beside.shutdown()

    def _make(self, n_parts: int) -> None:
        for part in islice(self._parts, n_parts):
            self._made.append(self._beside.submit(_columns, part, self.shape))


def write_trace_events(connection: duckdb.DuckDBPyConnection, columns: ColumnsAhead) -> Sequences:
    """Write the events of the cases in `compiled_case` as `trace_event`, and their sums as `case_hash`.

    Return what the cases went through.
    """
    of_cases, activities = [], []
    with one_thread(connection):
        for part, hashes in columns:
            _execute_on(connection, "INSERT INTO trace_event BY NAME FROM given", part)
            of_cases.append(hashes)
            activities.append(part["activity"].to_numpy())
        cases = pa.concat_tables(of_cases)
        _execute_on(connection, "CREATE OR REPLACE TEMP TABLE case_hash AS FROM given", cases)
    return Sequences(cases["case_no"].to_numpy(), cases["n_events"].to_numpy(), np.concatenate(activities))


def _columns(part: list[TraceEvents], shape: Shape) -> tuple[pa.Table, pa.Table]:
    events = TraceEvents.joined(part).ordered()
    return events.as_table(shape), events.as_cases()


def _execute_on(connection: duckdb.DuckDBPyConnection, statement: str, given: pa.Table) -> None:
    connection.register("given", given)
    connection.execute(statement)
    connection.unregister("given")
