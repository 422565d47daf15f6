"""Exact alignments of traces with a net: what they cost, and their moves.

A move is synchronous, a log move (an event the model does not allow there) or a model move (a step the
log does not show). Log moves and visible model moves cost 1, synchronous and silent moves nothing; the
cost of an alignment is the least possible. Source: Carmona, van Dongen, Solti and Weidlich, Conformance
Checking (2018), chapter 7; the fitness figures are those of van der Aalst, Process Mining (2016), 8.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from mining.nets.cost_automaton import NEVER, CostAutomaton
from mining.nets.petri_net import ModelRefusedError, PetriNet
from mining.nets.prefix_walk import fitting
from mining.nets.reachability import ReachabilityGraph, reachability_graph
from mining.nets.traces import Traces

NOT_ALIGNED = -1
MAX_MARKINGS = 20_000
LARGE = 2_000  # markings, beyond which a walk along a trace is tried before its alignment
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class AlignedTraces:
    """The cheapest cost of each distinct trace, `NOT_ALIGNED` where time ran out.

    `model_cost` is the cost of the empty trace: the shortest run through the model.
    """

    traces: Traces
    costs: Numbers
    model_cost: int

    def of_cases(self, counts: Numbers) -> "AlignedTraces":
        """Return the same alignments for other numbers of cases of each trace."""
        return replace(self, traces=replace(self.traces, counts=counts))

    @property
    def aligned(self) -> NDArray[np.bool_]:
        """Which distinct traces have a cost."""
        aligned: NDArray[np.bool_] = self.costs != NOT_ALIGNED
        return aligned

    @property
    def n_cases(self) -> int:
        """How many cases were aligned."""
        return int(self.traces.counts[self.aligned].sum())

    @property
    def n_fitting_cases(self) -> int:
        """How many cases the model allows as they are."""
        return int(self.traces.counts[self.costs == 0].sum())

    @property
    def cost(self) -> int:
        """The cost of all aligned cases together."""
        return int((self.costs * self.traces.counts)[self.aligned].sum())

    @cached_property
    def fitness(self) -> NDArray[np.float64]:
        """The fitness of each distinct trace: 1 less its cost over the worst cost, 0 to 1."""
        worst = self.worst_costs
        return 1 - np.divide(self.costs, worst, out=np.zeros(len(worst)), where=worst > 0)

    @property
    def log_fitness(self) -> float | None:
        """One less the cost of all cases over their worst cost; None for a log without aligned cases."""
        worst = int((self.worst_costs * self.traces.counts)[self.aligned].sum())
        if not self.n_cases:
            return None
        return 1 - self.cost / worst if worst else 1.0

    @property
    def average_trace_fitness(self) -> float | None:
        """The mean fitness of the aligned cases."""
        if not self.n_cases:
            return None
        return float((self.fitness * self.traces.counts)[self.aligned].sum() / self.n_cases)

    @property
    def worst_costs(self) -> Numbers:
        """The cost of each distinct trace if log and model shared nothing."""
        return self.traces.lengths + self.model_cost


class Aligner:
    """A model made ready for aligning; what one log taught it speeds the next one up.

    Several threads may use one; they take turns.
    """

    def __init__(self, net: PetriNet, *, max_markings: int = MAX_MARKINGS) -> None:
        self.net = net
        self._turn = Lock()
        self.graph: ReachabilityGraph = reachability_graph(net, max_markings=max_markings)
        if not self.graph.complete:
            self._automaton = None
            return
        if self.graph.final is None:
            raise ModelRefusedError("the model's final marking can never be reached; mend the model")
        self._automaton = CostAutomaton(self.graph)

    def align(self, traces: Traces, *, time_limit: float = 600.0) -> AlignedTraces:
        """Return the cheapest cost of every distinct trace found within `time_limit` seconds."""
        until = monotonic() + time_limit
        if self._automaton is None:
            return self._search(traces, until)
        with self._turn:
            fits = self._fits(traces, until) if self.graph.n_markings > LARGE else None
            costs = self._costs(traces, self._automaton, until, whole=True, fits=fits)
        return AlignedTraces(traces, costs, self._model_cost)

    def align_unfinished(self, traces: Traces, *, time_limit: float = 600.0) -> AlignedTraces:
        """Return the cheapest cost of each trace so far, wherever in the model it stands now."""
        if self._automaton is None:
            raise ModelRefusedError("the model has too many markings for unfinished cases to be aligned")
        with self._turn:
            costs = self._costs(traces, self._automaton, monotonic() + time_limit, whole=False)
        return AlignedTraces(traces, costs, 0)

    @property
    def lists_markings(self) -> bool:
        """Whether the model is small enough for all its markings to be listed."""
        return self._automaton is not None

    def prefix_costs(self, trace: Sequence[str]) -> list[Numbers]:
        """Return the cost of every marking after each prefix of `trace`, from the empty one to the whole."""
        with self._turn:
            return self._prefix_costs(trace)

    def _prefix_costs(self, trace: Sequence[str]) -> list[Numbers]:
        assert self._automaton is not None
        label_of = {label: number for number, label in enumerate(self.graph.labels)}
        state, least = np.zeros(1, np.int32), 0
        found = [self._automaton.costs(0).astype(np.int64)]
        for activity in trace:
            if activity in label_of:
                state, grown = self._automaton.step(state, np.array([label_of[activity]], np.int32))
                least += int(grown[0])
            else:
                least += 1
            found.append(self._automaton.costs(int(state[0])).astype(np.int64) + least)
        return found

    @property
    def _model_cost(self) -> int:
        assert self._automaton is not None
        assert self.graph.final is not None
        return int(self._automaton.costs(0)[self.graph.final])

    def _fits(self, traces: Traces, until: float) -> NDArray[np.bool_]:
        """Return which traces are found to be runs of a large model, where that costs less than aligning."""
        return np.array(fitting(self.net, traces, until), np.bool_)

    def _costs(
        self,
        traces: Traces,
        automaton: CostAutomaton,
        until: float,
        *,
        whole: bool,
        fits: NDArray[np.bool_] | None = None,
    ) -> Numbers:
        label_of = {label: number for number, label in enumerate(self.graph.labels)}
        labels = np.array([label_of.get(activity, NOT_ALIGNED) for activity in traces.activities], np.int32)
        costs = np.full(len(traces), NOT_ALIGNED, np.int64)
        longest_first = np.argsort(-traces.lengths, kind="stable")
        if fits is not None:
            costs[fits] = 0
            longest_first = longest_first[~fits[longest_first]]
        for chunk in np.array_split(longest_first, max(1, len(longest_first) // 20_000)):
            if automaton.is_full:
                automaton.forget()
            if monotonic() > until:
                break
            found = self._chunk_costs(traces, labels, chunk, automaton, until, whole=whole)
            if found is not None:
                costs[chunk] = found
        return costs

    def _chunk_costs(
        self,
        traces: Traces,
        labels: NDArray[np.int32],
        chunk: Numbers,
        automaton: CostAutomaton,
        until: float,
        *,
        whole: bool,
    ) -> Numbers | None:
        """Walk through the traces of `chunk`, longest first, side by side; None if out of time."""
        starts, lengths = traces.starts[chunk], traces.lengths[chunk]
        states = np.zeros(len(chunk), np.int32)
        costs = np.zeros(len(chunk), np.int64)
        for position in range(int(lengths[0]) if len(chunk) else 0):
            if monotonic() > until:
                return None
            n_open = int(np.searchsorted(-lengths, -position, side="left"))
            label = labels[traces.codes[starts[:n_open] + position]]
            known = np.nonzero(label >= 0)[0]
            states[known], grown = automaton.step(states[known], label[known])
            costs[known] += grown
            costs[:n_open] += label < 0
        if not whole:
            return costs
        assert self.graph.final is not None
        at_end = automaton.costs_at(states, self.graph.final).astype(np.int64)
        return np.where(at_end < NEVER, costs + at_end, NOT_ALIGNED)

    def _search(self, traces: Traces, until: float) -> AlignedTraces:
        from mining.nets.alignment_search import (
            search_cost,  # its solver is slow to load, and few nets need it
        )

        model_cost = search_cost(self.net, (), until)
        if model_cost is None:
            return AlignedTraces(traces, np.full(len(traces), NOT_ALIGNED, np.int64), 0)
        fits = self._fits(traces, until)
        costs = [
            0 if fits[number] else search_cost(self.net, traces.trace(number), until)
            for number in range(len(traces))
        ]
        found = np.array([NOT_ALIGNED if cost is None else cost for cost in costs], np.int64)
        return AlignedTraces(traces, found, model_cost)
