"""How unlike traces are: the fewest events to insert, leave out or replace, for all pairs at once.

The distances of one trace to all others grow bit by bit, 64 positions in a machine word. Sources: Levenshtein
(1966); Myers, A fast bit-vector algorithm (1999), in the form of Hyyrö (2003).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Distances = NDArray[np.float64]

_WORD = 64
_NOTHING = -1  # fills traces up to the longest


def edit_distances(traces: Sequence[Sequence[int]]) -> Distances:
    """Return the edit distance of every two traces over the length of the longer one: 0 alike to 1.

    Traces are sequences of small codes from 0.
    """
    order = sorted(range(len(traces)), key=lambda number: len(traces[number]))
    lengths = np.array([len(traces[number]) for number in order], np.int64)
    codes = np.full((len(order), int(lengths.max(initial=0))), _NOTHING, np.int64)
    for row, number in enumerate(order):
        codes[row, : lengths[row]] = traces[number]
    found = np.zeros((len(order), len(order)))
    for row, length in enumerate(lengths.tolist()):
        rest = slice(row + 1, None)
        one = codes[row, :length]
        distance = _short if length <= _WORD else _long
        found[row, rest] = distance(one, codes[rest], lengths[rest])
    longer = np.maximum(lengths[:, None], lengths[None, :])
    found = np.divide(found + found.T, longer, out=np.zeros_like(found), where=longer > 0)
    place = np.argsort(order)
    return found[np.ix_(place, place)]


def _short(one: Codes, others: Codes, lengths: Codes) -> Codes:
    """Return the distance of one trace of at most 64 events to others that are no shorter."""
    n = len(one)
    if n == 0 or not len(others):
        return lengths.copy()
    masks = np.zeros(int(max(others.max(), one.max())) + 2, np.uint64)  # the last one for `_NOTHING`
    for place, code in enumerate(one.tolist()):
        masks[code] |= np.uint64(1 << place)
    one_bit, last = np.uint64(1), np.uint64(n - 1)
    more = np.full(len(others), np.uint64((1 << n) - 1))
    less = np.zeros(len(others), np.uint64)
    score = np.full(len(others), n, np.int64)
    found = np.full(len(others), n, np.int64)
    for place in range(others.shape[1]):
        equal = masks[others[:, place]]
        vertical = equal | less
        diagonal = (((equal & more) + more) ^ more) | equal
        grows = less | ~(diagonal | more)
        shrinks = more & diagonal
        score += ((grows >> last) & one_bit).astype(np.int64)
        score -= ((shrinks >> last) & one_bit).astype(np.int64)
        grows = (grows << one_bit) | one_bit
        more = (shrinks << one_bit) | ~(vertical | grows)
        less = grows & vertical
        found = np.where(lengths == place + 1, score, found)
    return found


def _long(one: Codes, others: Codes, lengths: Codes) -> Codes:
    """Return the distance of one trace to others, a row of the table for all of them at once."""
    places = np.arange(others.shape[1] + 1)
    row = np.tile(places, (len(others), 1))
    for number, code in enumerate(one.tolist(), start=1):
        kept = row[:, :-1] + (others != code)
        row[:, 1:] = np.minimum(row[:, 1:] + 1, kept)
        row[:, 0] = number
        row = np.minimum.accumulate(row - places, axis=1) + places
    distances: Codes = row[np.arange(len(others)), lengths]
    return distances
