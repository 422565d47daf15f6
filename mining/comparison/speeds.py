"""How fast groups come to their good end with the mix of their cases held equal, by regression.

Cox's regression (1972) of the hazard of the good end, other ends taken as leaving the race (Prentice et al.
1978). It supposes that a ratio of hazards is the same at all times, which is tested: Schoenfeld's residuals
must not go along with time (Grambsch and Therneau 1994). Without traits it gives the plain ratio.
"""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mining.comparison.profiles import Estimate
from mining.comparison.regression import Design, Flags, Floats
from mining.outlook.survival import NORMAL_975

if TYPE_CHECKING:
    import pandas as pd
    from lifelines import CoxPHFitter

_DAY = 86_400.0


@dataclass(frozen=True)
class Drift:
    """How far a ratio of hazards moves as time goes on, positive where it grows, and how likely by chance."""

    trend: float
    p_value: float


@dataclass(frozen=True)
class Speeds:
    """The logarithm of each group's hazard over the first's, with their covariance.

    `trends` is how each moves with the order of the good ends, `size` the sum of squares it is held against;
    `traits_p_value` is how likely by chance the traits' part moves as much, None without traits.
    """

    logs: Floats
    covariance: Floats
    trends: Floats
    size: float
    traits_p_value: float | None

    def difference(self, one: int, other: int, cases: int) -> Estimate:
        """Return how many times as fast one group comes to its good end."""
        value = float(self.logs[one] - self.logs[other])
        width = NORMAL_975 * float(np.sqrt(max(self._variance(one, other), 0.0)))
        low, middle, high = np.exp([value - width, value, value + width]).tolist()
        return Estimate.of(middle, (low, high), cases)

    def drift(self, one: int, other: int) -> Drift | None:
        """Return how the ratio of two groups moves; None where their difference is not known at all."""
        from scipy.stats import chi2

        variance = self._variance(one, other)
        if variance <= 0 or self.size <= 0:
            return None
        trend = float(self.trends[one] - self.trends[other])
        return Drift(trend, float(chi2.sf(trend**2 / (self.size * variance), 1)))

    def _variance(self, one: int, other: int) -> float:
        covariance = self.covariance
        return float(covariance[one, one] + covariance[other, other] - 2 * covariance[one, other])


def speeds(seconds: Floats, won: Flags, design: Design) -> Speeds | None:
    """Return the groups' speeds; None if they are not found."""
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    own = design.matrix(design.group)[:, 1:]
    table = pd.DataFrame(own, columns=[f"x{n}" for n in range(own.shape[1])])
    table["days"], table["won"] = seconds / _DAY, won
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of separated traits, which the interval then shows
            fitted = CoxPHFitter().fit(table, "days", "won")
            trends, size = _trends(fitted, table)
    except ConvergenceError:
        return None
    k = design.n_groups
    logs, covariance, of_groups = np.zeros(k), np.zeros((k, k)), np.zeros(k)
    whole = fitted.variance_matrix_.to_numpy()
    logs[1:], covariance[1:, 1:] = fitted.params_.to_numpy()[: k - 1], whole[: k - 1, : k - 1]
    of_groups[1:] = trends[: k - 1]
    if not np.isfinite(covariance).all():
        return None
    return Speeds(logs, covariance, of_groups, size, _joint(trends[k - 1 :], whole[k - 1 :, k - 1 :], size))


def _trends(fitted: "CoxPHFitter", table: "pd.DataFrame") -> tuple[Floats, float]:
    """Return how each term's scaled residuals go along with the order of the good ends."""
    residuals = fitted.compute_residuals(table, kind="scaled_schoenfeld").to_numpy()
    order = np.arange(1.0, len(residuals) + 1)
    order -= order.mean()
    trends: Floats = order @ residuals
    return trends, float(len(residuals) * (order**2).sum())


def _joint(trends: Floats, covariance: Floats, size: float) -> float | None:
    """Return how likely by chance several terms together move as much."""
    from scipy.stats import chi2

    if not len(trends) or size <= 0 or not np.isfinite(covariance).all():
        return None
    statistic = float(trends @ np.linalg.pinv(covariance) @ trends) / size
    return float(chi2.sf(statistic, len(trends)))
