"""How long a case that goes well will still take, with an interval that holds as often as it says.

Cases at the same step show how long it took from there; the interval of these is then widened by what cases
that ended later than them, one moment of each, show to be needed. Source: conformalised quantiles (Romano,
Patterson and Candes 2019), on the scale of logarithms.
"""

from dataclasses import dataclass

import numpy as np

from mining.outlook.prefix_snapshots import Floats, Snapshots
from mining.outlook.stall_risk import split
from mining.resampling import SEED

SHARE = 0.8  # of the cases lie in the interval
LEAST_AT_STEP = 10
LEAST_CASES = 20


@dataclass(frozen=True)
class Remaining:
    """Medians and intervals in days, one a row."""

    median: Floats
    low: Floats
    high: Floats


class RemainingTime:
    """Quantiles of the remaining time by step, widened until they hold."""

    def __init__(self, known: Snapshots) -> None:
        self._learns(known)
        self.coverage: float | None = None
        self._widening = 0.0

    @classmethod
    def of(cls, known: Snapshots) -> "RemainingTime | None":
        """Learn from the earlier cases, widen by later ones, and measure on the latest; None if too few."""
        good = known.only(~known.bad)
        if np.unique(good.cases).size < LEAST_CASES:
            return None
        earlier, latest = split(good, 1 / 4)
        learnt, widening = split(earlier, 1 / 3)
        found = cls(learnt)
        found._widening = found._needed(_one_each(widening))
        found.coverage = found._held(_one_each(latest))
        return found

    def remaining(self, some: Snapshots) -> Remaining:
        """Return how long each row's case will still take if it goes well."""
        low, median, high = self._quantiles(some)
        return Remaining(np.expm1(median), _days(low - self._widening), _days(high + self._widening))

    def _learns(self, known: Snapshots) -> None:
        times, cuts = np.log1p(known.remaining), [(1 - SHARE) / 2, 0.5, (1 + SHARE) / 2]
        self._overall = np.quantile(times, cuts)
        self._by_step = {
            step: np.quantile(times[known.activities == step], cuts)
            for step in np.unique(known.activities).tolist()
            if np.unique(known.cases[known.activities == step]).size >= LEAST_AT_STEP
        }

    def _quantiles(self, some: Snapshots) -> Floats:
        rows = [self._by_step.get(step, self._overall) for step in some.activities.tolist()]
        return np.array(rows).reshape(-1, 3).T

    def _needed(self, some: Snapshots) -> float:
        low, _, high = self._quantiles(some)
        times = np.log1p(some.remaining)
        rank = int(np.ceil((len(times) + 1) * SHARE))
        return float(np.sort(np.maximum(low - times, times - high))[min(rank, len(times)) - 1])

    def _held(self, some: Snapshots) -> float:
        told = self.remaining(some)
        return float(((told.low <= some.remaining) & (some.remaining <= told.high)).mean())


def _days(logarithms: Floats) -> Floats:
    found: Floats = np.maximum(np.expm1(logarithms), 0)
    return found


def _one_each(some: Snapshots) -> Snapshots:
    """Return one moment of each case, drawn by chance."""
    order = np.random.default_rng(SEED).permutation(len(some.cases))
    _, first = np.unique(some.cases[order], return_index=True)
    rows = np.zeros(len(some.cases), dtype=bool)
    rows[order[first]] = True
    return some.only(rows)
