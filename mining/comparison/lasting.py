"""Whether cases of one group come to their good end sooner than those of another; open ones are censored.

An end of another kind, such as failure, takes a case out of the race (cause-specific hazards). Sources: the
log-rank test of Mantel (1966), in layers of like cases stratified; the restricted mean of Royston and Parmar
(2013) on the curve of Aalen and Johansen, with an interval by the bootstrap. In small pairs of groups the
test's chance is also counted over random exchanges of their cases, and the larger of both is told.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.stats import chi2

from mining.comparison.profiles import Estimate, Histogram, State, common_steps, seconds_of
from mining.comparison.testing import LEVEL, Floats, Ints, Layers, Tests, joined, pairs_of

STATES: tuple[State, ...] = ("completed", "failed", "ended", "silent", "open")
SMALL = 200  # cases of a pair up to which exchanges are counted
N_EXCHANGES = 1_999
N_RESAMPLES = 200


@dataclass(frozen=True)
class Race:
    """How many cases reached their good end, lost it by another end, or are still open, by steps of time.

    Each is counted by layer, group and step; `seconds` are the ends of the steps.
    """

    seconds: Floats
    won: Ints
    lost: Ints
    open: Ints

    @classmethod
    def of(cls, layers: Layers, good_end: State) -> "Race":
        """Lay the groups' times on the steps that all of them allow."""
        none = Histogram({})
        flat = common_steps(
            [counts.lasting.get(state, none) for layer in layers for counts in layer for state in STATES]
        )
        steps = {step: row for row, step in enumerate(sorted({step for one in flat for step in one.cases}))}
        cases = np.zeros((len(flat), len(steps)), np.int64)
        for place, one in enumerate(flat):
            for step, n in one.cases.items():
                cases[place, steps[step]] = n
        by_state = cases.reshape(len(layers), len(layers[0]), len(STATES), len(steps))
        won, still = by_state[:, :, STATES.index(good_end)], by_state[:, :, STATES.index("open")]
        return cls(
            np.array([seconds_of(step) for step in steps]), won, by_state.sum(axis=2) - won - still, still
        )

    @property
    def cases(self) -> Ints:
        """How many cases each group has."""
        cases: Ints = (self.won + self.lost + self.open).sum(axis=(0, 2))
        return cases

    def horizon(self, min_cases: int) -> float:
        """Return up to what time every group with enough cases has been watched, in seconds."""
        together = (self.won + self.lost + self.open).sum(axis=0)
        watched = [self.seconds[np.flatnonzero(row)[-1]] for row in together if row.sum() >= min_cases]
        return float(min(watched, default=0.0))


def time_tests(race: Race, min_cases: int, seed: int) -> Tests:
    """Test every pair of groups; the effect is the difference in restricted mean time to the good end."""
    rng = np.random.default_rng(seed)
    means = mean_until_won(race, race.horizon(min_cases))
    parts: list[tuple[int, int, Ints, Floats, Floats]] = []
    for one, other in pairs_of(len(race.cases)):
        if min(race.cases[[one, other]]) >= min_cases:
            p_value = _logrank(race, [one, other], rng)
            if p_value is not None:
                effect = np.array([means[one] - means[other]])
                parts.append((one, other, np.zeros(1, np.int64), effect, np.array([p_value])))
    return joined(((),), parts)


def mean_estimates(race: Race, horizon: float, min_cases: int, seed: int) -> list[Estimate]:
    """Return each group's mean time to its good end, counted up to the horizon, in seconds."""
    rng = np.random.default_rng(seed)
    found = []
    for group, cases in enumerate(race.cases.tolist()):
        value, drawn = (
            _resampled(race, group, horizon, rng) if cases >= min_cases and horizon > 0 else (None, None)
        )
        interval = None if drawn is None else tuple(np.quantile(drawn, [0.025, 0.975]).tolist())
        found.append(Estimate.of(value, interval, cases))
    return found


