"""What the cases of a log went through, as codes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


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

    def edges(self, stride: int) -> Integers:
        """Return each activity packed with the next of its case, or with 0 at the case's end."""
        followers = np.append(self.activities[1:], 0)[: len(self.activities)]
        followers[np.cumsum(self.lengths) - 1] = 0
        packed: Integers = self.activities.astype(np.int64) * stride + followers
        return packed
