"""pm4py on pandas, without r4pm and rustxes, which it would use silently where they are installed."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.workers import peer_conformance, peer_stalls, pm4py_lift, pm4py_rules
from benchmarks.workers.pm4py_comparison import ways_apart
from benchmarks.workers.worker import Operation, Task, by_pair, serve

if find_spec("r4pm") or find_spec("rustxes"):
    sys.exit("r4pm or rustxes is installed here: pm4py would use it")
os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "False"
vars(sys)["_pm4py_welcome_shown"] = True

import pandas as pd  # noqa: E402
import pm4py  # noqa: E402

_KEYS = {"case_id": "case_id", "activity_key": "activity", "timestamp_key": "time"}


def read(task: Task) -> Any:
    """Return the events as a data frame, unformatted."""
    return pd.read_parquet(task.data / "log.parquet")


def formatted(frame: Any) -> Any:
    """Return the data frame as pm4py wants it: renamed and sorted by case and time."""
    return pm4py.format_dataframe(frame, **_KEYS)


def read_formatted(task: Task) -> Any:
    """Return the formatted data frame."""
    return formatted(read(task))


def read_csv(data: Path) -> Any:
    """Read and format the CSV file."""
    return pm4py.format_dataframe(pd.read_csv(data / "log.csv"), **_KEYS)


def read_xes(data: Path) -> Any:
    """Read the XES file."""
    return pm4py.read_xes(str(data / "log.xes"))


def described(frame: Any) -> dict[str, Any]:
    """Return what our description tells, by pm4py's functions."""
    durations = pd.Series(pm4py.get_all_case_durations(frame))
    return {
        "activities": pm4py.get_event_attribute_values(frame, "concept:name"),
        "starts": pm4py.get_start_activities(frame),
        "ends": pm4py.get_end_activities(frame),
        "variants": len(pm4py.get_variants(frame)),
        "mean": durations.mean(),
        "median": durations.median(),
    }


def dfg_by_city(frame: Any) -> dict[str, Any]:
    """Return the graph of each city."""
    return {city: pm4py.discover_dfg(part)[0] for city, part in frame.groupby("city")}


def performance_by_city(frame: Any) -> dict[str, Any]:
    """Return the waits of each city."""
    return {city: pm4py.discover_performance_dfg(part)[0] for city, part in frame.groupby("city")}


def told_waits(found: Any) -> dict[str, Any]:
    """Return mean and median by pair."""
    return {pair: [wait["mean"], wait["median"]] for pair, wait in by_pair(found).items()}


def _counts(frame: Any) -> list[int]:
    return [int(frame["case:concept:name"].nunique()), len(frame)]


def _told_description(found: dict[str, Any]) -> dict[str, Any]:
    def plain(counts: Any) -> dict[str, int]:
        return {name: int(n) for name, n in counts.items()}

    counts = {word: plain(found[word]) for word in ("activities", "starts", "ends")}
    return (
        counts | {"variants": found["variants"]} | {word: float(found[word]) for word in ("mean", "median")}
    )


OPERATIONS = {
    "import_csv": Operation(lambda task: task.data, read_csv, _counts),
    "import_xes": Operation(lambda task: task.data, read_xes, _counts),
    "compile": Operation(
        read,
        lambda frame: formatted(frame.copy()),
        lambda frame: dict(zip(("cases", "events"), _counts(frame), strict=True)),
    ),
    "describe": Operation(read_formatted, described, _told_description),
    "durations": Operation(
        read_formatted, pm4py.get_all_case_durations, lambda found: [len(found), float(sum(found))]
    ),
    "variants": Operation(read_formatted, pm4py.get_variants, lambda found: sorted(map(int, found.values()))),
    "dfg": Operation(read_formatted, pm4py.discover_dfg, lambda found: by_pair(found[0])),
    "performance": Operation(
        read_formatted, pm4py.discover_performance_dfg, lambda found: told_waits(found[0])
    ),
    "dfg_by_city": Operation(
        read_formatted, dfg_by_city, lambda found: {city: by_pair(pairs) for city, pairs in found.items()}
    ),
    "performance_by_city": Operation(
        read_formatted,
        performance_by_city,
        lambda found: {city: told_waits(pairs) for city, pairs in found.items()},
    ),
    "role_handover": Operation(
        read_formatted,
        lambda frame: pm4py.discover_performance_dfg(frame, activity_key="role"),
        lambda found: told_waits(found[0]),
    ),
    "order_rules": Operation(read_formatted, pm4py_rules.ruled, pm4py_rules.told),
    "ways_apart": Operation(read_formatted, ways_apart, dict),
    "chain_alignments": Operation(pm4py_lift.with_chains, pm4py_lift.aligned, dict),
    "conformance_by_city": Operation(peer_conformance.Peer, peer_conformance.judged, dict),
    "stalls_by_city": Operation(peer_conformance.Peer, peer_stalls.stalled, dict),
    "odd_waits": Operation(pm4py_lift.with_activities, pm4py_lift.odd_waits, list),
    "filter": Operation(read_formatted, pm4py_lift.chosen, _counts),
}

if __name__ == "__main__":
    serve(OPERATIONS)
