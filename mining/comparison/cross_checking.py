"""How well each group's cases fit the model discovered from each other group's: who works like whom.

A model is found by the inductive miner with a noise threshold (Leemans, Fahland and van der Aalst 2014) in
the traces of one group; those of every group are aligned with it exactly, and their precision measured on
it. A model whose markings are too many to be listed is left out, never given up after some time: the same
log must give the same numbers.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mining.comparison.answer import CrossCheck
from mining.comparison.profiles import Profile
from mining.nets.alignment import Aligner
from mining.nets.precision import PrefixTree
from mining.nets.traces import Traces

MOST_GROUPS = 6  # beyond, models of all pairs are not looked for unless asked
MOST_TRACES = 250  # of a group, the most frequent
NOISE = 0.2
MAX_MARKINGS = 2_000

Counts = NDArray[np.int64]


def cross_checks(profiles: Sequence[Profile]) -> Iterator[CrossCheck]:
    """Yield how the cases of every group fit the model of every group, its own too."""
    from mining.pm4py_bridge import find_model  # slow to load

    traces, counts = _counted(profiles)
    for model_of, own in zip(profiles, counts, strict=True):
        if not own.sum():
            continue
        aligner = Aligner(find_model(_only(traces, own), "inductive", NOISE).net, max_markings=MAX_MARKINGS)
        if not aligner.lists_markings:
            yield from (CrossCheck(model_of.name, cases_of.name, None, None) for cases_of in profiles)
            continue
        aligned, tree = aligner.align(traces), PrefixTree(aligner.net, traces)
        for cases_of, of_cases in zip(profiles, counts, strict=True):
            yield CrossCheck(
                model_of.name,
                cases_of.name,
                aligned.of_cases(of_cases).log_fitness,
                tree.precision(of_cases) if of_cases.sum() else None,
            )


def _counted(profiles: Sequence[Profile]) -> tuple[Traces, list[Counts]]:
    """Return the most frequent traces of all groups, and how many cases of each group follow each."""
    chosen = [
        dict(sorted(profile.counts.traces.items(), key=lambda item: (-item[1], item[0]))[:MOST_TRACES])
        for profile in profiles
    ]
    found = sorted({trace for one in chosen for trace in one})
    counts = [np.array([one.get(trace, 0) for trace in found], np.int64) for one in chosen]
    return Traces.of(found), counts


def _only(traces: Traces, counts: Counts) -> Traces:
    """Return the traces that a group has, with its own counts."""
    rows = np.flatnonzero(counts).tolist()
    return Traces.of(traces.trace(row) for row in rows for _ in range(int(counts[row])))
