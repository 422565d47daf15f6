"""How far apart the ways are that two groups' cases go: the earth mover's distance of stochastic languages.

A group's language is its traces with the share of its cases that follow each; the distance is the least part
of a trace, in edits over its length, that must be changed per case to turn one language into the other.
Sources: Leemans, Syring and van der Aalst, Earth movers' stochastic conformance checking (2019); the test
exchanges cases between the two groups at random, within layers of like cases. With many groups or many
traces its statistic is the energy distance of Székely and Rizzo (2013) over the same edit distances, which
is as valid and a thousand times faster; the distance told is always the earth mover's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.random import Generator
from threadpoolctl import threadpool_limits

from mining.comparison.edit_distance import Distances, edit_distances
from mining.comparison.profiles import Trace
from mining.comparison.testing import LEVEL, QUESTIONS, Floats, Ints, Layers, Tests, joined, pairs_of

SAMPLE = 150  # cases drawn of a group with more traces than that
FEW_GROUPS, FEW_TRACES = 4, 120  # up to which the test's statistic is the earth mover's distance itself
N_EXCHANGES = 999
N_FIRST = 99  # exchanges after which a pair that plainly does not differ is left
PLAINLY = 10
N_BY_CHANCE = 3  # exchanges whose distance is measured where a pair has many traces
_ROUNDING = 1e-9
LEAST_SHARE = 0.5  # of a group's cases whose traces must be known


@dataclass(frozen=True, slots=True)
class Distance:
    """How far apart two groups are, 0 to 1, and how far random halves of their cases are on average.

    `one_cases` and `other_cases` say on how many cases of each this rests.
    """

    one: int
    other: int
    distance: float
    by_chance: float
    p_value: float
    one_cases: int
    other_cases: int


class Languages:
    """The traces of all groups, in layers of like cases, with their distances from one another."""

    def __init__(self, layers: Layers, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        found = dict.fromkeys(
            trace for layer in layers for counts in layer for trace in sorted(counts.traces)
        )
        self.traces: tuple[Trace, ...] = tuple(found)
        self.counts = self._sampled(layers, {trace: row for row, trace in enumerate(self.traces)})
        used = np.flatnonzero(self.counts.sum(axis=(0, 1)))
        self.counts = self.counts[:, :, used]
        self.hidden = np.sum([[counts.hidden_cases for counts in layer] for layer in layers], axis=0)
        self.distances = trace_distances([self.traces[row] for row in used.tolist()])

    def _sampled(self, layers: Layers, row: dict[Trace, int]) -> Ints:
        counts = np.zeros((len(layers), len(layers[0]), len(row)), np.int64)
        for layer, groups in enumerate(layers):
            for group, one in enumerate(groups):
                for trace, n in one.traces.items():
                    counts[layer, group, row[trace]] = n
        for group in range(counts.shape[1]):
            of_group = counts[:, group]
            if (of_group.sum(axis=0) > 0).sum() > SAMPLE:
                drawn = self._rng.multivariate_hypergeometric(of_group.ravel(), SAMPLE, method="marginals")
                counts[:, group] = drawn.reshape(of_group.shape)
        return counts

    @property
    def sampled(self) -> bool:
        """Whether a part of the cases stands for a group."""
        return bool((self.counts.sum(axis=(0, 2)) == SAMPLE).any())

    def pair(self, one: int, other: int, n_exchanges: int, min_cases: int) -> Distance | None:
        """Return how far two groups are apart; None where too few of their cases are known."""
        counts = self.counts[:, [one, other]]
        if self.hidden[[one, other]].any():
            counts = counts * (counts.sum(axis=0) > 0).all(axis=0)  # a bundle tells frequent traces only
        sizes = counts.sum(axis=(0, 2))
        whole = self.counts[:, [one, other]].sum(axis=(0, 2)) + self.hidden[[one, other]]
        if (sizes < np.maximum(min_cases, LEAST_SHARE * whole)).any():
            return None
        used = np.flatnonzero(counts.sum(axis=(0, 1)))
        few = self.counts.shape[1] <= FEW_GROUPS and len(used) <= FEW_TRACES
        exchanges = _Exchanges(counts[:, :, used], self.distances[np.ix_(used, used)], self._rng)
        return _compared((one, other), counts[:, :, used], exchanges, n_exchanges, few=few)


def control_flow_tests(
    languages: Languages, min_cases: int, n_questions: int = len(QUESTIONS)
) -> tuple[Tests, tuple[Distance, ...]]:
    """Test every pair of groups; the effect is how much farther apart they are than by chance."""
    n_groups = languages.counts.shape[1]
    # if two groups differ, each other one differs from one of them: at least n - 1 pairs do
    n_exchanges = max(N_EXCHANGES, ceil(n_groups * n_questions / (2 * LEVEL)))
    with threadpool_limits(1, "blas"):  # many small products: threads would wait for one another
        found = [
            distance
            for one, other in pairs_of(n_groups)
            if (distance := languages.pair(one, other, n_exchanges, min_cases)) is not None
        ]
    first = np.zeros(1, np.int64)
    parts = [
        (each.one, each.other, first, np.array([each.distance - each.by_chance]), np.array([each.p_value]))
        for each in found
    ]
    return joined(((),), parts), tuple(found)


def earth_movers(one: Ints, other: Ints, distances: Distances) -> float:
    """Return the least work that turns one distribution over traces into another."""
    import ot

    rows, columns = np.flatnonzero(one), np.flatnonzero(other)
    work = ot.emd2(one[rows] / one.sum(), other[columns] / other.sum(), distances[np.ix_(rows, columns)])
    return float(work)


def _compared(
    pair: tuple[int, int], counts: Ints, exchanges: "_Exchanges", n_exchanges: int, *, few: bool
) -> Distance:
    """Compare a pair of groups: `counts` by layer, group and trace."""
    own = counts[:, 0].sum(axis=0)[None, :]
    statistic = exchanges.earth_movers if few else exchanges.energies
    p_value, drawn = _chance(exchanges, statistic, float(statistic(own)[0]), n_exchanges)
    by_chance = drawn if few else exchanges.earth_movers(exchanges.drawn(N_BY_CHANCE))
    sizes = counts.sum(axis=(0, 2))
    distance = float(exchanges.earth_movers(own)[0])
    return Distance(*pair, distance, float(by_chance.mean()), p_value, int(sizes[0]), int(sizes[1]))


class _Exchanges:
    """Cases of two groups dealt out anew within layers; a deal is what the first group gets."""

    def __init__(self, counts: Ints, distances: Distances, rng: Generator) -> None:
        self._layers = counts.sum(axis=1)
        self._sizes = counts[:, 0].sum(axis=1)
        self._pooled = counts.sum(axis=(0, 1))
        self._distances = distances
        self._rng = rng

    def drawn(self, n: int) -> Ints:
        """Deal `n` times."""
        deals = [
            self._rng.multivariate_hypergeometric(pooled, size, size=n, method="marginals")
            for pooled, size in zip(self._layers, self._sizes.tolist(), strict=True)
        ]
        drawn: Ints = np.sum(deals, axis=0, dtype=np.int64)
        return drawn

    def earth_movers(self, deals: Ints) -> Floats:
        """Return the earth mover's distance of each deal."""
        return np.array([earth_movers(deal, self._pooled - deal, self._distances) for deal in deals])

    def energies(self, deals: Ints) -> Floats:
        """Return the energy distance of each deal."""
        rest = self._pooled - deals
        apart = deals / deals.sum(axis=1, keepdims=True) - rest / rest.sum(axis=1, keepdims=True)
        found: Floats = -np.einsum("ij,ij->i", apart @ self._distances, apart)
        return found


def _chance(
    exchanges: _Exchanges, statistic: Callable[[Ints], Floats], seen: float, n_exchanges: int
) -> tuple[float, Floats]:
    """Return how often a deal is as far apart as what is `seen`, and the deals' distances.

    If among the first deals many are, no more are made; such a p-value is far above any level.
    """
    drawn = statistic(exchanges.drawn(N_FIRST))
    if int((drawn >= seen - _ROUNDING).sum()) < PLAINLY:
        drawn = np.concatenate([drawn, statistic(exchanges.drawn(n_exchanges - N_FIRST))])
    return (int((drawn >= seen - _ROUNDING).sum()) + 1) / (len(drawn) + 1), drawn


def trace_distances(traces: Sequence[Trace]) -> Distances:
    """Return how unlike every two traces are, 0 to 1."""
    code = {
        activity: number
        for number, activity in enumerate(dict.fromkeys(a for trace in traces for a in trace))
    }
    return edit_distances([[code[activity] for activity in trace] for trace in traces])
