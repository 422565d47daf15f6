"""Whether cases wait longer on an arc in one group than in another: a rank test over cases.

A case that takes an arc again counts with its mean wait, so that each case counts once. Waits are ranked by
the steps of their scale, ties counted as such. Sources: Mann and Whitney (1947) with the correction for ties
and for continuity; in layers of like cases the weighted sum of van Elteren (1960).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from mining.comparison.profiles import Histogram, Pair, common_steps
from mining.comparison.testing import Floats, Ints, Layers, Tests, no_tests

_CONTINUITY = 0.5
_NONE = Histogram({})


def waiting_tests(layers: Layers, min_cases: int) -> Tests:
    """Test every arc on every pair of groups of which at least `min_cases` cases each take it.

    The effect is the chance that a case of one group waits longer than one of the other, less a half.
    """
    arcs = sorted({arc for layer in layers for counts in layer for arc in counts.waits})
    found: list[tuple[NDArray[Any], ...]] = []
    for number, arc in enumerate(arcs):
        tests = _arc_tests(layers, arc, min_cases)
        found.append((np.full(len(tests[0]), number), *tests))
    if not sum(len(part[0]) for part in found):
        return no_tests()
    subject, one, other, effect, p_value = (np.concatenate(part) for part in zip(*found, strict=True))
    return Tests(tuple(arcs), subject, one, other, effect, p_value)


def _arc_tests(layers: Layers, arc: Pair, min_cases: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs, effects and p-values of one arc."""
    tables = _tables([[counts.waits.get(arc, _NONE) for counts in layer] for layer in layers])
    cases = np.sum([table.sum(axis=0) for table in tables], axis=0)
    longer = possible = weighted = spread = weight = np.zeros((len(cases), len(cases)))
    for table in tables:
        n, wins = table.sum(axis=0), _wins(table)
        pairs = np.outer(n, n)
        own = np.where(pairs > 0, 1 / (n[:, None] + n[None, :] + 1), 0)
        longer, possible = longer + wins, possible + pairs
        weighted, spread = weighted + own * (wins - pairs / 2), spread + own**2 * _spread(table)
        weight = np.maximum(weight, own)
    fit = cases >= min_cases
    one, other = np.nonzero(np.triu(np.outer(fit, fit) & (spread > 0), 1))
    beyond = np.maximum(0, np.abs(weighted) - _CONTINUITY * weight)[one, other]
    p_value = np.minimum(1.0, 2 * norm.sf(beyond / np.sqrt(spread[one, other])))
    return one, other, longer[one, other] / possible[one, other] - 0.5, p_value


def _tables(histograms: Sequence[Sequence[Histogram]]) -> list[Floats]:
    """Return the cases of each layer by step and group, on the steps that all histograms allow."""
    flat = common_steps([one for layer in histograms for one in layer])
    steps = {step: row for row, step in enumerate(sorted({step for one in flat for step in one.cases}))}
    n_groups = len(histograms[0])
    tables = [np.zeros((len(steps), n_groups)) for _ in histograms]
    for place, one in enumerate(flat):
        layer, group = divmod(place, n_groups)
        for step, n in one.cases.items():
            tables[layer][steps[step], group] = n
    return tables


def _wins(table: Floats) -> Floats:
    """Return for each two groups in how many pairs of cases the first waits longer, ties half."""
    below = np.cumsum(table, axis=0) - table
    wins: Floats = table.T @ (below + table / 2)
    return wins


def _spread(table: Floats) -> Floats:
    """Return the variance of the number of wins for each two groups if they did not differ."""
    n = table.sum(axis=0)
    total = n[:, None] + n[None, :]
    cubes, squares = (table**3).sum(axis=0), (table**2).T @ table
    ties = cubes[:, None] + 3 * squares + 3 * squares.T + cubes[None, :] - total
    whole = np.maximum(total * (total - 1), 1)
    spread: Floats = np.maximum(0, np.outer(n, n) / 12 * (total + 1 - ties / whole))
    return spread
