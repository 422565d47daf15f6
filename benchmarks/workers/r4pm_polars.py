"""r4pm: process mining in Rust, its data handed over through polars."""

from pathlib import Path
from typing import Any

import polars as pl
import r4pm
from r4pm.bindings.discovery.case_centric.dfg import discover_dfg

from benchmarks.workers.worker import Operation, Task, by_pair, serve

_UNIT_COSTS = {
    "cost_fn": {"log_move_cost": 1, "model_move_cost": 1, "silent_move_cost": 0, "sync_move_cost": 0}
}
_NAMES = {"case_id": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"}


def read(task: Task) -> pl.DataFrame:
    """Return the events sorted by case and time."""
    frame = pl.read_parquet(task.data / "log.parquet").rename(_NAMES)
    return frame.sort("case:concept:name", "time:timestamp", "place").select(*_NAMES.values(), "city")


def log_of(frame: pl.DataFrame) -> str:
    """Return the number under which r4pm holds the log."""
    return str(r4pm.import_item_from_df("EventLog", frame))


def variants_of(log: str) -> Any:
    """Return the variants of a log that r4pm holds."""
    from r4pm import bindings

    return bindings.get_variants(bindings.log_to_activity_projection(log))


def read_xes(data: Path) -> Any:
    """Read the XES file."""
    return r4pm.df.import_xes(str(data / "log.xes"))[0]


def dfg_by_city(logs: dict[str, str]) -> dict[str, Any]:
    """Return the graph of each city's log."""
    return {city: discover_dfg(log) for city, log in logs.items()}


def read_by_city(task: Task) -> dict[str, str]:
    """Return the log of each city."""
    return {
        str(city): log_of(part) for (city,), part in read(task).partition_by("city", as_dict=True).items()
    }


def told(found: Any) -> dict[str, int]:
    """Return the counts by pair."""
    return by_pair({(source, target): n for (source, target), n in found["directly_follows_relations"]})


def roles_by_city(task: Task) -> tuple[Any, dict[str, str]]:
    """Return the net of the chains and the log of each city's roles."""
    from r4pm.petri_net import import_pnml

    net = import_pnml(str(task.data / "chains.pnml"))
    return net, read_by_city(Task(task.operation, task.data / "roles", task.repeats))


def aligned(found: tuple[Any, dict[str, str]]) -> dict[str, list[int]]:
    """Align every distinct trace with the chains; return cost and fitting cases of each city."""
    from r4pm import bindings

    net, logs = found
    told = {}
    for city, log in logs.items():
        variants = bindings.align_variants(net, bindings.log_to_activity_projection(log), _UNIT_COSTS)
        costs = [(one["result"]["Ok"]["cost"], one["frequency"]) for one in variants]
        told[city] = [sum(cost * n for cost, n in costs), sum(n for cost, n in costs if not cost)]
    return told


OPERATIONS = {
    "import_xes": Operation(
        lambda task: task.data,
        read_xes,
        lambda frame: [frame["case:concept:name"].n_unique(), len(frame)],
    ),
    "compile": Operation(read, log_of, lambda found: None),
    "variants": Operation(
        lambda task: log_of(read(task)),
        variants_of,
        lambda found: sorted(variant["count"] for variant in found),
    ),
    "dfg": Operation(lambda task: log_of(read(task)), discover_dfg, told),
    "dfg_by_city": Operation(
        read_by_city, dfg_by_city, lambda found: {city: told(graph) for city, graph in found.items()}
    ),
    "chain_alignments": Operation(roles_by_city, aligned, dict),
}

if __name__ == "__main__":
    serve(OPERATIONS)
