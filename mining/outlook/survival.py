"""Curves of censored time: how many still wait, how many ended for which cause, and whether groups differ.

Plain functions on arrays. `causes` is 0 where a time is censored and 1, 2, … where it ended for that cause;
at equal times those that end leave before those that are censored. Sources: Aalen and Johansen (1978) for
the cumulative incidence, with one cause the complement of Kaplan and Meier's curve (1958); Mantel (1966) for
the log-rank test of several groups; Benjamini and Hochberg (1995) for many tests at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROUNDING = 1e-9  # what sums of shares may be off by
NORMAL_975 = 1.959963984540054  # the 97.5 % quantile of the normal distribution


@dataclass(frozen=True)
class Incidence:
    """A step curve: at each of `times` what share had by then ended for each cause (`shares[cause - 1]`)."""

    times: Floats
    at_risk: Ints
    ended: Ints  # by cause and time
    open_before: Floats  # the share that was still open just before each time
    shares: Floats

    @cached_property
    def open_after(self) -> Floats:
        """The share still open after each time: Kaplan and Meier's curve for an end of any cause."""
        left: Floats = np.cumprod(1 - self.ended.sum(axis=0) / self.at_risk)
        return left

    def share(self, cause: int, time: float) -> float:
        """Return the share that has ended for a cause by a time."""
        return self._at(self.shares[cause - 1], time, 0.0)

    def interval(self, cause: int, time: float) -> tuple[float, float] | None:
        """Return the 95 % interval of `share`, on the scale log(-log) so that it stays between 0 and 1.

        None where none or all have ended: such curves show no spread.
        """
        share, spread = self.share(cause, time), self._spread(cause, time)
        if spread == 0 or not ROUNDING < share < 1 - ROUNDING:
            return None
        width = NORMAL_975 * spread / (share * np.log(share))
        return float(share ** np.exp(-width)), float(share ** np.exp(width))

    def median(self, cause: int) -> float | None:
        """Return the time by which half of all have ended for a cause; None if that never comes."""
        reached = np.flatnonzero(self.shares[cause - 1] >= 0.5)
        return float(self.times[reached[0]]) if reached.size else None

    def mean_open(self, horizon: float) -> float:
        """Return the restricted mean: the time that one stays open on average, counted up to a horizon."""
        return self._area(self.open_after, horizon, 1.0)

    def mean_lost(self, cause: int, horizon: float) -> float:
        """Return how much of the time up to a horizon is lost on average to an end for a cause."""
        return self._area(self.shares[cause - 1], horizon, 0.0)

    def _spread(self, cause: int, time: float) -> float:
        """Return the standard error of `share` (Aalen's estimator of its variance)."""
        upto = int(np.searchsorted(self.times, time, side="right"))
        if upto == 0:
            return 0.0
        n, own = self.at_risk[:upto].astype(float), self.ended[cause - 1, :upto]
        every, before = self.ended[:, :upto].sum(axis=0), self.open_before[:upto]
        rest = self.shares[cause - 1, upto - 1] - self.shares[cause - 1, :upto]
        hazard = np.divide(every, n * (n - every), out=np.zeros(upto), where=n > every)
        terms = rest**2 * hazard + before**2 * own * (n - own) / n**3 - 2 * rest * before * own / n**2
        return float(np.sqrt(max(terms.sum(), 0.0)))

    def _at(self, curve: Floats, time: float, at_first: float) -> float:
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        return float(curve[place]) if place >= 0 else at_first

    def _area(self, curve: Floats, horizon: float, at_first: float) -> float:
        inside = self.times < horizon
        edges = np.concatenate(([0.0], self.times[inside], [horizon]))
        return float(np.diff(edges) @ np.concatenate(([at_first], curve[inside])))


@dataclass(frozen=True, slots=True)
class Difference:
    """Whether groups differ: a chi-square statistic, its degrees of freedom, and the chance of such a one."""

    statistic: float
    freedom: int
    p_value: float


def incidence(times: Floats, causes: Ints, n_causes: int) -> Incidence:
    """Return the curve of times that ended for `causes`, 0 being censored."""
    order = np.argsort(times, kind="stable")
    return _sorted_incidence(times[order], causes[order], n_causes)


def incidences(keys: Ints, times: Floats, causes: Ints, n_causes: int) -> Iterator[tuple[int, Incidence]]:
    """Yield the curve of each key; rows must stand in the order of key and time."""
    bounds = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1, append=keys[-1:] + 1))
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield int(keys[start]), _sorted_incidence(times[start:end], causes[start:end], n_causes)


def _sorted_incidence(times: Floats, causes: Ints, n_causes: int) -> Incidence:
    ends = causes > 0
    distinct, place = np.unique(times[ends], return_inverse=True)
    cells = (causes[ends] - 1) * len(distinct) + place
    ended = np.bincount(cells, minlength=n_causes * len(distinct)).reshape(n_causes, len(distinct))
    at_risk = len(times) - np.searchsorted(times, distinct, side="left")
    after = np.cumprod(1 - ended.sum(axis=0) / np.maximum(at_risk, 1))
    before = np.concatenate(([1.0], after[:-1])) if len(distinct) else after
    shares = np.cumsum(before * ended / np.maximum(at_risk, 1), axis=1)
    return Incidence(distinct, at_risk, ended, before, shares)


def logrank(times: Floats, ended: npt.NDArray[np.bool_], groups: Ints) -> Difference | None:
    """Test whether the hazard of an end differs between groups; None where fewer than two can be compared.

    With `ended` true for one cause only, ends for others being censored, this is the test of the
    cause-specific hazards.
    """
    codes, group = np.unique(groups, return_inverse=True)
    distinct, place = np.unique(times[ended], return_inverse=True)
    k, m = len(codes), len(distinct)
    if k < 2 or m == 0:
        return None
    deaths = np.bincount(group[ended] * m + place, minlength=k * m).reshape(k, m).astype(float)
    leaving = np.searchsorted(distinct, times, side="right")  # at risk at the first so many distinct times
    left = np.bincount(group * (m + 1) + leaving, minlength=k * (m + 1)).reshape(k, m + 1)
    at_risk = left[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:].astype(float)
    n, d = at_risk.sum(axis=0), deaths.sum(axis=0)
    excess = (deaths - at_risk * d / n).sum(axis=1)
    weight = np.divide(d * (n - d), n - 1, out=np.zeros(m), where=n > 1)
    shares = at_risk / n
    covariance = np.diag(shares @ weight) - (shares * weight) @ shares.T
    freedom = int(np.linalg.matrix_rank(covariance))
    if freedom == 0:
        return None
    statistic = float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess)
    return Difference(statistic, freedom, _chance_of(statistic, freedom))


def corrected(p_values: list[float]) -> list[float]:
    """Return the p-values corrected for being many: the share of false findings among all found is bounded.

    >>> corrected([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p_values)[::-1]
    n = len(p_values)
    found = np.minimum.accumulate([p_values[place] * n / (n - rank) for rank, place in enumerate(order)])
    by_place = dict(zip(order.tolist(), found.tolist(), strict=True))
    return [min(1.0, round(by_place[place], 12)) for place in range(n)]


def _chance_of(statistic: float, freedom: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(statistic, freedom))
