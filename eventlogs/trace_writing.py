"""The writing of compiled events: the columns of some cases are made while those before them are written."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pyarrow as pa

from eventlogs.inserting import insert, one_thread
from eventlogs.parted_events import PartedEvents
from eventlogs.sequences import Sequences
from eventlogs.shape import Shape
from eventlogs.spill_file import SpillFile, spill_folder

_ADD_EVENTS = "INSERT INTO trace_event BY NAME FROM staged_rows"
_MAKE_CASES = "CREATE OR REPLACE TEMP TABLE case_hash AS FROM staged_rows"
_AHEAD = 2  # parts made into columns while the one before them is written


class ColumnsAhead:
    """The columns of a log's events, part after part, the first of them being made from now on."""

    def __init__(self, events: PartedEvents, shape: Shape) -> None:
        self.shape = shape
        self._parts = events.parts()
        self._beside = ThreadPoolExecutor(1, "columns")
        self._made = deque(self._beside.submit(self._next) for _ in range(_AHEAD))

    def __iter__(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Yield the columns of `trace_event` and of `case_hash` for each part; at least one."""
        while made := self._made.popleft().result():
            self._made.append(self._beside.submit(self._next))
            yield made
        self._beside.shutdown()

    def _next(self) -> tuple[pa.Table, pa.Table] | None:
        part = next(self._parts, None)
        if part is None:
            return None
        events = part.ordered()
        return events.as_table(self.shape), events.as_cases()


def write_trace_events(connection: duckdb.DuckDBPyConnection, columns: ColumnsAhead) -> Sequences:
    """Write the events of the cases in `compiled_case` as `trace_event`, and their sums as `case_hash`.

    Return what the cases went through.
    """
    of_cases, sequences = [], Sequences(SpillFile(spill_folder(connection)))
    with one_thread(connection):
        for part, hashes in columns:
            insert(connection, _ADD_EVENTS, part)
            of_cases.append(hashes)
            numbers, lengths = (hashes[name].to_numpy() for name in ("case_no", "n_events"))
            sequences.add(numbers, lengths, part["activity"].to_numpy())
        insert(connection, _MAKE_CASES, pa.concat_tables(of_cases))
    return sequences
