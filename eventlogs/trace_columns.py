"""The events of the compiled cases as columns, in the order of case and time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventlogs.shape import Shape
from eventlogs.wait_units import in_unit

_HALF = 1 << 16
_LATEST = np.iinfo(np.int64).max

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TraceEvents:
    """Events as codes; `moment` orders them and is no time of the event where it is `untimed`."""

    case_no: Codes
    place: Integers
    moment: Integers  # microseconds since 1970
    untimed: Marks
    activity: Codes
    role: Codes
    actor: Codes
    lifecycle: Codes

    def __len__(self) -> int:
        return len(self.case_no)

    @staticmethod
    def none() -> "TraceEvents":
        """Return no events."""
        codes, numbers = np.zeros(0, np.int32), np.zeros(0, np.int64)
        return TraceEvents(codes, numbers, numbers, np.zeros(0, bool), codes, codes, codes, codes)

    @staticmethod
    def joined(pieces: "list[TraceEvents]") -> "TraceEvents":
        """Return the events of all pieces, one piece after the other."""
        if len(pieces) == 1:
            return pieces[0]
        return TraceEvents(*map(np.concatenate, zip(*(vars(it).values() for it in pieces), strict=True)))

    def where(self, rows: "Marks | Integers | slice") -> "TraceEvents":
        """Return some of them, or all in another order."""
        return TraceEvents(*(column[rows] for column in vars(self).values()))

    def ordered(self) -> "TraceEvents":
        """Return them by case, moment and place."""
        order = _order(self.case_no, self.moment, self.place)
        return self if order is None else self.where(order)

    def as_table(self, shape: Shape) -> pa.Table:
        """Return the columns of `trace_event` of events in order."""
        n = len(self.case_no)
        ends = np.append(self.case_no[1:] != self.case_no[:-1], True)[:n]
        lacks_wait = ends | self.untimed | np.append(self.untimed[1:], True)[:n]
        wait = np.append(np.diff(self.moment), 0)[:n]
        return pa.table(
            {
                "case_no": self.case_no,
                "pos": _numbered(ends),
                "seq": self.place,
                "activity": self.activity,
                "role": self.role,
                "actor": self.actor,
                "lifecycle": self.lifecycle,
                "occurred_at": _moments(self.moment, self.untimed),
                "edge": self.activity.astype(np.int64) * shape.stride
                + np.where(ends, 0, _next(self.activity)),
                "role_edge": pa.array(
                    self.role.astype(np.int64) * shape.role_stride + _next(self.role), mask=ends
                ),
                "waited": pa.array(in_unit(wait, shape.wait_unit), mask=lacks_wait),
                "occ": self._occurrences(),
            }
        )

    def as_cases(self) -> pa.Table:
        """Return the columns of `case_hash` (see `sql/prepared/case_hashes.sql`) of whole cases in order."""
        starts = np.flatnonzero(self._begins())
        lengths = np.diff(np.append(starts, len(self.case_no)))
        pos = np.arange(len(self.case_no)) - np.repeat(starts, lengths)
        first = np.where(self.untimed, _LATEST, self.moment)
        last = np.where(self.untimed, -_LATEST, self.moment)
        lacks_times = np.bitwise_and.reduceat(self.untimed, starts)
        return pa.table(
            {
                "case_no": self.case_no[starts],
                "n_events": lengths.astype(np.int32),
                "start_at": _moments(np.minimum.reduceat(first, starts), lacks_times),
                "end_at": _moments(np.maximum.reduceat(last, starts), lacks_times),
                "hash": np.bitwise_xor.reduceat(_hashed(self.activity.astype(np.int64) << 32 | pos), starts),
                "other_hash": np.bitwise_xor.reduceat(_hashed(pos << 32 | self.activity), starts),
            }
        )

    def _begins(self) -> Marks:
        return np.append(True, self.case_no[1:] != self.case_no[:-1])[: len(self.case_no)]

    def _occurrences(self) -> Codes:
        """Return which occurrence of its activity in its case each event is, from 1."""
        order = stable_order(self.activity)
        case_no, activity = self.case_no[order], self.activity[order]
        ends = np.append((case_no[1:] != case_no[:-1]) | (activity[1:] != activity[:-1]), True)
        occurrences = np.empty(len(order), np.int32)
        occurrences[order] = _numbered(ends[: len(order)]) + 1
        return occurrences


def ascends(keys: npt.NDArray[np.integer]) -> bool:
    """Tell whether no key is less than the one before it."""
    return not (keys[1:] < keys[:-1]).any()


def stable_order(keys: npt.NDArray[np.integer]) -> Integers:
    """Return the order of keys, equal ones as they stand; codes near each other in linear time."""
    least = keys.min() if len(keys) else 0
    if int(keys.max(initial=least)) - int(least) >= _HALF:  # Python's: from -infinity on, numpy's overflow
        return np.argsort(keys, kind="stable")
    return np.argsort((keys - least).astype(np.uint16), kind="stable")


def _order(case_no: Codes, moment: Integers, place: Integers) -> Integers | None:
    """Return the order by case, moment and place; None if they stand in it.

    Most logs come nearly in it: all events in order of time, or case by case and a few cases not in order.
    """
    order = None if ascends(place) else np.argsort(place, kind="stable")
    cases, moments = (column if order is None else column[order] for column in (case_no, moment))
    if not ascends(cases):
        return _then_by(_then_by(order, moment), case_no)
    early = (cases[1:] == cases[:-1]) & (moments[1:] < moments[:-1])
    if not early.any():
        return order
    step = np.arange(len(cases))
    rows = np.flatnonzero(np.isin(cases, cases[1:][early]))
    step[rows] = rows[np.lexsort((moments[rows], cases[rows]))]
    return step if order is None else order[step]


def _then_by(order: Integers | None, keys: npt.NDArray[np.integer]) -> Integers | None:
    taken = keys if order is None else keys[order]
    if ascends(taken):
        return order
    step = stable_order(taken)
    return step if order is None else order[step]


def _numbered(ends: Marks) -> Codes:
    """Return each row's number in its group, from 0, where `ends` marks the last row of each."""
    places = np.arange(len(ends), dtype=np.int32)
    starts = np.flatnonzero(np.append(True, ends[:-1])[: len(ends)])
    return places - np.repeat(starts, np.diff(np.append(starts, len(ends)))).astype(np.int32)


def _moments(microseconds: Integers, missing: Marks) -> pa.TimestampArray:
    return pa.array(microseconds, mask=missing).cast(pa.timestamp("us", "UTC"))


def _hashed(numbers: Integers) -> npt.NDArray[np.uint64]:
    """Return what DuckDB's `hash` makes of BIGINTs."""
    hashes = numbers.astype(np.uint64)
    for _ in range(2):
        hashes ^= hashes >> np.uint64(32)
        hashes *= np.uint64(0xD6E8FEB86659FD93)
    hashes ^= hashes >> np.uint64(32)
    return hashes


def _next(codes: Codes) -> Codes:
    return np.append(codes[1:], codes[:1])
