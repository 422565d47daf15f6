"""The unit in which a prepared log keeps its waits: seconds where nothing is lost by it, else microseconds.

Half as wide, they are collected and their median is found in two thirds of the time (decision 0023).
"""

import numpy as np
import numpy.typing as npt

from eventlogs.shape import MICROSECOND, SECOND

_ROOM = np.iinfo(np.int32).max * SECOND  # microseconds, as many as an INTEGER of seconds has room for

Integers = npt.NDArray[np.int64]


def in_unit(waits: Integers, unit: int) -> npt.NDArray[np.signedinteger]:
    """Return waits in microseconds in a unit in which they are whole numbers."""
    return waits if unit == MICROSECOND else (waits // unit).astype(np.int32)


class Moments:
    """The times of a log's events, of which waits are made; only what decides on their unit is kept."""

    def __init__(self) -> None:
        self._whole = True
        self._first, self._last = np.iinfo(np.int64).max, np.iinfo(np.int64).min

    def add(self, moments: Integers) -> None:
        """Take in the times of some events, in microseconds."""
        if self._whole and len(moments):
            self._whole = not (moments // SECOND * SECOND != moments).any()
            self._first = min(self._first, int(moments.min()))
            self._last = max(self._last, int(moments.max()))

    @property
    def unit(self) -> int:
        """The largest unit in which all waits are whole numbers that their column has room for."""
        return SECOND if self._whole and self._last - self._first <= _ROOM else MICROSECOND
