"""What the cases of a log went through, as codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

_PART = 1 << 18  # events: what a processor can keep at hand


@dataclass(frozen=True)
class Sequences:
    """The activities of cases, one case after the other in the order of their numbers."""

    case_no: Codes
    lengths: Codes
    activities: Codes

    def of(self, cases: Codes) -> Codes:
        """Return the activities of some of the cases, one case after the other."""
        places = np.searchsorted(self.case_no, cases)
        lengths = self.lengths[places]
        begins = (np.cumsum(self.lengths) - self.lengths)[places]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found: Codes = self.activities[np.repeat(begins, lengths) + steps]
        return found

    def parts(self, n_events: int = _PART) -> "Iterator[tuple[slice, Sequences]]":
        """Yield some of the cases after others, of about so many events, each with their places."""
        ends = np.cumsum(self.lengths)
        cuts = np.searchsorted(ends, np.arange(n_events, len(self.activities), n_events)) + 1
        for first, last in pairwise(np.unique([0, *cuts, len(ends)]).tolist()):
            events = slice(ends[first] - self.lengths[first], ends[last - 1])
            cases = slice(first, last)
            yield cases, Sequences(self.case_no[cases], self.lengths[cases], self.activities[events])

    def edges(self, stride: int) -> Integers:
        """Return each activity packed with the next of its case, or with 0 at the case's end."""
        followers = np.append(self.activities[1:], 0)[: len(self.activities)]
        followers[np.cumsum(self.lengths) - 1] = 0
        packed: Integers = self.activities.astype(np.int64) * stride + followers
        return packed
