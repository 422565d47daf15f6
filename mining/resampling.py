"""Intervals of a figure by the bootstrap: the cases drawn again and again, each time the figure anew.

Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), the percentile interval. A resample
never shows behaviour that the log lacks and always misses some that it has, so a figure that depends on
what was seen at all, such as precision, comes out too low: such an interval is moved up by that bias. The
seed is fixed, so that the same log gives the same interval.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SEED = 20_220_615
SHARE = 0.95

Counts = NDArray[np.int64]
Interval = tuple[float, float]


def interval(
    figure: Callable[[Counts], NDArray[np.float64]],
    counts: Counts,
    n_resamples: int,
    *,
    unbiased: bool = True,
) -> Interval | None:
    """Return the 95 % interval of `figure`, a share, for cases counted by kind; None for fewer than two.

    `figure` takes one row of counts per resample; if it is not `unbiased` the interval is moved.
    """
    n = int(counts.sum())
    if n < 2:
        return None
    resampled = np.random.default_rng(SEED).multinomial(n, counts / n, n_resamples)
    drawn = figure(resampled)
    bias = 0.0 if unbiased else float(drawn.mean() - figure(counts[None, :])[0])
    low, high = np.clip(np.quantile(drawn, [(1 - SHARE) / 2, (1 + SHARE) / 2]) - bias, 0, 1)
    return float(low), float(high)


def fitness_interval(costs: Counts, worst_costs: Counts, counts: Counts, n_resamples: int) -> Interval | None:
    """Return the interval of a log's fitness; cases of one cost and one worst cost are of one kind."""
    if not int((worst_costs * counts).sum()):
        return None
    kinds, kind = np.unique(np.stack([costs, worst_costs]), axis=1, return_inverse=True)
    sizes = np.bincount(kind.ravel(), counts, minlength=kinds.shape[1]).astype(np.int64)

    def fitness(resampled: Counts) -> NDArray[np.float64]:
        values: NDArray[np.float64] = 1 - (resampled @ kinds[0]) / np.maximum(resampled @ kinds[1], 1)
        return values

    return interval(fitness, sizes, n_resamples)
