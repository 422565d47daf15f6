"""The traces of a log, each distinct one once with the number of cases that follow it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray

from eventlogs.prepared import PreparedLog

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Traces:
    """Distinct traces as one flat array of activity codes.

    Trace `i` is `codes[starts[i]:starts[i + 1]]`, `activities` names the codes, and `counts[i]` cases
    follow it.
    """

    activities: tuple[str, ...]
    codes: NDArray[np.int32]
    starts: Integers
    counts: Integers

    @classmethod
    def of(cls, sequences: Iterable[Sequence[str]]) -> "Traces":
        """Return the traces of `sequences`, one of activities per case, in order of first appearance."""
        counted = Counter(tuple(sequence) for sequence in sequences)
        activities = tuple(sorted({activity for trace in counted for activity in trace}))
        code = {activity: number for number, activity in enumerate(activities)}
        lengths = [len(trace) for trace in counted]
        return cls(
            activities,
            np.fromiter((code[a] for trace in counted for a in trace), np.int32, sum(lengths)),
            np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))),
            np.fromiter(counted.values(), np.int64, len(counted)),
        )

    def __len__(self) -> int:
        return len(self.counts)

    def trace(self, number: int) -> tuple[str, ...]:
        """Return the activities of one distinct trace."""
        return tuple(
            self.activities[code] for code in self.codes[self.starts[number] : self.starts[number + 1]]
        )

    @cached_property
    def lengths(self) -> Integers:
        """The number of events of each distinct trace."""
        return np.diff(self.starts)

    @property
    def n_cases(self) -> int:
        """How many cases there are."""
        return int(self.counts.sum())


_ACTIVITIES = "SELECT name FROM activity_code ORDER BY code"
_VARIANTS = "SELECT variant, n_cases, len(activities) AS n FROM variant WHERE n_cases > 0 ORDER BY variant"
_STEPS = """
    SELECT unnest(activities)::INTEGER - 1 AS code
    FROM (SELECT activities FROM variant WHERE n_cases > 0 ORDER BY variant)
"""

_VALUES = "SELECT code, json_extract_string(value, '$') FROM attribute_value WHERE attribute = $attribute"
_GROUP_COUNTS = """
    SELECT coalesce(code, 0)::INTEGER AS code, variant, count(*) AS n
    FROM trace
    LEFT JOIN (FROM case_attribute WHERE attribute = $attribute) USING (case_no)
    GROUP BY ALL
"""


def traces_of(prepared: PreparedLog) -> Traces:
    """Return the distinct traces of a prepared log, in the order of its variants."""
    return numbered_traces(prepared)[0]


def numbered_traces(prepared: PreparedLog) -> tuple[Traces, Integers]:
    """Return the distinct traces of a prepared log, and the number of the variant that each is."""
    with prepared.reading() as connection:
        return _read(connection)


def grouped_traces(prepared: PreparedLog, attribute: str) -> tuple[Traces, dict[str | None, Integers]]:
    """Return the distinct traces, and for each value of a case attribute how many cases follow each.

    The cases without a value stand under None.
    """
    asked = {"attribute": prepared.attribute(attribute)}
    with prepared.reading() as connection:
        traces, variants = _read(connection)
        values: dict[int, str | None] = dict(connection.execute(_VALUES, asked).fetchall())
        found = connection.execute(_GROUP_COUNTS, asked).fetchnumpy()
    rows = np.searchsorted(variants, found["variant"])
    counts: dict[str | None, Integers] = {}
    for code in np.unique(found["code"]).tolist():
        of_group = found["code"] == code
        group = counts.setdefault(values.get(code), np.zeros(len(traces), np.int64))
        group[rows[of_group]] += found["n"][of_group]
    return traces, dict(sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or "")))


def _read(connection: duckdb.DuckDBPyConnection) -> tuple[Traces, Integers]:
    """Return the traces, and the number of the variant that each is."""
    activities = tuple(name for (name,) in connection.execute(_ACTIVITIES).fetchall())
    variants = connection.execute(_VARIANTS).fetchnumpy()
    codes = connection.execute(_STEPS).fetchnumpy()["code"]
    starts = np.concatenate(([0], np.cumsum(variants["n"], dtype=np.int64)))
    counts = np.asarray(variants["n_cases"], np.int64)
    return Traces(activities, np.asarray(codes, np.int32), starts, counts), np.asarray(
        variants["variant"], np.int64
    )
