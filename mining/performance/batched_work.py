"""Which work was done in batches: by one person in a row, all of it ready before the first began."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.performance.spans import spans
from mining.performance.waiting_inference import Work, batches

_CASES = "SELECT case_no, case_id FROM trace"
_ACTIVITIES = "SELECT code, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class BatchedWork:
    """A piece of work that was done in a batch of `size`."""

    case_id: str
    activity: str
    size: int


def batched_work(prepared: PreparedLog) -> tuple[BatchedWork, ...]:
    """Return the work done in batches of two and more; the log prepared with all transitions."""
    with spans(prepared) as connection:
        begun = connection.execute(
            sql("performance/begun_instances", "mining"), {"attribute": None}
        ).fetchall()
        cases = dict(connection.execute(_CASES).fetchall())
        names = dict(connection.execute(_ACTIVITIES).fetchall())
    return tuple(BatchedWork(cases[case], names[activity], size) for case, activity, size in _sized(begun))


def _sized(begun: list[tuple[Any, ...]]) -> Iterator[tuple[int, int, int]]:
    for _, rows in groupby(begun, key=lambda row: row[0]):
        own = list(rows)
        numbers = batches([Work(row[1], row[3], row[4], row[5]) for row in own])
        sizes = Counter(numbers)
        yield from (
            (row[7], row[1], sizes[number])
            for row, number in zip(own, numbers, strict=True)
            if sizes[number] > 1
        )
