"""One measurement: an operation of a tool in a fresh process, its median time, its memory, its result."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.environments import OURS, PEERS, R4PM, ROOT, Environment


@dataclass(frozen=True, slots=True)
class Tool:
    """What is measured: the module that knows the tool, where it runs, and what it can do.

    `apart` names modules of their own for some operations: what these load is in nobody else's memory.
    """

    name: str
    module: str
    environment: Environment
    operations: tuple[str, ...]
    apart: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What an operation took; `fault` says why there is no time.

    `worked` are the seconds of all processors together, which say more than the clock on a busy machine;
    `first` is what the first repeat took, which also loads the libraries that are loaded when needed.
    Of pages `seconds` is what 95 of 100 answers took at most, and `middle` and `longest` tell of the others.
    """

    tool: str
    operation: str
    n_events: int
    seconds: float | None = None
    repeats: int = 0
    ready_seconds: float | None = None
    peak_mib: float | None = None
    fault: str | None = None
    worked: float | None = None
    first: float | None = None
    middle: float | None = None
    longest: float | None = None


IMPORTS = ("import_csv", "import_xes")
HANDOVER = ("role_handover",)  # with the waits between the two
MINING = ("durations", "variants", "dfg", "performance", "dfg_by_city", "performance_by_city")
COMPARISON = ("ways_apart", "compare")
RULES = ("order_rules",)
LIFT = (
    *("conformance_by_city", "chain_alignments", "chain_alignments_again", "stalls_by_city"),
    *("curves", "filter"),
)
THEIRS = ("odd_waits",)  # what pm4py has in the place of stalls
OPERATIONS = (
    *IMPORTS,
    "compile",
    "describe",
    *MINING,
    *HANDOVER,
    *RULES,
    *COMPARISON,
    *LIFT,
    *THEIRS,
    "scan",
)
EXACT = {"curves": 1e-12}  # how far apart results may be, where a millionth is too far

TOOLS = (
    Tool(
        "ours",
        "ours",
        OURS,
        tuple(name for name in OPERATIONS if name not in THEIRS),
        dict.fromkeys(COMPARISON, "ours_comparison")
        | dict.fromkeys(LIFT, "ours_lift")
        | dict.fromkeys(RULES, "ours_rules"),
    ),
    Tool("raw SQL", "raw_sql", OURS, MINING),
    Tool(
        "pm4py pandas",
        "pm4py_pandas",
        PEERS,
        (
            *(
                *IMPORTS,
                "compile",
                "describe",
                *MINING,
                *HANDOVER,
                *RULES,
                "ways_apart",
                "conformance_by_city",
                "chain_alignments",
            ),
            *("stalls_by_city", *THEIRS, "filter"),
        ),
    ),
    Tool("pm4py polars", "pm4py_polars", PEERS, (*MINING, *HANDOVER)),
    Tool("lifelines", "lifelines_curves", OURS, ("curves",)),
    Tool("pl4pm", "pl4pm_polars", PEERS, ("compile", *MINING)),
    Tool(
        "r4pm",
        "r4pm_polars",
        R4PM,
        (*("import_xes", "compile", "variants", "dfg", "dfg_by_city"), "chain_alignments"),
    ),
)

_TIME_LIMIT = 3600  # seconds for a process


def measured(tool: Tool, operation: str, data: Path, n_events: int, repeats: int) -> tuple[Measurement, Any]:
    """Measure one operation in a process of its own and return its result as well."""
    task = json.dumps({"operation": operation, "data": str(data), "repeats": repeats})
    module = tool.apart.get(operation, tool.module)
    command = [str(tool.environment.python), "-m", f"benchmarks.workers.{module}", task]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "TZ": "UTC"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings, capture_output=True, timeout=_TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return Measurement(tool.name, operation, n_events, fault=f"over {_TIME_LIMIT} s"), None
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    if done.returncode or not lines:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no word"])[-1]
        sys.stderr.write(f"{tool.name}, {operation}: {last}\n")
        return Measurement(tool.name, operation, n_events, fault=last[:200]), None
    told = json.loads(lines[-1])
    found = Measurement(
        tool.name,
        operation,
        n_events,
        median(told["seconds"]),
        len(told["seconds"]),
        told["ready"],
        told["peak_mib"],
        worked=median(told["worked"]),
        first=told["seconds"][0],
    )
    return found, told["result"]


def differs(ours: Any, theirs: Any, most: float = 1e-6) -> str | None:
    """Return where two results differ, numbers by more than `most` of them; None if they are equal."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{sorted(map(str, ours.keys() ^ theirs.keys()))[:3]} only on one side"
        found = (differs(ours[key], theirs[key], most) for key in ours)
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return f"{len(ours)} against {len(theirs)} values"
        found = (differs(one, other, most) for one, other in zip(ours, theirs, strict=True))
    elif isinstance(ours, int | float) and isinstance(theirs, int | float):
        apart = abs(ours - theirs) > most * max(1.0, abs(ours), abs(theirs))
        return f"{ours} against {theirs}" if apart else None
    else:
        return None if ours == theirs else f"{ours!r} against {theirs!r}"
    return next((fault for fault in found if fault), None)
