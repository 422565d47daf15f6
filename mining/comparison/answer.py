"""How groups of cases differ, as the command, the report and the pages show it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mining.cases.supposed_ends import SupposedEnds
from mining.comparison.adjusting import AdjustedDifference
from mining.comparison.profiles import Estimate, Figures, Subject
from mining.comparison.testing import Question


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """One group with its key figures; `figures` None where it has fewer cases than `min_cases`.

    `mean_to_good_end` is the mean time to the good end, counted up to the comparison's horizon, in seconds.
    One that is not `tested` is beyond the number of groups that are held against one another.
    """

    name: str
    source: str
    figures: Figures | None
    mean_to_good_end: Estimate | None
    tested: bool

    @property
    def too_few(self) -> bool:
        """Whether the group is too small to be told of by numbers."""
        return self.figures is None


@dataclass(frozen=True, slots=True)
class GroupDistance:
    """How far apart the ways of two groups' cases are, 0 to 1, and how far chance alone sets them apart."""

    one: str
    other: str
    distance: float
    by_chance: float
    corrected_p: float
    differs: bool
    one_cases: int
    other_cases: int


@dataclass(frozen=True, slots=True)
class GroupValue:
    """What a group shows of a subject, from how many cases: a share, or seconds; None if not known."""

    value: float | None
    cases: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between two groups that survives its test.

    `effect` is how much more `one` has: of a share its points (0 to 1), of a wait the chance of the longer
    one less a half, of time seconds, of control flow the distance beyond chance. `like_cases` tells whether
    it also survives among cases of one mix; None where that was not asked or cannot be tested.
    """

    question: Question
    subject: Subject
    one: str
    other: str
    one_value: GroupValue
    other_value: GroupValue
    effect: float
    corrected_p: float
    like_cases: bool | None


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """How many tests a question took and how many found a difference; without tests it could not be asked."""

    question: Question
    tests: int
    differing: int


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """How well the cases of one group fit the model discovered from another's; figures 0 to 1, or None."""

    model_of: str
    cases_of: str
    fitness: float | None
    precision: float | None


@dataclass(frozen=True, slots=True)
class Rerun:
    """What to type for the same numbers, and the digest by which they are known again."""

    command: str
    versions: tuple[tuple[str, str], ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How groups of cases differ; differences in the order of questions, the largest first.

    `level` is the chance that a comparison of groups that do not differ shows any difference at all.
    `supposed` is what ends are supposed of the logs that tell of none.
    """

    by: str
    sources: tuple[str, ...]
    simulated: bool
    cases: int
    left_out: int
    min_cases: int
    level: float
    good_end: str
    horizon: float
    sampled: bool
    adjusted_for: tuple[str, ...]
    groups: tuple[ComparedGroup, ...]
    questions: tuple[QuestionAnswer, ...]
    adjusted: tuple[AdjustedDifference, ...]
    distances: tuple[GroupDistance, ...]
    differences: tuple[Difference, ...]
    cross_checks: tuple[CrossCheck, ...]
    supposed: tuple[SupposedEnds, ...]
    rerun: Rerun

    @property
    def compared(self) -> tuple[ComparedGroup, ...]:
        """The groups that are held against one another."""
        return tuple(group for group in self.groups if group.tested)

    def of_question(self, question: Question) -> Iterator[Difference]:
        """Yield the differences that answer one question, the largest first."""
        return (one for one in self.differences if one.question == question)

    def as_text(self) -> str:
        """Return the reading in sentences, then the figures, then the differences."""
        from mining.comparison.text import comparison_text

        return comparison_text(self)


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a comparison done again gives the digest it is said to have."""

    digest: str
    found: str
    comparison: Comparison

    @property
    def agrees(self) -> bool:
        """Whether the numbers are the same."""
        return self.found == self.digest

    @property
    def exit_status(self) -> int:
        """0 if the numbers are the same, else 1."""
        return 0 if self.agrees else 1

    def as_text(self) -> str:
        """Return one sentence."""
        from mining.comparison.text import verified_text

        return verified_text(self)
