"""The cheapest alignment cost of any trace, one table look-up per event.

After a prefix of a trace every marking of the model has a cheapest cost: the fewest log moves and visible
model moves that align the prefix with a run into that marking. An event turns one such cost vector into
the next. Vectors, less their minimum, are the states of an automaton that is determinised lazily: a
(state, label) pair is computed once, as a min-plus product over the reachability graph, for all traces
that need it at the same position.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mining.nets.reachability import SILENT, ReachabilityGraph

Costs = NDArray[np.int16]
Numbers = NDArray[np.int32]
NEVER = np.int16(30_000)  # the cost, or more, of a marking that cannot be reached
UNKNOWN = -1
LOG_MOVE, MODEL_MOVE = np.int16(1), 1  # what they cost


class CostAutomaton:
    """The states found so far for one model; `step` finds the missing ones."""

    def __init__(self, graph: ReachabilityGraph, *, max_bytes: int = 256 << 20) -> None:
        self._moves = _moves(graph)
        self._relaxation = _free_steps(graph)
        self._n_labels = len(graph.labels)
        self._n_markings = graph.n_markings
        self._max_states = max(1_000, max_bytes // (2 * graph.n_markings))
        self.forget()

    def forget(self) -> None:
        """Drop every state but the first one."""
        start = np.full((1, self._n_markings), NEVER)
        start[0, 0] = 0
        self._vectors = np.empty((256, self._n_markings), np.int16)
        self._successor = np.full((256, self._n_labels), UNKNOWN, np.int32)
        self._shift = np.zeros((256, self._n_labels), np.int16)
        self._numbers: dict[bytes, int] = {}
        self._number(self._relaxation.close(start))

    @property
    def n_states(self) -> int:
        """How many states are known."""
        return len(self._numbers)

    @property
    def is_full(self) -> bool:
        """Whether the states take up the memory they may."""
        return self.n_states >= self._max_states

    def step(self, states: Numbers, labels: Numbers) -> tuple[Numbers, Costs]:
        """Return the states after one event each, and by how much the least cost grew."""
        successors = self._successor[states, labels]
        missing = successors == UNKNOWN
        if missing.any():
            self._find(states[missing], labels[missing])
            successors = self._successor[states, labels]
        return successors, self._shift[states, labels]

    def costs(self, state: int) -> Costs:
        """Return the cost of each marking in `state`, less the least of them."""
        costs: Costs = self._vectors[state]
        return costs

    def costs_at(self, states: Numbers, marking: int) -> Costs:
        """Return the cost of one marking in each of `states`, less the least of that state."""
        costs: Costs = self._vectors[states, marking]
        return costs

    def _find(self, states: Numbers, labels: Numbers) -> None:
        pairs = np.unique(states.astype(np.int64) * self._n_labels + labels)
        for label in np.unique(pairs % self._n_labels):
            before = pairs[pairs % self._n_labels == label] // self._n_labels
            vectors = self._vectors[before]
            after = self._moves[label].follow(vectors)
            np.minimum(after, vectors + LOG_MOVE, out=after)
            after = np.minimum(self._relaxation.close(after), NEVER)
            least = after.min(axis=1)
            after[after < NEVER] -= np.repeat(least, (after < NEVER).sum(axis=1))
            self._successor[before, label] = self._number(after)
            self._shift[before, label] = least

    def _number(self, vectors: Costs) -> Numbers:
        numbers = np.empty(len(vectors), np.int32)
        for row, vector in enumerate(vectors):
            known = len(self._numbers)
            number = self._numbers.setdefault(vector.tobytes(), known)
            if number == known:
                self._make_room(number)
                self._vectors[number] = vector
            numbers[row] = number
        return numbers

    def _make_room(self, number: int) -> None:
        if number < len(self._vectors):
            return
        more = len(self._vectors)
        self._vectors = np.concatenate([self._vectors, np.empty_like(self._vectors)])
        self._successor = np.concatenate(
            [self._successor, np.full((more, self._n_labels), UNKNOWN, np.int32)]
        )
        self._shift = np.concatenate([self._shift, np.zeros_like(self._shift)])


@dataclass(frozen=True)
class _Relaxation:
    """Steps sorted by target, so that the cheapest way into each marking is one `reduceat`."""

    sources: Numbers
    weights: Costs
    targets: Numbers
    firsts: NDArray[np.int64]

    @classmethod
    def of(cls, sources: Numbers, targets: Numbers, weights: Costs) -> "_Relaxation":
        order = np.lexsort((weights, sources, targets))
        into, firsts = np.unique(targets[order], return_index=True)
        return cls(sources[order], weights[order], into, firsts)

    def follow(self, vectors: Costs) -> Costs:
        """Return the cost of each marking when exactly one step is taken."""
        reached = np.full_like(vectors, NEVER)
        if len(self.targets):
            arriving = vectors[:, self.sources] + self.weights
            reached[:, self.targets] = np.minimum.reduceat(arriving, self.firsts, axis=1)
        return reached

    def close(self, vectors: Costs) -> Costs:
        """Lower each cost to the cheapest over any number of steps."""
        if not len(self.targets):
            return vectors
        open_rows = np.arange(len(vectors))
        while len(open_rows):
            rows = vectors[open_rows]
            arriving = rows[:, self.sources] + self.weights
            into = np.minimum.reduceat(arriving, self.firsts, axis=1)
            lowered = into < rows[:, self.targets]
            rows[:, self.targets] = np.minimum(into, rows[:, self.targets])
            vectors[open_rows] = rows
            open_rows = open_rows[lowered.any(axis=1)]
        return vectors


def _moves(graph: ReachabilityGraph) -> list[_Relaxation]:
    """Return the synchronous moves of each label, at no cost."""
    return [
        _Relaxation.of(graph.sources[shown], graph.targets[shown], np.zeros(shown.sum(), np.int16))
        for shown in (graph.step_labels == label for label in range(len(graph.labels)))
    ]


def _free_steps(graph: ReachabilityGraph) -> _Relaxation:
    """Return the steps that may be taken without an event: silent ones at no cost, others as model moves."""
    allowed = graph.sources != graph.targets
    weights = np.where(graph.step_labels == SILENT, 0, MODEL_MOVE).astype(np.int16)
    return _Relaxation.of(graph.sources[allowed], graph.targets[allowed], weights[allowed])
