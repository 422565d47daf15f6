"""Precision by escaping arcs: how much of what a model allows along the log is ever done.

Source: Adriansyah, Munoz-Gama, Carmona, van Dongen and van der Aalst, Measuring precision of modeled
behavior (2015), in the form pm4py calls align-etconformance: only prefixes that the model can follow as
they are count, each weighed by the cases that go on from it; a prefix leads to the markings over the
fewest silent steps; the activities these allow include all those behind silent steps (pm4py 2.7 fires each
silent transition once and may miss some, so its figure can be higher).
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from mining.nets.petri_net import PetriNet
from mining.nets.prefix_walk import MAX_MARKINGS, START, PrefixWalk
from mining.nets.traces import Traces

ROOT = 0
AT_ONCE = 4_000_000  # numbers held at a time while resamples are counted
Counts = NDArray[np.int64]


class PrefixTree:
    """The prefixes of a log's distinct traces, with what a model allows after each.

    Nodes are numbered in the order of their parents, so that children of one node stand together.
    """

    def __init__(self, net: PetriNet, traces: Traces, max_markings: int = MAX_MARKINGS) -> None:
        parents, activities, rows = _nodes(traces)
        allowed = _allowed(PrefixWalk(net, max_markings), parents, activities)
        order = np.argsort(parents, kind="stable")
        place = np.argsort(order)
        passed = place[np.array([node for row in rows for node in row], np.int64)]
        traces_of_nodes = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        self._passing_traces = traces_of_nodes[np.argsort(passed, kind="stable")]
        self._first_passing = np.searchsorted(np.sort(passed), np.arange(1, len(parents)))
        self._parents = np.array(parents, np.int64)[order]
        self._is_allowed = np.array(
            [node != ROOT and activities[node] in allowed[parents[node]] for node in order]
        )
        self._n_allowed = np.array([len(labels) for labels in allowed], np.int64)

    def precision(self, counts: Counts) -> float:
        """Return the share of allowed continuations that cases show, 0 to 1; 1 where none is allowed.

        `counts` are the cases of each distinct trace.
        """
        return float(self.precisions(counts[None, :])[0])

    def precisions(self, counts: Counts) -> NDArray[np.float64]:
        """Return the precision for each row of `counts`."""
        if len(self._parents) == 1:
            return np.ones(len(counts))
        n_rows = max(1, AT_ONCE // len(self._passing_traces))
        blocks = [self._block(counts[first : first + n_rows]) for first in range(0, len(counts), n_rows)]
        return np.concatenate(blocks)

    def _block(self, counts: Counts) -> NDArray[np.float64]:
        # the root stands first and is nobody's child
        passing = np.add.reduceat(counts[:, self._passing_traces], self._first_passing, axis=1)
        parents, firsts = np.unique(self._parents[1:], return_index=True)
        goes_on = np.add.reduceat(passing, firsts, axis=1)
        seen = np.add.reduceat((passing > 0) & self._is_allowed[1:], firsts, axis=1, dtype=np.int64)
        n_allowed = self._n_allowed[parents]
        allowed = goes_on @ n_allowed
        escaping = (goes_on * (n_allowed - seen)).sum(axis=1)
        shares: NDArray[np.float64] = np.divide(
            escaping, allowed, out=np.zeros(len(counts)), where=allowed > 0
        )
        return np.subtract(1, shares)


def precision(net: PetriNet, traces: Traces) -> float:
    """Return the precision of a model for a log."""
    return PrefixTree(net, traces).precision(traces.counts)


def _nodes(traces: Traces) -> tuple[list[int], list[str], list[list[int]]]:
    """Return parent and activity of each distinct prefix, and the prefixes of each trace by their numbers."""
    children: dict[tuple[int, str], int] = {}
    parents, activities, rows = [ROOT], [""], []
    for number in range(len(traces)):
        node, row = ROOT, []
        for activity in traces.trace(number):
            child = children.setdefault((node, activity), len(parents))
            if child == len(parents):
                parents.append(node)
                activities.append(activity)
            node = child
            row.append(node)
        rows.append(row)
    return parents, activities, rows


def _allowed(walk: PrefixWalk, parents: list[int], activities: list[str]) -> list[frozenset[str]]:
    """Return what the model allows after each prefix that goes on; a parent stands before its children."""
    children: dict[int, list[int]] = defaultdict(list)
    for node, parent in enumerate(parents[1:], 1):
        children[parent].append(node)
    states, allowed = [START] * len(parents), [frozenset[str]()] * len(parents)
    for node in range(len(parents)):
        if node in children:
            following = walk.follow(states[node], [activities[child] for child in children[node]])
            allowed[node] = walk.seen(states[node]).allowed
            for child in children[node]:
                states[child] = following[activities[child]]
    return allowed
