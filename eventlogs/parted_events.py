"""Events parted by their cases as they come, so that each part is put in order by itself, and quickly."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import duckdb
import numpy as np
import pyarrow as pa

from eventlogs.choices import Choice
from eventlogs.spill_file import Span, SpillFile, spill_folder
from eventlogs.sql_files import sql
from eventlogs.trace_columns import TraceEvents, ascends, stable_order
from eventlogs.wait_units import Moments

_BATCH = 1 << 17  # events read at a time
_BUFFER = "SET streaming_buffer_size = '64MB'"  # so that events are read while those before them are parted
_PART = 1 << 18  # events of a part, about: what a processor can keep at hand
_MOST_IN_PART = 4 * _PART
_LEAST_WIDTH = 64  # cases, where the width is told by the first events only; later cases may be short
_MOST_HELD = 1 << 20  # events held in memory, of 37 bytes each; more are put aside in a file


class PartedEvents:
    """Events of the cases from `first_case` on, in parts of `width` cases each.

    Without a width it is chosen when the first events are put aside, or when the parts are asked for.
    """

    def __init__(self, spill: SpillFile, width: int | None = None, first_case: int = 0) -> None:
        self._spill = spill
        self._width = width
        self._first_case = first_case
        self._pieces: list[TraceEvents] = []  # that came before there was a width
        self._held: dict[int, list[TraceEvents]] = {}  # by part
        self._put_aside: dict[int, list[Span]] = {}
        self._n_held = 0
        self._moments = Moments()

    @property
    def wait_unit(self) -> int:
        """The largest unit in which all waits are whole numbers (see `wait_units`), in microseconds."""
        return self._moments.unit

    def add(self, events: TraceEvents) -> None:
        """Take in some events."""
        self._moments.add(events.moment if not events.untimed.any() else events.moment[~events.untimed])
        self._n_held += len(events)
        if self._width is None:
            self._pieces.append(events)
        else:
            self._part(events, self._width)
        if self._n_held > _MOST_HELD:
            self._spill_all()

    def parts(self) -> Iterator[TraceEvents]:
        """Yield the events of each part, in the order of cases, and forget them; at least one part."""
        width = self._settled_width()
        small: list[TraceEvents] = []  # parts that are one together
        numbers = sorted(self._held.keys() | self._put_aside.keys())
        for number in numbers:
            spans, held = self._put_aside.pop(number, []), self._held.pop(number, [])
            n_events = sum(span.n_rows for span in spans) + sum(map(len, held))
            if small and n_events + sum(map(len, small)) > _PART:
                yield TraceEvents.joined(small)
                small = []
            pieces = chain(map(self._taken, spans), held)
            if n_events > _MOST_IN_PART and width > 1:
                yield from self._finer(pieces, number * width, width_of(width, n_events))
            else:
                small.append(TraceEvents.joined(list(pieces)))
        if small or not numbers:
            yield TraceEvents.joined(small) if small else TraceEvents.none()

    def _finer(self, pieces: Iterable[TraceEvents], first_case: int, width: int) -> Iterator[TraceEvents]:
        finer = PartedEvents(self._spill, width, self._first_case + first_case)
        for piece in pieces:
            finer.add(piece)
        yield from finer.parts()

    def _part(self, events: TraceEvents, width: int) -> None:
        numbers = (events.case_no - self._first_case) // width
        if not ascends(numbers):
            order = stable_order(numbers)
            events, numbers = events.where(order), numbers[order]
        begins = np.flatnonzero(np.diff(numbers, prepend=-1))
        for begin, end in pairwise((*begins, len(numbers))):
            self._held.setdefault(int(numbers[begin]), []).append(events.where(slice(begin, end)))

    def _settled_width(self) -> int:
        """Return the width, chosen now at the latest, after all pieces have found their parts."""
        if self._width is None:
            n_cases = max((int(piece.case_no.max(initial=-1)) + 1 for piece in self._pieces), default=0)
            self._width = max(width_of(n_cases, self._n_held), _LEAST_WIDTH)
        for piece in self._pieces:
            self._part(piece, self._width)
        self._pieces.clear()
        return self._width

    def _spill_all(self) -> None:
        self._settled_width()
        for number, pieces in self._held.items():
            columns = vars(TraceEvents.joined(pieces)).values()
            self._put_aside.setdefault(number, []).append(self._spill.put(columns))
        self._held.clear()
        self._n_held = 0

    def _taken(self, span: Span) -> TraceEvents:
        return TraceEvents(*self._spill.take(span))


def width_of(n_cases: int, n_events: int) -> int:
    """Return of how many cases a part is to be, where so many cases have so many events."""
    return max(-(-n_cases // max(n_events // _PART, 1)), 1)


def read_events(connection: duckdb.DuckDBPyConnection, choice: Choice) -> PartedEvents:
    """Return the chosen events of the compiled cases."""
    n_cases, n_events = connection.execute(sql("prepared/sizes"), {"log_id": choice.log_id}).fetchall()[0]
    found = PartedEvents(SpillFile(spill_folder(connection)), width_of(n_cases, n_events))
    connection.execute(_BUFFER)
    for batch in connection.execute(sql("prepared/coded_events"), choice.parameters()).to_arrow_reader(
        _BATCH
    ):
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        columns["moment"] = columns["moment"].cast(pa.int64())
        untimed = columns.pop("untimed").to_numpy(zero_copy_only=False)
        codes = {name: column.to_numpy() for name, column in columns.items()}
        found.add(TraceEvents(**codes, untimed=untimed))
    return found
