"""The engine's comparisons of cities, whole and one distance at a time."""

from itertools import combinations

import numpy as np

from benchmarks.dataset import N_REGIONS
from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.comparison.answer import Comparison
from mining.comparison.control_flow import earth_movers, trace_distances
from mining.comparison.log_comparison import Choices, compare_log
from mining.nets.traces import Integers, Traces, grouped_traces
from mining.normative.chain_net import chain_aligner
from mining.normative.file import lift_model

FEW_CITIES, FEW_TRACES = 3, 100


def with_regions(task: Task) -> PreparedLog:
    """Return the prepared log with the attribute coded that joins its 40 cities into 20 regions."""
    prepared = prepare(DuckDBLedger(task.data / "ledger.duckdb"), "bench")
    prepared.attribute("region")
    return prepared


def compared(prepared: PreparedLog) -> Comparison:
    """Compare the 20 regions: figures, and every question on all of the 190 pairs.

    Nothing is remembered of an earlier repeat; a comparison of fewer regions would be no measurement.
    """
    chain_aligner.cache_clear()
    found = compare_log(prepared, lift_model(), Choices("region"))
    assert len(found.compared) == N_REGIONS
    return found


def with_languages(task: Task) -> tuple[Traces, dict[str | None, Integers]]:
    """Return the traces of all cities."""
    return grouped_traces(prepare(DuckDBLedger(task.data / "ledger.duckdb"), "bench"), "city")


def ways_apart(found: tuple[Traces, dict[str | None, Integers]]) -> dict[str, float]:
    """Return the distance of the most frequent ways of every two of the first cities."""
    traces, counts = found
    named = {city: n for city, n in counts.items() if city is not None}
    chosen: dict[str, dict[tuple[str, ...], int]] = {}
    for city in sorted(named)[:FEW_CITIES]:
        of_city = {traces.trace(row): int(named[city][row]) for row in named[city].nonzero()[0].tolist()}
        chosen[city] = dict(sorted(of_city.items(), key=lambda item: (-item[1], item[0]))[:FEW_TRACES])
    used = sorted({trace for language in chosen.values() for trace in language})
    distances = trace_distances(used)
    counts = {
        city: np.array([language.get(trace, 0) for trace in used], np.int64)
        for city, language in chosen.items()
    }
    return {
        f"{one} > {other}": earth_movers(counts[one], counts[other], distances)
        for one, other in combinations(chosen, 2)
    }


COMPARISON = {
    "compare": Operation(with_regions, compared, lambda found: [len(found.compared), len(found.distances)]),
    "ways_apart": Operation(with_languages, ways_apart, dict),
}

if __name__ == "__main__":
    serve(COMPARISON)
