"""Precision by escaping arcs: how much of what a model allows along the log is ever done.

Source: Adriansyah, Munoz-Gama, Carmona, van Dongen and van der Aalst, Measuring precision of modeled
behavior (2015), in the form pm4py calls align-etconformance: only prefixes that the model can follow as
they are count, each weighed by the cases that go on from it; a prefix leads to the markings over the
fewest silent steps; the activities these allow include all those behind silent steps (pm4py 2.7 fires each
silent transition once and may miss some, so its figure can be higher).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mining.cost_automaton import NEVER, REPLAY, CostAutomaton
from mining.reachability import SILENT, ReachabilityGraph
from mining.traces import Traces

DEAD = -1


@dataclass
class _Prefix:
    """A prefix of the log: its state, how many cases go on from it, and with which activities."""

    state: int
    n_cases: int = 0
    after: dict[str, "_Prefix"] = field(default_factory=dict)


def precision(graph: ReachabilityGraph, traces: Traces) -> float:
    """Return the share of allowed continuations that the log shows, 0 to 1; 1 where none is allowed."""
    walk = _Walk(graph)
    root = _prefixes(walk, traces)
    allowed = escaping = 0
    for prefix in _all(root):
        labels = walk.allowed(prefix.state)
        allowed += prefix.n_cases * len(labels)
        escaping += prefix.n_cases * len(labels - prefix.after.keys())
    return 1 - escaping / allowed if allowed else 1.0


def _prefixes(walk: "_Walk", traces: Traces) -> _Prefix:
    root = _Prefix(0)
    for number in range(len(traces)):
        prefix, n_cases = root, int(traces.counts[number])
        for activity in traces.trace(number):
            prefix.n_cases += n_cases
            if activity not in prefix.after:
                prefix.after[activity] = _Prefix(walk.after(prefix.state, activity))
            prefix = prefix.after[activity]
    return root


def _all(root: _Prefix) -> Iterator[_Prefix]:
    waiting = [root]
    while waiting:
        prefix = waiting.pop()
        yield prefix
        waiting.extend(prefix.after.values())


class _Walk:
    """Where the prefixes of a log lead in a model, each state found once."""

    def __init__(self, graph: ReachabilityGraph) -> None:
        self._graph = graph
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
    for source, label in zip(
        graph.sources[~silent].tolist(), graph.step_labels[~silent].tolist(), strict=True
    ):
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