def mean_until_won(race: Race, horizon: float) -> list[float]:
    """Return the mean time to the good end of each group, counted up to the horizon, in seconds."""
    states = np.stack([race.won.sum(axis=0), race.lost.sum(axis=0), race.open.sum(axis=0)])
    return [float(mean) for mean in _mean_until_won(states, race.seconds, horizon)]


def _resampled(race: Race, group: int, horizon: float, rng: Generator) -> tuple[float, Floats]:
    cells = np.stack([state.sum(axis=0)[group] for state in (race.won, race.lost, race.open)])
    n = int(cells.sum())
    drawn = rng.multinomial(n, cells.ravel() / n, N_RESAMPLES).reshape(N_RESAMPLES, *cells.shape)
    value = _mean_until_won(cells[:, None], race.seconds, horizon)
    return float(value[0]), _mean_until_won(np.moveaxis(drawn, 1, 0), race.seconds, horizon)


def _mean_until_won(states: Ints, seconds: Floats, horizon: float) -> Floats:
    """Return the area over the curve of those who won; `states` are won, lost, open by row and step."""
    won, lost, _ = states
    at_risk = np.maximum(_from_here_on(states.sum(axis=0)), 1)
    open_after = np.cumprod(1 - (won + lost) / at_risk, axis=-1)
    open_before = np.concatenate([np.ones_like(open_after[..., :1]), open_after[..., :-1]], axis=-1)
    share_won = np.cumsum(open_before * won / at_risk, axis=-1)
    widths = np.diff(np.minimum(np.append(seconds, horizon), horizon))
    area: Floats = horizon - (share_won * widths).sum(axis=-1)
    return area


def _logrank(race: Race, pair: list[int], rng: Generator) -> float | None:
    """Return the chance of so large a difference; None where the groups cannot differ."""
    won, left = race.won[:, pair], (race.lost + race.open)[:, pair]
    at_risk = _from_here_on(won + left)
    n, d = at_risk.sum(axis=1), won.sum(axis=1)
    hazard = np.divide(d, n, out=np.zeros(d.shape), where=n > 0)
    beyond = float((won[:, 0] - at_risk[:, 0] * hazard).sum())
    scale = np.maximum(n.astype(np.float64) ** 2 * (n - 1), 1)
    spread = float((d * (n - d) * at_risk[:, 0] * at_risk[:, 1] / scale).sum())
    if spread <= 0:
        return None
    p_value = float(chi2.sf(beyond**2 / spread, 1))
    if p_value < LEVEL and int(race.cases[pair].sum()) <= SMALL:
        return max(p_value, _by_exchange(won, left, np.cumsum(hazard, axis=-1), beyond, rng))
    return p_value


def _by_exchange(won: Ints, left: Ints, hazard: Floats, beyond: float, rng: Generator) -> float:
    """Return how often a random exchange of cases between the two groups sets them as far apart.

    What a group has won beyond expectation is the sum of scores of its cases: 1 for a win, less the hazard
    that the case has lived through.
    """
    drawn = np.zeros(N_EXCHANGES)
    for layer in range(len(won)):
        pooled = np.concatenate([won[layer].sum(axis=0), left[layer].sum(axis=0)])
        scores = np.concatenate([1 - hazard[layer], -hazard[layer]])
        n_one = int((won[layer, 0] + left[layer, 0]).sum())
        seen = pooled > 0
        exchanged = rng.multivariate_hypergeometric(pooled[seen], n_one, size=N_EXCHANGES, method="marginals")
        drawn += exchanged @ scores[seen]
    as_far = int((np.abs(drawn) >= abs(beyond) - 1e-9).sum())
    return (as_far + 1) / (N_EXCHANGES + 1)


def _from_here_on(counts: Ints) -> Ints:
    found: Ints = np.flip(np.cumsum(np.flip(counts, -1), axis=-1), -1)
    return found
