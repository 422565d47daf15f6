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
_CELLS = 12_000  # pairs at once: their words stay in the processor's cache
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
    n_short = int(np.searchsorted(lengths, _WORD, side="right"))
    at_once = max(1, _CELLS // max(1, len(order)))
    for row in range(0, n_short, at_once):
        ones = slice(row, min(row + at_once, n_short))
        found[ones, row + 1 :] = _short(codes[ones], lengths[ones], codes[row + 1 :], lengths[row + 1 :])
    for row in range(n_short, len(order)):
        rest = slice(row + 1, None)
        found[row, rest] = _long(codes[row, : lengths[row]], codes[rest], lengths[rest])
    found = np.triu(found, 1)
    longer = np.maximum(lengths[:, None], lengths[None, :])
    found = np.divide(found + found.T, longer, out=np.zeros_like(found), where=longer > 0)
    place = np.argsort(order)
    return found[np.ix_(place, place)]


def _short(ones: Codes, sizes: Codes, others: Codes, lengths: Codes) -> Codes:
    """Return the distances of traces of at most 64 events to others that are no shorter.

    Where another is shorter all the same, the number means nothing.
    """
    masks = np.zeros((len(ones), int(max(others.max(initial=0), ones.max(initial=0))) + 2), np.uint64)
    for place in range(int(sizes.max())):  # the last column is for `_NOTHING`
        rows = np.flatnonzero(sizes > place)
        masks[rows, ones[rows, place]] |= np.uint64(1 << place)
    one_bit, last = np.uint64(1), np.maximum(sizes - 1, 0).astype(np.uint64)[:, None]
    all_bits = np.array([(1 << size) - 1 for size in sizes.tolist()], np.uint64)[:, None]
    more = np.repeat(all_bits, len(others), axis=1)
    less = np.zeros_like(more)
    score = np.repeat(sizes[:, None], len(others), axis=1)
    found = score.copy()
    for place in range(others.shape[1]):
        equal = masks.take(others[:, place], axis=1, mode="wrap")
        vertical = equal | less
        diagonal = (((equal & more) + more) ^ more) | equal
        grows = less | ~(diagonal | more)
        shrinks = more & diagonal
        score += ((grows >> last) & one_bit).view(np.int64)
        score -= ((shrinks >> last) & one_bit).view(np.int64)
        grows = (grows << one_bit) | one_bit
        more = (shrinks << one_bit) | ~(vertical | grows)
        less = grows & vertical
        ends = lengths == place + 1
        found[:, ends] = score[:, ends]
    return np.where(sizes[:, None] == 0, lengths, found)


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
