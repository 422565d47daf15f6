"""Precision by escaping arcs: how much of what a model allows along the log is ever done.

Source: Adriansyah, Munoz-Gama, Carmona, van Dongen and van der Aalst, Measuring precision of modeled
behavior (2015), in the form pm4py calls align-etconformance: only prefixes that the model can follow as
they are count, each weighed by the cases that go on from it; a prefix leads to the markings over the
fewest silent steps; the activities these allow include all those behind silent steps (pm4py 2.7 fires each
silent transition once and may miss some, so its figure can be higher).
"""

import numpy as np
from numpy.typing import NDArray

from mining.nets.cost_automaton import NEVER, REPLAY, CostAutomaton
from mining.nets.reachability import SILENT, ReachabilityGraph
from mining.nets.traces import Traces

DEAD = -1
AT_ONCE = 4_000_000  # numbers held at a time while resamples are counted
Counts = NDArray[np.int64]


class PrefixTree:
    """The prefixes of a log's distinct traces, with what a model allows after each.

    Nodes are numbered in the order of their parents, so that children of one node stand together.
    """

    def __init__(self, graph: ReachabilityGraph, traces: Traces) -> None:
        walk = _Walk(graph)
        children: dict[tuple[int, str], int] = {}
        parents, activities, states = [DEAD], [""], [0]
        rows: list[list[int]] = []
        for number in range(len(traces)):
            node, row = 0, []
            for activity in traces.trace(number):
                child = children.setdefault((node, activity), len(parents))
                if child == len(parents):
                    parents.append(node)
                    activities.append(activity)
                    states.append(walk.after(states[node], activity))
                node = child
                row.append(node)
            rows.append(row)
        allowed = [walk.allowed(state) for state in states]
        order = np.argsort(parents, kind="stable")
        place = np.argsort(order)
        passed = place[np.array([node for row in rows for node in row], np.int64)]
        traces_of_nodes = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        self._passing_traces = traces_of_nodes[np.argsort(passed, kind="stable")]
        self._first_passing = np.searchsorted(np.sort(passed), np.arange(1, len(parents)))
        self._parents = np.array(parents, np.int64)[order]
        self._is_allowed = np.array(
            [node > 0 and activities[node] in allowed[parents[node]] for node in order]
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


def precision(graph: ReachabilityGraph, traces: Traces) -> float:
    """Return the precision of a model for a log."""
    return PrefixTree(graph, traces).precision(traces.counts)


class _Walk:
    """Where the prefixes of a log lead in a model, each state found once."""

    def __init__(self, graph: ReachabilityGraph) -> None:
        self._automaton = CostAutomaton(graph, REPLAY)
        self._number = {label: number for number, label in enumerate(graph.labels)}
        self._eventual = _eventual_labels(graph)
        self._after: dict[tuple[int, str], int] = {}
        self._allowed: dict[int, set[str]] = {DEAD: set()}

    def after(self, state: int, activity: str) -> int:
        """Return the state that `activity` leads to, `DEAD` where the model does not allow it."""
        if state == DEAD or activity not in self._number:
            return DEAD
        if (state, activity) not in self._after:
            label = np.array([self._number[activity]], np.int32)
            reached, grown = self._automaton.step(np.array([state], np.int32), label)
            self._after[state, activity] = int(reached[0]) if grown[0] < NEVER else DEAD
        return self._after[state, activity]

    def allowed(self, state: int) -> set[str]:
        """Return the activities that a state allows next."""
        if state not in self._allowed:
            markings = np.nonzero(self._automaton.costs(state) == 0)[0]
            self._allowed[state] = set().union(*(self._eventual[marking] for marking in markings))
        return self._allowed[state]


def _eventual_labels(graph: ReachabilityGraph) -> list[set[str]]:
    """Return the labels that each marking allows, at once or behind silent steps."""
    silent = graph.step_labels == SILENT
    allowed: list[set[str]] = [set() for _ in range(graph.n_markings)]
    shown = zip(graph.sources[~silent].tolist(), graph.step_labels[~silent].tolist(), strict=True)
    for source, label in shown:
        allowed[source].add(graph.labels[label])
    steps = list(zip(graph.sources[silent].tolist(), graph.targets[silent].tolist(), strict=True))
    grew = True
    while grew:
        grew = False
        for source, target in steps:
            before = len(allowed[source])
            allowed[source] |= allowed[target]
            grew |= len(allowed[source]) > before
    return allowed
