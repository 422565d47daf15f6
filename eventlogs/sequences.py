"""What the cases of a log went through, as codes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eventlogs.spill_file import Span, SpillFile

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

_MOST_HELD = 1 << 20  # activities held in memory; more are put aside in a file


@dataclass(frozen=True)
class SomeSequences:
    """The activities of some cases, one case after the other in the order of their numbers."""

    case_no: Codes
    lengths: Codes
    activities: Codes

    def of(self, cases: Codes) -> Codes:
        """Return the activities of some of them, one case after the other."""
        places = np.searchsorted(self.case_no, cases)
        lengths = self.lengths[places]
        begins = (np.cumsum(self.lengths) - self.lengths)[places]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found: Codes = self.activities[np.repeat(begins, lengths) + steps]
        return found

    def edges(self, stride: int) -> Integers:
        """Return each activity packed with the next of its case, or with 0 at the case's end."""
        followers = np.append(self.activities[1:], 0)[: len(self.activities)]
        followers[np.cumsum(self.lengths) - 1] = 0
        packed: Integers = self.activities.astype(np.int64) * stride + followers
        return packed


class Sequences:
    """The activities of a log's cases, in parts of some cases that come in the order of their numbers."""

    def __init__(self, spill: SpillFile) -> None:
        self._spill = spill
        self._parts: list[tuple[Codes, Codes, Codes | Span]] = []  # numbers and lengths of cases, activities
        self._n_held = 0

    def add(self, case_no: Codes, lengths: Codes, activities: Codes) -> None:
        """Take in the next cases."""
        self._n_held += len(activities)
        kept = activities if self._n_held <= _MOST_HELD else self._spill.put([activities])
        self._parts.append((case_no, lengths, kept))

    def parts(self) -> Iterator[SomeSequences]:
        """Yield the parts, as they came."""
        for case_no, lengths, kept in self._parts:
            activities = self._spill.take(kept)[0] if isinstance(kept, Span) else kept
            yield SomeSequences(case_no, lengths, activities)
