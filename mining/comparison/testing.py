"""Many tests at once, one for each subject and pair of groups, and which of them may be believed.

Under no difference at all, at most 5 % of comparisons may show one. So each question has an equal part of
the 5 %, and within a question the p-values are corrected for their number. Sources: Bonferroni between
questions, Benjamini and Hochberg (1995) within one; a subject that too few cases show is left out by its
totals alone, which cannot bias the tests that remain (Tarone 1990).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mining.comparison.profiles import Counts, Subject
from mining.outlook.survival import corrected

Question = Literal["control_flow", "activity", "arc", "waiting", "rule", "completion", "time"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
LEVEL = 0.05

Layers = Sequence[Sequence[Counts]]  # the groups' counts, once or in layers of like cases
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tests:
    """The tests of one question: row `i` compares groups `one[i]` and `other[i]` in `subjects[subject[i]]`.

    `effect` is how much more `one` has than `other`, in the unit of the question.
    """

    subjects: tuple[Subject, ...]
    subject: Ints
    one: Ints
    other: Ints
    effect: Floats
    p_value: Floats

    def __len__(self) -> int:
        return len(self.p_value)

    def corrected(self, n_questions: int) -> Floats:
        """Return the p-values corrected for all tests of the question and for the number of questions."""
        found = np.array(corrected(self.p_value.tolist()), np.float64)
        return np.minimum(1.0, found * n_questions)


def pairs_of(n_groups: int) -> list[tuple[int, int]]:
    """Return every pair of groups by their numbers."""
    return list(combinations(range(n_groups), 2))


def no_tests() -> Tests:
    """Return that a question could not be asked."""
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    return Tests((), none, none, none, nothing, nothing)


def joined(subjects: tuple[Subject, ...], parts: Iterable[tuple[int, int, Ints, Floats, Floats]]) -> Tests:
    """Return the tests of all pairs as one; a part is a pair with subjects, effects and p-values."""
    rows = list(parts)
    if not rows or not sum(len(row[2]) for row in rows):
        return no_tests()
    sizes = [len(row[2]) for row in rows]
    return Tests(
        subjects,
        np.concatenate([row[2] for row in rows]).astype(np.int64),
        np.repeat([row[0] for row in rows], sizes),
        np.repeat([row[1] for row in rows], sizes),
        np.concatenate([row[3] for row in rows]).astype(np.float64),
        np.concatenate([row[4] for row in rows]).astype(np.float64),
    )
