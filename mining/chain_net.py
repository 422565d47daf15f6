"""The chains of a normative model as a net, and how well the cases' roles fit it.

Each chain is a sequence of first occurrences; a role that has had its turn may act again at any time, as
the feedback loops allow. The chains run side by side: no order is claimed between them. Running cases are
aligned as far as they have come; only a case that came to its good end must have passed both chains.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eventlogs.sql_files import sql
from mining.alignment import Aligner
from mining.normative import Chain, NormativeModel
from mining.petri_net import PetriNet, Transition
from mining.traces import Traces
from mining.verdicts import Judged

N_RESAMPLES = 1_000
SEED = 20_220_615


@dataclass(frozen=True, slots=True)
class Fitness:
    """How well cases fit the chains: 0 to 1, with the 95 % interval of a bootstrap over cases.

    `interval` is None for fewer than two cases.
    """

    cases: int
    fitting_cases: int
    role_variants: int
    cost: int
    log_fitness: float | None
    interval: tuple[float, float] | None


def chain_net(model: NormativeModel) -> PetriNet:
    """Return the chains of `model` as a net whose labels are roles."""
    places = [f"{chain.key} {number}" for chain in model.chains for number in range(len(chain.roles) + 1)]
    return PetriNet(
        tuple(places),
        tuple(step for chain in model.chains for step in _steps(chain)),
        {f"{chain.key} 0": 1 for chain in model.chains},
        {f"{chain.key} {len(chain.roles)}": 1 for chain in model.chains},
    )


def chain_fitness(judged: Judged, model: NormativeModel) -> dict[int | None, Fitness]:
    """Return the fitness of all cases under None, and that of each group under its number."""
    roles = judged.tables.role_of_mark()
    found = judged.connection.execute(sql("conformance/role_variants", "mining")).fetchall()
    sequences = [tuple(roles[mark] for mark in marks) for marks, _, _, _ in found]
    groups = np.array([group for _, group, _, _ in found], np.int64)
    ended = np.array([end for _, _, end, _ in found], np.bool_)
    counts = np.array([n for _, _, _, n in found], np.int64)
    costs, worst = _costs(Aligner(chain_net(model)), sequences, ended)
    return {
        group: _fitness(sequences, costs[rows], worst[rows], counts[rows], rows)
        for group, rows in [
            (None, np.ones(len(found), np.bool_)),
            *((int(group), groups == group) for group in np.unique(groups)),
        ]
    }


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


def _costs(
    aligner: Aligner, sequences: Sequence[tuple[str, ...]], ended: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cost and the worst cost of each sequence; one that has not ended need not go on."""
    distinct = list(dict.fromkeys(sequences))
    row = {sequence: number for number, sequence in enumerate(distinct)}
    traces = Traces.of(distinct)
    whole, so_far = aligner.align(traces), aligner.align_unfinished(traces)
    rows = np.array([row[sequence] for sequence in sequences], np.int64)
    lengths = traces.lengths[rows]
    costs = np.where(ended, whole.costs[rows], so_far.costs[rows])
    return costs, lengths + np.where(ended, whole.model_cost, 0)


def _fitness(
    sequences: Sequence[tuple[str, ...]],
    costs: NDArray[np.int64],
    worst: NDArray[np.int64],
    counts: NDArray[np.int64],
    rows: NDArray[np.bool_],
) -> Fitness:
    n = int(counts.sum())
    total = int((worst * counts).sum())
    variants = {sequence for sequence, chosen in zip(sequences, rows, strict=True) if chosen}
    return Fitness(
        cases=n,
        fitting_cases=int(counts[costs == 0].sum()),
        role_variants=len(variants),
        cost=int((costs * counts).sum()),
        log_fitness=1 - int((costs * counts).sum()) / total if total else None,
        interval=_interval(costs, worst, counts) if n > 1 and total else None,
    )


def _interval(
    costs: NDArray[np.int64], worst: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[float, float]:
    alike, kind = np.unique(np.stack([costs, worst]), axis=1, return_inverse=True)
    shares = np.bincount(kind.ravel(), counts) / counts.sum()
    resampled = np.random.default_rng(SEED).multinomial(int(counts.sum()), shares, N_RESAMPLES)
    fitness = 1 - (resampled @ alike[0]) / np.maximum(resampled @ alike[1], 1)
    low, high = np.quantile(fitness, [0.025, 0.975])
    return float(low), float(high)
