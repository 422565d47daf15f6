"""pl4pm on polars. It remembers results by the identity of the log, so every repeat gets a new one."""

import os
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.workers.worker import Operation, Task, by_pair, serve

os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "False"
vars(sys)["_pm4py_welcome_shown"] = True

import pl4pm  # noqa: E402
import polars as pl  # noqa: E402

_KEPT: list[Any] = []  # an identity may come again only after its log has gone


def read(task: Task) -> Any:
    """Return the events formatted, in memory."""
    return formatted(pl.read_parquet(task.data / "log.parquet"))


def formatted(frame: Any) -> Any:
    """Return the log as pl4pm wants it: renamed and sorted by case and time; equal times keep file order."""
    return pl4pm.format_dataframe(frame.sort("place").lazy(), "case_id", "activity", "time", do_collect=True)


def renewed(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the operation on a log of a new identity."""

    def on_new_log(frame: Any) -> Any:
        _KEPT.append(frame.lazy())
        return work(_KEPT[-1])

    return on_new_log


def by_city(work: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """Return the operation on each city's events."""

    def on_cities(frame: Any) -> dict[str, Any]:
        found = {}
        for (city,), part in frame.collect().partition_by("city", as_dict=True).items():
            _KEPT.append(part.lazy())
            found[city] = work(_KEPT[-1])[0]
        return found

    return on_cities


def waits(log: Any) -> Any:
    """Return mean, median and more of each pair's wait."""
    return pl4pm.discover_performance_dfg(log, perf_aggregation_key="all")


def told_waits(found: Any) -> dict[str, Any]:
    """Return mean and median by pair."""
    return {pair: [wait["mean"], wait["median"]] for pair, wait in by_pair(found).items()}


OPERATIONS = {
    "compile": Operation(
        lambda task: pl.read_parquet(task.data / "log.parquet"),
        formatted,
        lambda frame: {"cases": frame["case:concept:name"].n_unique(), "events": len(frame)},
    ),
    "durations": Operation(
        read, renewed(pl4pm.get_all_case_durations), lambda found: [len(found), float(sum(found))]
    ),
    "variants": Operation(read, renewed(pl4pm.get_variants), lambda found: sorted(map(int, found.values()))),
    "dfg": Operation(read, renewed(pl4pm.discover_dfg), lambda found: by_pair(found[0])),
    "performance": Operation(read, renewed(waits), lambda found: told_waits(found[0])),
    "dfg_by_city": Operation(
        read,
        renewed(by_city(pl4pm.discover_dfg)),
        lambda found: {city: by_pair(pairs) for city, pairs in found.items()},
    ),
    "performance_by_city": Operation(
        read,
        renewed(by_city(waits)),
        lambda found: {city: told_waits(pairs) for city, pairs in found.items()},
    ),
}

if __name__ == "__main__":
    serve(OPERATIONS)
