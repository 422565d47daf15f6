"""The directly-follows graph by itself, at the speed of a scan: counts and waits without a whole map."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from eventlogs.events import Attribute
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.shape import SECOND, shape_of
from mining.cases.case_groups import group_values

Pair = tuple[str, str]

_COUNTS = "SELECT edge, frequency FROM arc WHERE attribute = 0"
_COUNTS_BY = "SELECT code, edge, frequency FROM arc WHERE attribute = $attribute"
_WAITS = "SELECT edge, avg(waited) AS mean, median(waited) AS median FROM trace_event GROUP BY edge"
_WAITS_BY = """
    SELECT code, edge, avg(waited) AS mean, median(waited) AS median
    FROM trace_event
    JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
    GROUP BY code, edge
"""
_DURATIONS = "SELECT duration / 1e6 AS seconds FROM trace WHERE duration IS NOT NULL"
_ACTIVITIES = "SELECT code, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class Wait:
    """The time between two directly following events, in seconds; None without times."""

    mean: float | None
    median: float | None


def directly_follows(prepared: PreparedLog) -> dict[Pair, int]:
    """Return how often each activity is directly followed by which."""
    with prepared.reading() as connection:
        names = _Names(connection)
        found = connection.execute(_COUNTS).fetchall()
    return {pair: n for edge, n in found if (pair := names.pair(edge))}


def directly_follows_by(prepared: PreparedLog, attribute: str) -> dict[Attribute, dict[Pair, int]]:
    """Return the same for each group of cases that share a value; their sums are those of all cases."""
    number = prepared.attribute(attribute)
    with prepared.reading() as connection:
        names, values = _Names(connection), group_values(connection, number)
        found = connection.execute(_COUNTS_BY, {"attribute": number}).fetchnumpy()
    codes, edges, counts = (np.asarray(found[name]) for name in ("code", "edge", "frequency"))
    rows = np.flatnonzero(edges % names.stride)  # but for where a case ends
    rows = rows[np.argsort(codes[rows], kind="stable")]  # they stand so in a log just compiled
    pairs, n_times = names.pairs(edges[rows]), counts[rows].tolist()
    of_groups, begins = np.unique(codes[rows], return_index=True)
    stretches = pairwise((*begins.tolist(), len(pairs)))
    return {
        values.get(code): dict(zip(pairs[begin:end], n_times[begin:end], strict=True))
        for code, (begin, end) in zip(of_groups.tolist(), stretches, strict=True)
    }


def waits(prepared: PreparedLog) -> dict[Pair, Wait]:
    """Return how long each activity waits for its direct successor."""
    with prepared.reading() as connection:
        names = _Names(connection)
        found = connection.execute(_WAITS).fetchall()
    return {pair: names.wait(mean, median) for edge, mean, median in found if (pair := names.pair(edge))}


def waits_by(prepared: PreparedLog, attribute: str) -> dict[Attribute, dict[Pair, Wait]]:
    """Return the same for each group of cases that share a value."""
    number = prepared.attribute(attribute)
    groups: dict[Attribute, dict[Pair, Wait]] = defaultdict(dict)
    with prepared.reading() as connection:
        names, values = _Names(connection), group_values(connection, number)
        found = connection.execute(_WAITS_BY, {"attribute": number}).fetchall()
    for code, edge, mean, median in found:
        if pair := names.pair(edge):
            groups[values.get(code)][pair] = names.wait(mean, median)
    return dict(groups)


def case_durations(prepared: PreparedLog) -> npt.NDArray[np.float64]:
    """Return how long each case with times took from its first event to its last, in seconds."""
    with prepared.reading() as connection:
        return np.asarray(connection.execute(_DURATIONS).fetchnumpy()["seconds"], dtype=np.float64)


class _Names:
    """The names of packed pairs, and waits in seconds."""

    def __init__(self, connection: Connection) -> None:
        self._activities: Mapping[int, str] = dict(connection.execute(_ACTIVITIES).fetchall())
        self.stride, _, unit = shape_of(connection)
        self._per_second = SECOND / unit
        self._pairs: dict[int, Pair | None] = {}

    def pairs(self, edges: npt.NDArray[np.int64]) -> list[Pair]:
        """Return source and target of each, none of which is where a case ends."""
        known, places = np.unique(edges, return_inverse=True)
        of_known = np.fromiter(map(self.pair, known.tolist()), np.object_, len(known))
        found: list[Pair] = of_known[places].tolist()
        return found

    def wait(self, mean: float | None, median: float | None) -> Wait:
        """Return waits in seconds from those in the log's unit."""
        if mean is None or median is None:
            return Wait(None, None)
        return Wait(mean / self._per_second, median / self._per_second)

    def pair(self, edge: int) -> Pair | None:
        """Return source and target; None where the case ends."""
        if edge not in self._pairs:
            source, target = divmod(edge, self.stride)
            self._pairs[edge] = (self._activities[source], self._activities[target]) if target else None
        return self._pairs[edge]
