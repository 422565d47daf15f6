"""`python -m benchmarks`: make the data and the environments, measure everybody, compare, print and keep."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.dataset import IMPORT_LIMIT, counts, dataset, with_texts
from benchmarks.environments import ROOT
from benchmarks.flows import FLOWS, QUICK, SIZES, flows_table, measured_flows
from benchmarks.goals import OF_FLOWS
from benchmarks.measuring import (
    EXACT,
    IMPORTS,
    LIFT,
    OPERATIONS,
    THEIRS,
    TOOLS,
    Measurement,
    Tool,
    differs,
    measured,
)
from benchmarks.pages import OF_PAGES, PAGES, QUICK_PAGES, READERS, measured_pages, pages_table
from benchmarks.played import played_log
from benchmarks.tables import first_table, goals_table, memory_table, times_table, work_table


def main(words: Sequence[str] | None = None) -> int:
    """Measure and return 0; 1 if any two results differ."""
    asked = _asked(words)
    sizes = [100_000] if asked.quick else [int(size) for size in asked.events.split(",")]
    tools = [tool for tool in TOOLS if not asked.without_peers or tool.environment.lock is None]
    for environment in {tool.environment for tool in tools}:
        environment.make()
    found: dict[tuple[int, str, str], Measurement] = {}
    differing: list[str] = []
    logs: dict[int, dict[str, int]] = {}
    for n_events in sizes:
        for operation in _operations(asked, n_events):
            data = _log_for(operation, asked.data, n_events, logs)
            for measurement, difference in _compared(tools, operation, data, n_events, asked.repeats):
                found[n_events, measurement.tool, operation] = measurement
                differing += [difference] if difference else []
    if asked.part in {"all", "pages"} and _chosen(PAGES, asked.operations):
        of_pages, faults = measured_pages(asked.data, QUICK_PAGES if asked.quick else OF_PAGES, _say)
        found |= {(one.n_events, READERS, name): one for name, one in of_pages.items()}
        differing += faults
    if asked.part in {"all", "flows"} and (flows := _chosen(FLOWS, asked.operations)):
        of_flows, faults = measured_flows(flows, asked.data, QUICK if asked.quick else SIZES, _say)
        found |= {(OF_FLOWS, party, operation): one for (party, operation), one in of_flows.items()}
        differing += faults
    _show(found, sizes, logs, differing)
    if asked.output:
        _keep(asked.output, found, logs, differing)
    return 1 if differing else 0


def _compared(
    tools: Sequence[Tool], operation: str, data: Path, n_events: int, repeats: int
) -> Iterator[tuple[Measurement, str | None]]:
    """Yield each tool's measurement, and how its result differs from ours."""
    ours: Any = None
    for tool in tools:
        if operation not in tool.operations:
            continue
        _say(f"{n_events:,} events: {operation.replace('_', ' ')}, {tool.name}")
        measurement, result = measured(tool, operation, data, n_events, repeats)
        difference = None
        if tool.name == "ours":
            ours = result
        elif result is not None and ours is not None:
            difference = differs(ours, result, EXACT.get(operation, 1e-6))
        yield measurement, difference and f"{n_events:,} events, {operation}, {tool.name}: {difference}"


def _log_for(operation: str, place: Path, n_events: int, logs: dict[int, dict[str, int]]) -> Path:
    """Return the log that an operation works on, made where there is none, and count it."""
    if operation in (*LIFT, *THEIRS):
        return played_log(place, n_events)
    if n_events not in logs:
        _say(f"Making the log of {n_events:,} events")
        made = dataset(place, n_events)
        logs[n_events] = dict(zip(("events", "cases", "variants"), counts(made), strict=True))
    made = dataset(place, n_events)
    return with_texts(made) if operation in IMPORTS else made


def _operations(asked: argparse.Namespace, n_events: int) -> list[str]:
    if asked.part in {"flows", "pages"}:
        return []
    chosen = _chosen(OPERATIONS, asked.operations)
    return [name for name in chosen if asked.operations or name not in IMPORTS or n_events <= IMPORT_LIMIT]


def _chosen(operations: Sequence[str], asked: str | None) -> list[str]:
    return [name for name in operations if asked is None or name in asked.split(",")]


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=("all", "mining", "flows", "pages"),
        default="all",
        help="default: %(default)s",
    )
    parser.add_argument(
        "--events", default="1000000,10000000", help="sizes of the logs (default: %(default)s)"
    )
    parser.add_argument("--quick", action="store_true", help="100,000 events only, small cohorts")
    parser.add_argument("--without-peers", action="store_true", help="only this engine and raw SQL")
    parser.add_argument("--operations", help=f"some of {','.join((*OPERATIONS, *FLOWS, *PAGES))}")
    parser.add_argument("--repeats", type=int, default=5, help="of each operation (default: %(default)s)")
    parser.add_argument(
        "--data", type=Path, default=ROOT / "benchmarks" / "data", help="where the logs are kept"
    )
    parser.add_argument("-o", "--output", type=Path, help="keep all figures in this JSON file")
    return parser.parse_args(words)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _show(
    found: dict[tuple[int, str, str], Measurement],
    sizes: Sequence[int],
    logs: dict[int, dict[str, int]],
    differing: Sequence[str],
) -> None:
    shown = (times_table, first_table, work_table, memory_table)
    parts = [" ".join(f"{name} {text}" for name, text in _machine().items())]
    for n_events in sizes:
        if any(n == n_events and who != READERS for n, who, _ in found):
            told = ", ".join(f"{n:,} {word}" for word, n in logs.get(n_events, {"events": n_events}).items())
            parts += [told, *(show(found, n_events) for show in shown)]
    of_flows = {(party, name): one for (n, party, name), one in found.items() if n == OF_FLOWS}
    if of_flows:
        parts.append(flows_table(of_flows))
    if of_pages := {name: one for (_, who, name), one in found.items() if who == READERS}:
        parts.append(pages_table(of_pages))
    parts.append(goals_table(found, [*sizes, OF_FLOWS]))
    parts.append("\n".join(["results differ:", *differing]) if differing else "all results are equal")
    sys.stdout.write("\n\n".join(parts) + "\n")


def _machine() -> dict[str, str]:
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _keep(
    file: Path,
    found: dict[tuple[int, str, str], Measurement],
    logs: dict[int, dict[str, int]],
    differing: Sequence[str],
) -> None:
    kept = {
        "machine": _machine(),
        "logs": {str(n_events): log for n_events, log in logs.items()},
        "measurements": [asdict(measurement) for measurement in found.values()],
        "differing": list(differing),
    }
    file.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
