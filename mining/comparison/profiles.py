"""What is known of a group of cases by numbers alone: enough to compare it with others, with no case in it.

A profile comes from a log or from a bundle that another office sent; the comparison does not know which.
Waiting and lasting are counted on a scale of steps, `step_of` seconds, so that both give the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mining.resampling import Interval

Kind = Literal["activities", "arcs", "rules"]
Subject = tuple[str, ...]
State = Literal["completed", "failed", "ended", "silent", "open"]
Trace = tuple[str, ...]
Pair = tuple[str, str]
LayerKey = tuple[str, ...]  # what the cases of a layer have in common

STEPS_PER_DECADE = 50  # a step is 4.7 % wide
FIRST_STEP = 1  # up to a second; shorter spans are in step 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many cases fall into which step; in a `coarse` one, steps stand for all since the one before.

    The last step of a coarse one stands for all that last longer, too.
    """

    cases: Mapping[int, int]
    coarse: bool = False

    @property
    def total(self) -> int:
        """How many cases there are."""
        return sum(self.cases.values())


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, from how many cases; no value where too few or not known."""

    value: float | None
    low: float | None
    high: float | None
    cases: int

    @classmethod
    def of(cls, value: float | None, interval: Interval | None, cases: int) -> "Estimate":
        """Return the estimate with an interval, or without one."""
        low, high = interval if interval is not None else (None, None)
        return cls(value, low, high, cases)

    def unless_too_few(self, least: int) -> "Estimate":
        """Return the estimate, without numbers if fewer than `least` cases stand behind it."""
        return self if self.cases >= least else Estimate(None, None, None, self.cases)


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures of a group; durations in seconds, shares 0 to 1.

    `completed_share` is of the cases that have come to an end; `median_duration` is that of a case to its
    end, running ones censored; `strict_deviations` is the share of cases that break a strict rule.
    """

    cases: int
    events: int
    variants: int
    completed: int | None
    failed: int | None
    running: int | None
    otherwise: int | None
    completed_share: Estimate
    median_duration: Estimate
    strict_deviations: Estimate
    fitness: Estimate
    precision: Estimate


@dataclass(frozen=True, slots=True)
class RuleTally:
    """How many cases test a rule, waivers not counted, and how many of them break it."""

    tested: int
    broken: int


@dataclass(frozen=True)
class Counts:
    """Cases counted by what they did.

    What is not named occurs in no case, unless a bundle keeps it back: `withheld` occurs in too few cases
    to be counted, and beyond the `known` words there may be more of that kind (None: there are none).
    """

    cases: int = 0
    traces: Mapping[Trace, int] = field(default_factory=dict)
    activities: Mapping[str, int] = field(default_factory=dict)
    arcs: Mapping[Pair, int] = field(default_factory=dict)
    waits: Mapping[Pair, Histogram] = field(default_factory=dict)
    lasting: Mapping[State, Histogram] = field(default_factory=dict)
    rules: Mapping[str, RuleTally] = field(default_factory=dict)
    withheld: Mapping[Kind, frozenset[Subject]] = field(default_factory=dict)
    known: frozenset[str] | None = None

    @property
    def hidden_cases(self) -> int:
        """How many cases have a trace that is kept back."""
        return self.cases - sum(self.traces.values())

    def keeps_back(self, kind: Kind, subject: Subject) -> bool:
        """Whether it cannot be known in how many cases something unnamed occurs."""
        beyond = kind != "rules" and self.known is not None and not self.known.issuperset(subject)
        return beyond or subject in self.withheld.get(kind, ())


@dataclass(frozen=True)
class MixedCases:
    """Cases one by one, with what a regression may know of each; only of a log that is at hand.

    `seconds` is how long a case has lasted, nan where that is not known; `marks` tells of which cases
    something is so; `traits` holds one array for each attribute: numbers, nan where a case has none, or
    words, empty where it has none.
    """

    states: NDArray[np.str_]
    seconds: NDArray[np.float64]
    marks: Mapping[str, NDArray[np.bool_]]
    traits: tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Profile:
    """A group of cases by numbers alone.

    Where a mix is held equal, `layers` are the same cases counted apart by it, `mixed` the cases one by one.
    """

    name: str
    source: str
    figures: Figures
    counts: Counts
    median_waits: Mapping[Pair, float] = field(default_factory=dict)
    layers: Mapping[LayerKey, Counts] = field(default_factory=dict)
    mixed: MixedCases | None = None

    @property
    def cases(self) -> int:
        """How many cases the group has."""
        return self.figures.cases


def seconds_of(step: int) -> float:
    """Return the end of a step in seconds.

    >>> seconds_of(1), round(seconds_of(51), 6)
    (1.0, 10.0)
    """
    return float(10 ** ((step - FIRST_STEP) / STEPS_PER_DECADE)) if step >= FIRST_STEP else 0.0


def common_steps(histograms: list[Histogram]) -> list[Histogram]:
    """Return histograms on the finest scale that all of them allow."""
    coarse = [set(one.cases) for one in histograms if one.coarse]
    if not coarse:
        return histograms
    edges = np.array(sorted(set.intersection(*coarse)), np.int64)
    return [_on(edges, one) for one in histograms]


def _on(edges: np.ndarray, histogram: Histogram) -> Histogram:
    """Return a histogram on coarser steps; what lies beyond the last edge, or has none, is in the last."""
    cases: dict[int, int] = {}
    for step, n in histogram.cases.items():
        place = min(int(np.searchsorted(edges, step)), len(edges) - 1)
        edge = int(edges[place]) if len(edges) else 0
        cases[edge] = cases.get(edge, 0) + n
    return Histogram(cases, coarse=True)
