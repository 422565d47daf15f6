"""The words of a new log's events as codes, gathered while they are written.

The compile that ends an import then need not read the events back and code their words once more, which
took half of its time.
"""

from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventlogs.inserting import insert
from eventlogs.parted_events import PartedEvents
from eventlogs.shape import Shape
from eventlogs.spill_file import SpillFile
from eventlogs.trace_columns import TraceEvents
from eventlogs.trace_writing import ColumnsAhead

Codes = npt.NDArray[np.int32]

WORDS = (
    "case_id", "activity", "lifecycle", "role", "tool", "actor", "attributes", "evidence", "correction",
    "corrects",
)  # fmt: skip
_CODED = ("case_id", "activity", "role", "actor", "lifecycle")
_ADD_WORDS = {
    "activity": "INSERT INTO activity_code FROM staged_rows",
    "role": "INSERT INTO role_code FROM staged_rows",
    "actor": "INSERT INTO actor_code FROM staged_rows",
    "lifecycle": "INSERT INTO lifecycle_code FROM staged_rows",
    "case_id": "CREATE OR REPLACE TEMP TABLE compiled_case AS FROM staged_rows AS words(case_no, case_id)",
}


def coded(rows: pa.Table) -> pa.Table:
    """Return events with their words coded, a dictionary for each column of the batch."""
    for name in WORDS:
        place = rows.schema.get_field_index(name)
        column = rows.column(place).combine_chunks()
        if not pa.types.is_dictionary(column.type):
            rows = rows.set_column(place, name, column.dictionary_encode())
    return rows


class EventCodes:
    """A log's events as codes, in recorded order; `plain` as long as nothing else bears on their traces.

    Corrections, missing times and events of several cases do. Many are put aside in a file in `folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.plain = True
        self.n_events = 0
        self._words = {name: _Words() for name in _CODED}
        self._events = PartedEvents(SpillFile(folder))
        self._columns: ColumnsAhead | None = None

    def add(self, rows: pa.Table) -> Codes:
        """Take in a batch of coded events and return the numbers of their cases, '' being one too."""
        codes = {name: words.codes(rows[name].combine_chunks()) for name, words in self._words.items()}
        self.n_events += len(rows)
        self.plain = self.plain and _is_plain(rows)
        if self.plain:
            moments = rows["occurred_at"].combine_chunks().cast(pa.int64()).to_numpy()
            words, *others = codes.values()
            places, timed = rows["seq"].to_numpy(), np.zeros(len(rows), bool)
            events = TraceEvents(self._numbers(words), places, moments, timed, *others)
            caseless = events.case_no < 0
            self._events.add(events.where(~caseless) if caseless.any() else events)
        else:
            self._events = PartedEvents(SpillFile(None))
        cases: Codes = codes["case_id"] - 1
        return cases

    def names(self, column: str) -> pa.StringArray:
        """Return the different words of a column in the order they came."""
        return pa.array(self._words[column].known, pa.string())

    @property
    def n_cases(self) -> int:
        """How many cases there are, without ''."""
        return len(self._words["case_id"].known) - ("" in self._words["case_id"].known)

    @property
    def n_activities(self) -> int:
        """How many activities there are."""
        return len(self._words["activity"].known)

    def write_words(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write the codes of words, and the cases with their numbers, as the compile would find them."""
        for column, sql in _ADD_WORDS.items():
            words = pa.table({"code": self._codes_of(column), "name": self.names(column)})
            if column == "case_id":
                words = words.filter(pa.array(words["code"].to_numpy() >= 0))
            insert(connection, sql, words)

    @property
    def suffices(self) -> bool:
        """Whether a compile needs nothing but these codes."""
        return self.plain and self.n_events > 0

    def columns(self) -> ColumnsAhead:
        """Return the columns of the events that belong to a case, being made since this was first asked."""
        if self._columns is None:
            n_activities, n_roles = (len(self._words[word].known) for word in ("activity", "role"))
            shape = Shape.for_codes(n_activities, n_roles, self._events.wait_unit)
            self._columns = ColumnsAhead(self._events, shape)
        return self._columns

    def _codes_of(self, column: str) -> Codes:
        """Return the code of each word; cases count from 0, and '' is none."""
        codes = np.arange(1, len(self._words[column].known) + 1, dtype=np.int32)
        return codes if column != "case_id" else self._numbers(codes)

    def _numbers(self, words: Codes) -> Codes:
        """Return the numbers of cases by the codes of their words, -1 for '', which is none."""
        numbers: Codes = words - 1
        caseless = self._words["case_id"].known.get("")
        if caseless is not None:
            numbers[words >= caseless] -= 1
            numbers[words == caseless] = -1
        return numbers


class _Words:
    """Words in the order they came, each with a code from 1; 0 stands for none."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def codes(self, column: pa.DictionaryArray) -> Codes:
        """Return the codes of a batch's words."""
        known = self.known
        of_words = [known.setdefault(word, len(known) + 1) for word in column.dictionary.to_pylist()]
        if not column.null_count:
            places = column.indices.to_numpy()
        else:
            places = column.indices.fill_null(len(of_words)).to_numpy(zero_copy_only=False)
        codes: Codes = np.array([*of_words, 0], np.int32)[places]
        return codes


def _is_plain(rows: pa.Table) -> bool:
    linked = any(len(rows[name].combine_chunks().flatten()) for name in ("objects", "changes"))
    return not (linked or rows["occurred_at"].null_count or rows["correction"].null_count < len(rows))
