"""The words of a new log's events as codes, gathered while they are written.

The compile that ends an import then need not read the events back and code their words once more, which
took half of its time.
"""

from dataclasses import replace

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventlogs.shape import Shape
from eventlogs.trace_columns import PartedEvents, TraceEvents
from eventlogs.trace_writing import ColumnsAhead

Codes = npt.NDArray[np.int32]

WORDS = (
    "case_id", "activity", "lifecycle", "role", "tool", "actor", "attributes", "evidence", "correction",
    "corrects",
)  # fmt: skip
_CODED = ("case_id", "activity", "role", "actor", "lifecycle")
_ADD_WORDS = {
    "activity": "INSERT INTO activity_code FROM words",
    "role": "INSERT INTO role_code FROM words",
    "actor": "INSERT INTO actor_code FROM words",
    "lifecycle": "INSERT INTO lifecycle_code FROM words",
    "case_id": "CREATE OR REPLACE TEMP TABLE compiled_case AS FROM words AS words(case_no, case_id)",
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

    Corrections, missing times and events of several cases do.
    """

    def __init__(self) -> None:
        self.plain = True
        self.n_events = 0
        self._words = {name: _Words() for name in _CODED}
        self._parts: list[TraceEvents] = []  # with the words of cases in place of their numbers
        self._columns: ColumnsAhead | None = None

    def add(self, rows: pa.Table) -> Codes:
        """Take in a batch of coded events and return the numbers of their cases, '' being one too."""
        codes = {name: words.codes(rows[name].combine_chunks()) for name, words in self._words.items()}
        self.n_events += len(rows)
        self.plain = self.plain and _is_plain(rows)
        if self.plain:
            moments = rows["occurred_at"].combine_chunks().cast(pa.int64()).to_numpy()
            case, *others = codes.values()
            places = rows["seq"].to_numpy()
            self._parts.append(TraceEvents(case, places, moments, np.zeros(len(rows), bool), *others))
        else:
            self._parts.clear()
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
            connection.register("words", words)
            connection.execute(sql)
            connection.unregister("words")

    @property
    def suffices(self) -> bool:
        """Whether a compile needs nothing but these codes."""
        return self.plain and self.n_events > 0

    def columns(self) -> ColumnsAhead:
        """Return the columns of the events that belong to a case, being made since this was first asked."""
        if self._columns is None:
            events = self._events()
            n_activities, n_roles = (len(self._words[word].known) for word in ("activity", "role"))
            self._columns = ColumnsAhead(events, Shape.for_codes(n_activities, n_roles, events.wait_unit))
        return self._columns

    def _events(self) -> PartedEvents:
        """Hand over the events that belong to a case."""
        numbers = self._codes_of("case_id")
        found = PartedEvents(self.n_cases, self.n_events)
        for part in self._parts:
            events = replace(part, case_no=numbers[part.case_no - 1])
            found.add(events if self.n_cases == len(numbers) else events.where(events.case_no >= 0))
        self._parts.clear()
        return found

    def _codes_of(self, column: str) -> Codes:
        """Return the code of each word; cases count from 0, and '' is none."""
        n = len(self._words[column].known)
        if column != "case_id":
            return np.arange(1, n + 1, dtype=np.int32)
        numbers = np.arange(n, dtype=np.int32)
        caseless = self._words[column].known.get("")
        if caseless is None:
            return numbers
        numbers[caseless:] -= 1
        numbers[caseless - 1] = -1
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
