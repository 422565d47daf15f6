"""The chains of a normative model as a net, and how well the cases' roles fit it.

Each chain is a sequence of first occurrences; a role that has had its turn may act again at any time, as
the feedback loops allow. The chains run side by side: no order is claimed between them. Running cases are
aligned as far as they have come; only a case that came to its good end must have passed both chains.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eventlogs.sql_files import sql
from mining.conformance.verdicts import Judged
from mining.nets.alignment import Aligner
from mining.nets.petri_net import PetriNet, Transition
from mining.nets.precision import PrefixTree
from mining.nets.traces import Traces
from mining.normative.model import Chain, NormativeModel
from mining.resampling import Counts, Interval, fitness_interval, interval

N_RESAMPLES = 1_000
N_PRECISION_RESAMPLES = 100


@dataclass(frozen=True, slots=True)
class Fitness:
    """How well cases fit the chains, and how much of what the chains allow they do: 0 to 1.

    The intervals are those of a bootstrap over cases, 95 %; None for fewer than two cases.
    """

    cases: int
    fitting_cases: int
    role_variants: int
    cost: int
    log_fitness: float | None
    interval: Interval | None
    precision: float
    precision_interval: Interval | None


def chain_net(chains: tuple[Chain, ...]) -> PetriNet:
    """Return `chains` as a net whose labels are roles."""
    places = [f"{chain.key} {number}" for chain in chains for number in range(len(chain.roles) + 1)]
    return PetriNet(
        tuple(places),
        tuple(step for chain in chains for step in _steps(chain)),
        {f"{chain.key} 0": 1 for chain in chains},
        {f"{chain.key} {len(chain.roles)}": 1 for chain in chains},
    )


@lru_cache(maxsize=4)
def chain_aligner(chains: tuple[Chain, ...]) -> Aligner:
    """Return the aligner of `chains`, which remembers what it has seen."""
    return Aligner(chain_net(chains))


def chain_fitness(judged: Judged, model: NormativeModel) -> dict[int | None, Fitness]:
    """Return the fitness of all cases under None, and that of each group under its number."""
    found = _role_sequences(judged, "role_variants")
    groups = np.array([group for _, group, _, _ in found], np.int64)
    ended = np.array([end for _, _, end, _ in found], np.bool_)
    counts = np.array([n for _, _, _, n in found], np.int64)
    aligner = chain_aligner(model.chains)
    distinct, rows = _distinct(judged, [marks for marks, _, _, _ in found])
    traces = Traces.of(distinct)
    costs, worst = _costs(aligner, traces, rows, ended)
    tree = PrefixTree(aligner.net, traces)
    found_fitness = {}
    for group in (None, *(int(group) for group in np.unique(groups))):
        in_group = counts if group is None else np.where(groups == group, counts, 0)
        by_trace = np.bincount(rows, in_group, minlength=len(distinct)).astype(np.int64)
        found_fitness[group] = _fitness(tree, costs, worst, in_group, by_trace)
    return found_fitness


def cases_fitting_chains(judged: Judged, model: NormativeModel) -> tuple[str, ...]:
    """Return the ids of the cases that fit the chains wholly, the running ones as far as they have come."""
    found = _role_sequences(judged, "role_cases")
    distinct, rows = _distinct(judged, [marks for marks, _, _ in found])
    ended = np.array([end for _, end, _ in found], np.bool_)
    costs, _ = _costs(chain_aligner(model.chains), Traces.of(distinct), rows, ended)
    return tuple(
        sorted(case for (_, _, cases), cost in zip(found, costs, strict=True) if not cost for case in cases)
    )


def _role_sequences(judged: Judged, statement: str) -> list[tuple[Any, ...]]:
    judged.connection.execute(sql("conformance/role_sequences", "mining"))
    return judged.connection.execute(sql(f"conformance/{statement}", "mining")).fetchall()


def _distinct(judged: Judged, sequences: list[list[int]]) -> tuple[list[tuple[str, ...]], Counts]:
    """Return the distinct sequences as roles, and of each given one the place among them."""
    roles = judged.tables.role_of_mark()
    named = [tuple(roles[mark] for mark in marks) for marks in sequences]
    place = {sequence: number for number, sequence in enumerate(dict.fromkeys(named))}
    return list(place), np.array([place[sequence] for sequence in named], np.int64)


def _steps(chain: Chain) -> list[Transition]:
    first = [
        Transition(f"{role} first", role, {f"{chain.key} {number}": 1}, {f"{chain.key} {number + 1}": 1})
        for number, role in enumerate(chain.roles)
    ]
    again = [
        Transition(f"{role} again at {place}", role, {f"{chain.key} {place}": 1}, {f"{chain.key} {place}": 1})
        for place in range(1, len(chain.roles) + 1)
        for role in chain.roles[:place]
    ]
    return first + again


def _costs(aligner: Aligner, traces: Traces, rows: Counts, ended: NDArray[np.bool_]) -> tuple[Counts, Counts]:
    """Return the cost and the worst cost of the sequence in each row; one not ended need not go on."""
    whole, so_far = aligner.align(traces), aligner.align_unfinished(traces)
    costs = np.where(ended, whole.costs[rows], so_far.costs[rows])
    return costs, traces.lengths[rows] + np.where(ended, whole.model_cost, 0)


def _fitness(tree: PrefixTree, costs: Counts, worst: Counts, counts: Counts, by_trace: Counts) -> Fitness:
    cost, total = int((costs * counts).sum()), int((worst * counts).sum())
    return Fitness(
        cases=int(counts.sum()),
        fitting_cases=int(counts[costs == 0].sum()),
        role_variants=int((by_trace > 0).sum()),
        cost=cost,
        log_fitness=1 - cost / total if total else None,
        interval=fitness_interval(costs, worst, counts, N_RESAMPLES),
        precision=tree.precision(by_trace),
        precision_interval=interval(tree.precisions, by_trace, N_PRECISION_RESAMPLES, unbiased=False),
    )
