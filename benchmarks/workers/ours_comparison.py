"""The engine's comparisons of cities, whole and one distance at a time."""

from itertools import combinations

import numpy as np

from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.compilation import in_schema
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.comparison.answer import Comparison
from mining.comparison.control_flow import earth_movers, trace_distances
from mining.comparison.log_comparison import Choices, compare_log
from mining.nets.traces import Integers, Traces, grouped_traces
from mining.normative.file import lift_model

FEW_CITIES, FEW_TRACES = 3, 100
_REGION = "INSERT INTO attribute VALUES ($region, 'region', 'case')"
_REGIONS = """
    INSERT INTO attribute_value
    SELECT $region, code, to_json('region ' || code)::VARCHAR FROM range(1, 21) AS regions (code)
"""
_CASES = """
    INSERT INTO case_attribute
    SELECT $region, case_no, 1 + code % 20 FROM case_attribute WHERE attribute = $city ORDER BY case_no
"""
_KNOWN = "SELECT max(attribute), count(*) FILTER (name = 'region') FROM attribute"


def with_regions(task: Task) -> PreparedLog:
    """Return the prepared log with its 40 cities joined into 20 regions."""
    prepared = prepare(DuckDBLedger(task.data / "ledger.duckdb"), "bench")
    city = prepared.attribute("city")
    with prepared.reading() as connection:
        last, known = connection.execute(_KNOWN).fetchall()[0]
    if not known:
        schema = prepared.state.schema_name
        with prepared.ledger.writing() as connection, in_schema(connection, schema):
            connection.execute(_REGION, {"region": last + 1})
            connection.execute(_REGIONS, {"region": last + 1})
            connection.execute(_CASES, {"region": last + 1, "city": city})
    return prepared


def compared(prepared: PreparedLog) -> Comparison:
    """Compare the 20 regions: figures, and every question on all of the 190 pairs."""
    return compare_log(prepared, lift_model(), Choices("region"))


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
