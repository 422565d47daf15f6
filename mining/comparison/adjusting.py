"""What remains of the differences between groups when the mix of their cases is held equal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mining.comparison.case_mix import Trait
from mining.comparison.profiles import Estimate, MixedCases, Profile, State
from mining.comparison.regression import Design, Flags, Shares, design_of, standardised_shares
from mining.comparison.speeds import Drift, Speeds, speeds
from mining.comparison.testing import LEVEL, pairs_of
from mining.outlook.survival import corrected

Measure = Literal["completed", "stopped", "strict", "time"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
WhyNot = Literal["", "too_few", "unlike", "same"]
Course = Literal["steady", "grows", "shrinks"]  # of a ratio, as time goes on

CASES_PER_TERM = 5  # of the rarer kind, for each number that a regression estimates
LEAST_OF_EACH = 3  # cases of either kind in each group
ALIKE = 0.5  # of either group's cases must have like ones in the other

_UNTOLD = Estimate(None, None, None, 0)


@dataclass(frozen=True, slots=True)
class AdjustedDifference:
    """A difference between two groups as it is, and what remains of it with one mix of cases.

    Of a share it is points (0 to 1) that `one` has more, of `time` how many times as fast `one` comes to its
    good end. Where `remains` cannot be told, `why_not` says so: too few cases for so many traits, too few
    cases that are alike, or groups that are the `same` as a trait.

    A ratio of speeds supposes that it is the same at all times. `course` says what it does where that fails;
    `course_p_value` is that of the test, corrected for the pairs. `traits_p_value` is the same of what the
    traits do; where that is small, they do not act alike at all times.
    """

    measure: Measure
    one: str
    other: str
    plain: Estimate
    remains: Estimate
    why_not: WhyNot
    course: Course = "steady"
    course_p_value: float | None = None
    traits_p_value: float | None = None


def adjusted(
    profiles: Sequence[Profile], traits: Sequence[Trait], good_end: State, min_cases: int
) -> Iterator[AdjustedDifference]:
    """Yield every measure of every two groups whose cases are known one by one."""
    known = [(profile, profile.mixed) for profile in profiles if profile.mixed is not None]
    if not traits or len(known) < 2 or len(known) < len(profiles):
        return
    cases = [mixed for _, mixed in known]
    design = design_of(cases, traits, min_cases)
    alike = {(one, other): _alike(profiles[one], profiles[other]) for one, other in pairs_of(len(profiles))}
    for measure in MEASURES:
        asked = _asked(measure, cases, good_end)
        if asked is None:
            continue
        rows, outcome = asked
        found = _Measured(measure, design.only(rows), outcome[rows], _seconds(cases)[rows])
        told: list[tuple[AdjustedDifference, Drift | None]] = []
        for (one, other), enough in alike.items():
            plain, remains, why_not = found.difference(one, other, enough=enough)
            if plain.value is not None:
                names = (profiles[one].name, profiles[other].name)
                each = AdjustedDifference(measure, *names, plain, remains, why_not)
                told.append((each, found.drift(one, other)))
        yield from _with_courses(told, found.traits_p_value)


def _with_courses(
    told: Sequence[tuple[AdjustedDifference, Drift | None]], traits_p_value: float | None
) -> Iterator[AdjustedDifference]:
    """Yield the differences with what ratios do as time goes on, the tests corrected for their number."""
    p_values = iter(corrected([drift.p_value for _, drift in told if drift is not None]))
    for each, drift in told:
        if drift is None:
            yield each
            continue
        p_value = float(next(p_values))
        moves: Course = "grows" if drift.trend > 0 else "shrinks"
        course: Course = moves if p_value <= LEVEL else "steady"
        yield replace(each, course=course, course_p_value=p_value, traits_p_value=traits_p_value)


class _Measured:
    """One measure of all groups, plain and with one mix."""

    def __init__(
        self, measure: Measure, design: Design, outcome: Flags, seconds: NDArray[np.float64]
    ) -> None:
        self._measure, self._design, self._outcome, self._seconds = measure, design, outcome, seconds
        self._sizes = np.bincount(design.group, minlength=design.n_groups)
        hits = np.bincount(design.group, outcome, minlength=design.n_groups)
        misses = self._sizes - hits if measure != "time" else hits
        self._told = np.minimum(hits, misses) >= LEAST_OF_EACH
        rarer = min(hits[self._told].sum(), misses[self._told].sum())
        self._why_not: WhyNot = ""
        if rarer < CASES_PER_TERM * design.n_terms:
            self._why_not = "too_few"
        elif self._told.sum() > 1 and not self._fitted_design.tells_groups_apart():
            self._why_not = "same"
        self._plain = self._fit(self._fitted_design.without_traits()) if self._told.sum() > 1 else None
        self._equal = self._fit(self._fitted_design) if self._plain and not self._why_not else None

    def difference(self, one: int, other: int, *, enough: bool) -> tuple[Estimate, Estimate, WhyNot]:
        """Return the plain difference, what remains of it, and why that is not told."""
        if self._plain is None or not (self._told[one] and self._told[other]):
            return _UNTOLD, _UNTOLD, "too_few"
        plain = self._of(self._plain, one, other)
        if self._equal is None:
            return plain, _UNTOLD, self._why_not or "too_few"
        return (plain, self._of(self._equal, one, other), "") if enough else (plain, _UNTOLD, "unlike")

    def drift(self, one: int, other: int) -> Drift | None:
        """Return how the ratio of two groups moves as time goes on; None of shares."""
        fitted = self._equal or self._plain
        if not isinstance(fitted, Speeds) or not (self._told[one] and self._told[other]):
            return None
        numbers = np.cumsum(self._told) - 1
        return fitted.drift(int(numbers[one]), int(numbers[other]))

    @property
    def traits_p_value(self) -> float | None:
        """How likely by chance the traits' part in speeds moves as much as time goes on; None of shares."""
        return self._equal.traits_p_value if isinstance(self._equal, Speeds) else None

    @property
    def _rows(self) -> Flags:
        found: Flags = self._told[self._design.group]
        return found

    @property
    def _fitted_design(self) -> Design:
        some = self._design.only(self._rows)
        numbers = np.cumsum(self._told) - 1
        return Design(numbers[some.group], int(self._told.sum()), some.traits)

    def _fit(self, design: Design) -> Shares | Speeds | None:
        outcome = self._outcome[self._rows]
        if self._measure == "time":
            return speeds(self._seconds[self._rows], outcome, design)
        return standardised_shares(outcome, design)

    def _of(self, fitted: Shares | Speeds, one: int, other: int) -> Estimate:
        numbers = np.cumsum(self._told) - 1
        n = int(self._sizes[[one, other]].sum())
        return fitted.difference(int(numbers[one]), int(numbers[other]), n)


def _asked(measure: Measure, cases: Sequence[MixedCases], good_end: State) -> tuple[Flags, Flags] | None:
    """Return the cases that a measure is about, and of which of them it is so; None if nobody knows."""
    states = np.concatenate([one.states for one in cases])
    if measure == "time":
        return ~np.isnan(_seconds(cases)), states == good_end
    if measure == "completed":
        ended = states != "open"
        return (ended, states == "completed") if (states == "completed").any() else None
    if not all(measure in one.marks for one in cases):
        return None
    return np.ones(len(states), np.bool_), np.concatenate([one.marks[measure] for one in cases])


def _seconds(cases: Sequence[MixedCases]) -> NDArray[np.float64]:
    return np.concatenate([one.seconds for one in cases])


def _alike(one: Profile, other: Profile) -> bool:
    """Whether enough cases of two groups have like ones in the other."""
    both = one.layers.keys() & other.layers.keys()
    return all(
        sum(profile.layers[key].cases for key in both) >= ALIKE * profile.cases for profile in (one, other)
    )
