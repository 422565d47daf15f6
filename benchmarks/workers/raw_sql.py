"""DuckDB on the events as they are, with no preparation: plain SQL over strings."""

from typing import Any

import duckdb

from benchmarks.workers.worker import Operation, Task, by_pair, serve

_LOAD = "CREATE TABLE event AS FROM read_parquet($file)"
_NEXT = """
    SELECT
        city, activity AS source, lead(activity) OVER trace AS target,
        epoch_us(lead(time) OVER trace) - epoch_us(time) AS wait
    FROM event
    WINDOW trace AS (PARTITION BY case_id ORDER BY time, place)
"""
_DFG = f"SELECT source, target, count(*) FROM ({_NEXT}) WHERE target IS NOT NULL GROUP BY ALL"  # noqa: S608
_PERFORMANCE = f"""
    SELECT source, target, avg(wait) / 1e6, median(wait) / 1e6
    FROM ({_NEXT}) WHERE target IS NOT NULL GROUP BY ALL
"""  # noqa: S608
_DFG_BY = f"SELECT city, source, target, count(*) FROM ({_NEXT}) WHERE target IS NOT NULL GROUP BY ALL"  # noqa: S608
_PERFORMANCE_BY = f"""
    SELECT city, source, target, avg(wait) / 1e6, median(wait) / 1e6
    FROM ({_NEXT}) WHERE target IS NOT NULL GROUP BY ALL
"""  # noqa: S608
_VARIANTS = """
    SELECT activities, count(*)
    FROM (SELECT case_id, list(activity ORDER BY time, place) AS activities FROM event GROUP BY case_id)
    GROUP BY activities
"""
_DURATIONS = "SELECT (epoch_us(max(time)) - epoch_us(min(time))) / 1e6 AS seconds FROM event GROUP BY case_id"

Connection = duckdb.DuckDBPyConnection


def loaded(task: Task) -> Connection:
    """Load the events into a table in memory."""
    connection = duckdb.connect()
    connection.execute(_LOAD, {"file": str(task.data / "log.parquet")})
    return connection


def _asked(query: str) -> Any:
    return lambda connection: connection.execute(query).fetchall()


def _by_city(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    cities: dict[str, dict[tuple[str, str], Any]] = {}
    for city, source, target, *values in rows:
        cities.setdefault(city, {})[source, target] = values if len(values) > 1 else values[0]
    return {city: by_pair(pairs) for city, pairs in cities.items()}


OPERATIONS = {
    "durations": Operation(
        loaded,
        lambda connection: connection.execute(_DURATIONS).fetchnumpy()["seconds"],
        lambda found: [len(found), float(found.sum())],
    ),
    "variants": Operation(loaded, _asked(_VARIANTS), lambda rows: sorted(count for _, count in rows)),
    "dfg": Operation(
        loaded, _asked(_DFG), lambda rows: by_pair({(source, target): n for source, target, n in rows})
    ),
    "performance": Operation(
        loaded,
        _asked(_PERFORMANCE),
        lambda rows: by_pair({(source, target): values for source, target, *values in rows}),
    ),
    "dfg_by_city": Operation(loaded, _asked(_DFG_BY), _by_city),
    "performance_by_city": Operation(loaded, _asked(_PERFORMANCE_BY), _by_city),
}

if __name__ == "__main__":
    serve(OPERATIONS)
