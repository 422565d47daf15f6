"""The cost of one alignment by searching for it, for nets with too many markings to list.

An A* search through the product of net and trace; what is still to come is estimated from below by the
marking equation, a linear programme. Source: van Dongen, Efficiently computing alignments (2018).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from mining.nets.petri_net import ModelRefusedError, PetriNet

Numbers = NDArray[np.int32]
Solution = NDArray[np.float64]
MAX_STATES = 200_000  # of one trace, so that a hopeless one does not eat the memory
NEARLY = 1e-6
INFEASIBLE = 2  # linprog's status


def search_cost(net: PetriNet, trace: Sequence[str], until: float) -> int | None:
    """Return the cheapest cost of aligning `trace`; None if it is not found in time or in `MAX_STATES`.

    `until` is a moment of the monotonic clock.
    """
    return _Search(_Product.of(net, trace)).cost(until)


@dataclass(frozen=True)
class _Product:
    """A net beside the chain of a trace's events, and their moves: what each takes, changes and costs."""

    takes: Numbers
    change: Numbers
    costs: Numbers
    initial: Numbers
    final: Numbers

    @classmethod
    def of(cls, net: PetriNet, trace: Sequence[str]) -> "_Product":
        place = {name: number for number, name in enumerate(net.places)}
        rows = [*_model_moves(net, place), *_log_moves(net, trace, place)]
        n_places = len(place) + len(trace) + 1
        takes, gives = np.zeros((len(rows), n_places), np.int32), np.zeros((len(rows), n_places), np.int32)
        for row, (taken, given, _) in enumerate(rows):
            for at, weight in taken:
                takes[row, at] += weight
            for at, weight in given:
                gives[row, at] += weight
        initial, final = np.zeros(n_places, np.int32), np.zeros(n_places, np.int32)
        for marking, tokens, end in ((initial, net.initial, 0), (final, net.final, len(trace))):
            for name, number in tokens.items():
                marking[place[name]] = number
            marking[len(place) + end] = 1
        return cls(takes, gives - takes, np.array([cost for _, _, cost in rows], np.int32), initial, final)


_Arcs = list[tuple[int, int]]


def _model_moves(net: PetriNet, place: dict[str, int]) -> Iterator[tuple[_Arcs, _Arcs, int]]:
    for step in net.transitions:
        taken = [(place[name], weight) for name, weight in step.takes.items()]
        given = [(place[name], weight) for name, weight in step.gives.items()]
        yield taken, given, int(step.label is not None)


def _log_moves(
    net: PetriNet, trace: Sequence[str], place: dict[str, int]
) -> Iterator[tuple[_Arcs, _Arcs, int]]:
    """Yield the log move of each event and its synchronous moves."""
    for position, event in enumerate(trace):
        here, there = (len(place) + position, 1), (len(place) + position + 1, 1)
        yield [here], [there], 1
        for step, (taken, given, _) in zip(net.transitions, _model_moves(net, place), strict=True):
            if step.label == event:
                yield [*taken, here], [*given, there], 0


@dataclass(frozen=True, slots=True)
class _State:
    """A marking of the product, what it cost to come here, and a solution of what is still to come."""

    marking: Numbers
    spent: int
    to_come: float
    solution: Solution | None


class _Search:
    """One A* search."""

    def __init__(self, product: _Product) -> None:
        self._product = product
        self._waiting: list[tuple[int, int, int, _State]] = []
        self._numbers = count()

    def cost(self, until: float) -> int | None:
        """Return the cheapest cost; None if time or memory runs out first."""
        settled: set[bytes] = set()
        self._add(_State(self._product.initial, 0, 0, None), 0)
        while self._waiting:
            if monotonic() > until or len(settled) >= MAX_STATES:
                return None
            _, depth, _, state = heappop(self._waiting)
            key = state.marking.tobytes()
            if key in settled:
                continue
            if (state.marking == self._product.final).all():
                return state.spent
            if state.solution is None:
                self._estimate(state, -depth)
                continue
            settled.add(key)
            self._expand(state, -depth)
        raise ModelRefusedError("the model's final marking can never be reached; mend the model")

    def _add(self, state: _State, depth: int) -> None:
        # of equally promising states the deepest first: it is nearest to the goal
        promise = state.spent + int(np.ceil(state.to_come - NEARLY))
        heappush(self._waiting, (promise, -depth, next(self._numbers), state))

    def _estimate(self, state: _State, depth: int) -> None:
        """Put the state back with the least that is still to come; drop it if the end cannot be reached."""
        found = linprog(
            self._product.costs,
            A_eq=self._product.change.T,
            b_eq=self._product.final - state.marking,
            method="highs",
        )
        if found.status == INFEASIBLE:
            return
        solution = found.x if found.success else np.zeros(len(self._product.costs))
        to_come = float(found.fun) if found.success else 0.0  # a stumbling solver estimates nothing
        self._add(_State(state.marking, state.spent, to_come, solution), depth)

    def _expand(self, state: _State, depth: int) -> None:
        assert state.solution is not None
        for move in np.nonzero((state.marking >= self._product.takes).all(axis=1))[0]:
            price = int(self._product.costs[move])
            solution = None
            if state.solution[move] >= 1 - NEARLY:  # then the rest of the solution solves the rest
                solution = state.solution.copy()
                solution[move] -= 1
            self._add(
                _State(
                    state.marking + self._product.change[move],
                    state.spent + price,
                    max(0.0, state.to_come - price),
                    solution,
                ),
                depth + 1,
            )
