"""The traces of a new log made while its events still come, where its cases come one after the other.

The compile that ends an import kept one processor busy with them, while the other had nothing left to do.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventlogs.compilation import stride_for
from eventlogs.trace_columns import TraceEvents, ascends, columns_of

_LEAST = 1 << 16  # events worth a statement


class TracesAhead:
    """The traces of complete cases, ready to be written one part after the other.

    What is made holds as long as no case comes again and no stride is outgrown (see `hold`); else the compile
    has to write every trace itself.
    """

    def __init__(self) -> None:
        self.begun = False  # whether anything was handed over to be written
        self.of_cases: list[pa.Table] = []  # their sums, as `case_hash` has them
        self.activities: list[npt.NDArray[np.int32]] = []
        self._given_up = False
        self._strides: list[int] = []
        self._made: deque[pa.Table] = deque()
        self._coming: list[TraceEvents] = []  # of cases that may not be complete

    def add(self, events: TraceEvents, n_activities: int, n_roles: int) -> None:
        """Take in the next events, with codes of cases from 1; `n_…` are how many codes there are so far."""
        if self._given_up or not len(events.case_no):
            return
        last = self._coming[-1].case_no[-1] if self._coming else events.case_no[0]
        if last > events.case_no[0] or not ascends(events.case_no):
            self.give_up()
            return
        self._coming.append(events)
        if sum(len(it.case_no) for it in self._coming) >= _LEAST:
            self._make([stride_for(n_activities), stride_for(n_roles)])

    def give_up(self) -> None:
        """Make nothing more, and forget what was made."""
        self._given_up = True
        for held in (self.of_cases, self.activities, self._coming):
            held.clear()

    def made(self) -> Iterator[pa.Table]:
        """Yield the parts of `trace_event` made since the last time."""
        while self._made:
            self.begun = True
            yield self._made.popleft()

    def hold(self, n_activities: int, n_roles: int) -> bool:
        """Tell whether something was made, and as a compile would make it that knows this many codes."""
        return not self._given_up and self._strides == [stride_for(n_activities), stride_for(n_roles)]

    def rest(self) -> TraceEvents:
        """Return the events taken in of which nothing was made."""
        return TraceEvents.joined(self._coming) if self._coming else TraceEvents.none()

    def _make(self, strides: list[int]) -> None:
        if self._strides not in ([], strides):
            self.give_up()
            return
        events = self.rest()
        n_complete = int(np.searchsorted(events.case_no, events.case_no[-1]))
        self._coming = [events.where(slice(n_complete, None))]
        if not n_complete:
            return
        self._strides = strides
        complete = events.where(slice(n_complete))
        part, sums = columns_of([replace(complete, case_no=complete.case_no - 1)], *strides)
        self._made.append(part)
        self.of_cases.append(sums)
        self.activities.append(part["activity"].to_numpy())
