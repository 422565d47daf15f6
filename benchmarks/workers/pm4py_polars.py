"""pm4py on polars, in the same environment."""

import os
import sys
from typing import Any

from benchmarks.workers.worker import Operation, Task, by_pair, serve

os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "False"
vars(sys)["_pm4py_welcome_shown"] = True

import pm4py  # noqa: E402
import polars as pl  # noqa: E402

_NAMES = {"case_id": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"}


def read(task: Task) -> Any:
    """Return the events sorted by case and time, in memory, as the lazy frame that pm4py wants."""
    frame = pl.read_parquet(task.data / "log.parquet").rename(_NAMES)
    return frame.sort("case:concept:name", "time:timestamp", "place").lazy()


def dfg_by_city(frame: Any) -> dict[str, Any]:
    """Return the graph of each city."""
    cities = frame.collect().partition_by("city", as_dict=True)
    return {city: pm4py.discover_dfg(part.lazy())[0] for (city,), part in cities.items()}


def performance_by_city(frame: Any) -> dict[str, Any]:
    """Return the waits of each city."""
    cities = frame.collect().partition_by("city", as_dict=True)
    return {city: pm4py.discover_performance_dfg(part.lazy())[0] for (city,), part in cities.items()}


def told_waits(found: Any) -> dict[str, Any]:
    """Return mean and median by pair."""
    return {pair: [wait["mean"], wait["median"]] for pair, wait in by_pair(found).items()}


OPERATIONS = {
    "durations": Operation(read, pm4py.get_all_case_durations, lambda found: [len(found), float(sum(found))]),
    "variants": Operation(read, pm4py.get_variants, lambda found: sorted(map(int, found.values()))),
    "dfg": Operation(read, pm4py.discover_dfg, lambda found: by_pair(found[0])),
    "performance": Operation(read, pm4py.discover_performance_dfg, lambda found: told_waits(found[0])),
    "role_handover": Operation(
        read,
        lambda frame: pm4py.discover_performance_dfg(frame, activity_key="role"),
        lambda found: told_waits(found[0]),
    ),
    "dfg_by_city": Operation(
        read, dfg_by_city, lambda found: {city: by_pair(pairs) for city, pairs in found.items()}
    ),
    "performance_by_city": Operation(
        read, performance_by_city, lambda found: {city: told_waits(pairs) for city, pairs in found.items()}
    ),
}

if __name__ == "__main__":
    serve(OPERATIONS)
