"""Which work was done in batches: by one person in a row, all of it ready before the first began."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from eventlogs.prepared import PreparedLog
from mining.performance.begun_work import begun_work
from mining.performance.waiting_inference import batches


@dataclass(frozen=True, slots=True)
class BatchedWork:
    """A piece of work that was done in a batch of `size`."""

    case_id: str
    activity: str
    size: int


def batched_work(prepared: PreparedLog) -> Iterator[BatchedWork]:
    """Yield the work done in batches of two and more; the log prepared with all transitions."""
    for own in begun_work(prepared):
        numbers = batches([one.work for one in own])
        sizes = Counter(numbers)
        for one, number in zip(own, numbers, strict=True):
            if sizes[number] > 1:
                yield BatchedWork(one.case_id, one.activity, sizes[number])
