"""The key figures of a group of cases, each with an interval that fits its kind.

Sources: Wilson (1927) for the interval of a share; Kaplan and Meier (1958) for durations of which some are
censored, with the interval of Brookmeyer and Crowley (1982) for their median on the scale log(-log).
"""

import numpy as np
from numpy.typing import NDArray

from mining.comparison.profiles import Estimate
from mining.outlook.survival import NORMAL_975, incidence

Floats = NDArray[np.float64]


def share_estimate(n: int, total: int) -> Estimate:
    """Return the share that `n` of `total` cases are, with Wilson's interval."""
    if total == 0:
        return Estimate(None, None, None, 0)
    share, z2 = n / total, NORMAL_975**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = NORMAL_975 * np.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return Estimate(share, max(0.0, float(middle - half)), min(1.0, float(middle + half)), total)


def median_estimate(seconds: Floats, ended: NDArray[np.bool_]) -> Estimate:
    """Return the median of durations of which some are censored; a bound that is never reached is None."""
    if not ended.any():
        return Estimate(None, None, None, len(seconds))
    curve = incidence(seconds, ended.astype(np.int64), 1)
    n, d = curve.at_risk.astype(float), curve.ended.sum(axis=0)
    open_after = curve.open_after
    spread = np.sqrt(np.cumsum(np.divide(d, n * (n - d), out=np.zeros(len(n)), where=n > d)))
    inside = (open_after > 0) & (open_after < 1)
    power = np.ones(len(n))
    power[inside] = np.exp(NORMAL_975 * spread[inside] / np.log(open_after[inside]))
    return Estimate(
        _first_below(curve.times, open_after),
        _first_below(curve.times, open_after ** (1 / power)),
        _first_below(curve.times, open_after**power),
        len(seconds),
    )


def _first_below(times: Floats, open_after: Floats) -> float | None:
    reached = np.flatnonzero(open_after <= 0.5)
    return float(times[reached[0]]) if reached.size else None
