"""Whether something happens in a larger share of one group's cases than of another's.

Each case counts once, so that events of one case are never taken for independent. Sources: Fisher's exact
test (1935); the chi-square test with Yates' correction where every expected count is at least 20; in layers
of like cases the test of Cochran, Mantel and Haenszel (1959) with the mean difference in shares.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import norm

from mining.comparison.profiles import Subject
from mining.comparison.testing import Floats, Ints, Tests, joined, pairs_of

ENOUGH = 20  # expected cases in the smallest field from which chi-square serves
_AT_ONCE = 2_000_000  # fields of probability tables held at a time
_EQUAL = 1 + 1e-7  # tables as improbable as the one seen, up to rounding


@dataclass(frozen=True)
class Shares:
    """`with_it[layer, group, subject]` of `cases[layer, group, subject]` cases show a subject.

    Counts below 0 are kept back by a bundle; their tests are not made.
    """

    subjects: tuple[Subject, ...]
    with_it: Ints
    cases: Ints


def frequency_tests(shares: Shares, min_cases: int) -> Tests:
    """Test every subject on every pair of groups that have at least `min_cases` cases.

    A subject that fewer than `min_cases` cases of the pair show, or lack, is not tested.
    """
    return joined(shares.subjects, _parts(shares, min_cases))


def _parts(shares: Shares, min_cases: int) -> Iterator[tuple[int, int, Ints, Floats, Floats]]:
    known: NDArray[np.bool_] = np.all(shares.with_it >= 0, axis=0)
    for one, other in pairs_of(shares.cases.shape[1]):
        n = shares.cases[:, one] + shares.cases[:, other]
        total = (shares.with_it[:, one] + shares.with_it[:, other]).sum(axis=0)
        enough = np.minimum(total, n.sum(axis=0) - total) >= min_cases
        for group in (one, other):
            enough &= known[group] & (shares.cases[:, group].sum(axis=0) >= min_cases)
        asked = np.flatnonzero(enough)
        tables = [
            field[:, :, asked] for field in (shares.with_it[:, [one, other]], shares.cases[:, [one, other]])
        ]
        effect, p_value = _tested(*tables)
        yield one, other, asked, effect, p_value


def _tested(with_it: Ints, cases: Ints) -> tuple[Floats, Floats]:
    """Return difference in shares and p-value of each subject; fields are `[layer, group, subject]`."""
    a, n1, n2 = with_it[:, 0], cases[:, 0], cases[:, 1]
    m, n = with_it.sum(axis=1), cases.sum(axis=1)
    both = (n1 > 0) & (n2 > 0)
    weight = np.divide(n1 * n2, n, out=np.zeros(a.shape), where=both)
    apart = np.divide(a, n1, out=np.zeros(a.shape), where=both) - np.divide(
        with_it[:, 1], n2, out=np.zeros(a.shape), where=both
    )
    effect = np.divide((weight * apart).sum(axis=0), weight.sum(axis=0), out=np.zeros(a.shape[1]),
                       where=weight.sum(axis=0) > 0)  # fmt: skip
    expected = np.divide(n1 * m, n, out=np.zeros(a.shape), where=both)
    spread = np.divide(
        n1 * n2 * m * (n - m),
        n.astype(np.float64) ** 2 * (n - 1),
        out=np.zeros(a.shape),
        where=both & (n > 1),
    ).sum(axis=0)
    beyond = np.maximum(0, np.abs(np.where(both, a - expected, 0).sum(axis=0)) - 0.5)
    score = np.divide(beyond, np.sqrt(spread), out=np.zeros(len(spread)), where=spread > 0)
    p_value = 2 * norm.sf(score)
    if len(a) == 1:
        least = np.minimum(n1, n2)[0] * np.minimum(m, n - m)[0] / np.maximum(n[0], 1)
        small = least < ENOUGH
        p_value[small] = fisher(a[0, small], n1[0, small], n2[0, small], m[0, small])
    return effect, np.minimum(p_value, 1.0)


def fisher(a: Ints, n1: Ints, n2: Ints, m: Ints) -> Floats:
    """Return the two-sided exact p-value of each table: `a` of `n1` against `m - a` of `n2`."""
    if not len(a):
        return np.zeros(0)
    tables, place = np.unique(np.stack([a, n1, n2, m], axis=1), axis=0, return_inverse=True)
    width = np.minimum(tables[:, 1], tables[:, 3]) - np.maximum(0, tables[:, 3] - tables[:, 2]) + 1
    found = np.zeros(len(tables))
    order = np.argsort(width)
    first = 0
    while first < len(order):
        last = first + 1
        while last < len(order) and (last + 1 - first) * width[order[last]] <= _AT_ONCE:
            last += 1
        found[order[first:last]] = _fisher(tables[order[first:last]], int(width[order[last - 1]]))
        first = last
    p_values: Floats = found[place.ravel()]
    return p_values


def _fisher(tables: Ints, width: int) -> Floats:
    a, n1, n2, m = (column[:, None] for column in tables.T)
    x = np.maximum(0, m - n2) + np.arange(width)
    possible = x <= np.minimum(n1, m)
    x = np.where(possible, x, np.maximum(0, m - n2))
    log_chance = _log_choose(n1, x) + _log_choose(n2, m - x) - _log_choose(n1 + n2, m)
    chance = np.where(possible, np.exp(log_chance), 0)
    seen = np.exp(_log_choose(n1, a) + _log_choose(n2, m - a) - _log_choose(n1 + n2, m))
    p_values: Floats = np.where(chance <= seen * _EQUAL, chance, 0).sum(axis=1)
    return p_values


def _log_choose(n: Ints, k: Ints) -> NDArray[np.float64]:
    found: NDArray[np.float64] = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
    return found
