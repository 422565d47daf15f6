"""The engine itself: the ledger's file opened in a fresh process, the prepared log read."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.workers.worker import Operation, Task, by_pair, serve
from eventlogs.compilation import compile_afresh
from eventlogs.describe import Description, describe
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.discovery.directly_follows import (
    case_durations,
    directly_follows,
    directly_follows_by,
    waits,
    waits_by,
)
from mining.discovery.variants import variants
from mining.performance.handover import Handovers, handovers

LOG = "bench"
_SCAN = "SELECT sum(edge) FROM trace_event"


def opened(task: Task) -> PreparedLog:
    """Return the prepared log, with the attribute coded that cases are grouped by."""
    prepared = prepare(DuckDBLedger(task.data / "ledger.duckdb"), LOG)
    prepared.attribute("city")
    return prepared


def compiled(prepared: PreparedLog) -> PreparedLog:
    """Compile the log afresh, as at the end of an import."""
    with prepared.ledger.writing() as connection:
        compile_afresh(connection, prepared.state.schema_name, prepared.choice)
    return prepared


def imported(name: str) -> Callable[[Path], tuple[int, int]]:
    """Return the import of a file into a new ledger, hash chains and prepared log included."""

    def work(data: Path) -> tuple[int, int]:
        from eventlogs.console import TerminalConsole
        from eventlogs.exchange.choices import ImportChoices
        from eventlogs.exchange.importing import import_log

        with tempfile.TemporaryDirectory(dir=data) as place:
            ledger = DuckDBLedger(Path(place) / "ledger.duckdb")
            done = import_log(ledger, data / name, LOG, ImportChoices(), TerminalConsole())
            ledger.close()
        return done.cases, done.events

    return work


def scanned(prepared: PreparedLog) -> Any:
    """Read one column whole: what no query on events can be faster than."""
    with prepared.reading() as connection:
        return connection.execute(_SCAN).fetchall()[0][0]


def _of_cases(prepared: PreparedLog) -> dict[str, int]:
    with prepared.reading() as connection:
        n_cases, n_events = connection.execute("SELECT count(*), sum(n_events) FROM trace").fetchall()[0]
    return {"cases": n_cases, "events": int(n_events)}


def _told_description(found: Description) -> dict[str, Any]:
    return {
        "activities": dict(found.activity_counts),
        "starts": dict(found.start_activities),
        "ends": dict(found.end_activities),
        "variants": found.variants,
        "mean": found.case_duration.mean_seconds,
        "median": found.case_duration.median_seconds,
    }


def _told_handovers(found: Handovers) -> dict[str, Any]:
    by_roles = {(one.source, one.target): one for one in found.whole.handovers}
    waits = {pair: (one.mean_waiting, one.median_waiting) for pair, one in by_roles.items()}
    return by_pair({pair: [wait and wait.total_seconds() for wait in both] for pair, both in waits.items()})


def _ready_file(task: Task) -> Path:
    return task.data


OPERATIONS = {
    "import_csv": Operation(_ready_file, imported("log.csv"), list),
    "import_xes": Operation(_ready_file, imported("log.xes"), list),
    "compile": Operation(opened, compiled, _of_cases),
    "describe": Operation(opened, describe, _told_description),
    "durations": Operation(opened, case_durations, lambda found: [len(found), float(found.sum())]),
    "variants": Operation(opened, variants, lambda found: sorted(one.count for one in found.variants)),
    "dfg": Operation(opened, directly_follows, by_pair),
    "performance": Operation(
        opened, waits, lambda found: {pair: [wait.mean, wait.median] for pair, wait in by_pair(found).items()}
    ),
    "dfg_by_city": Operation(
        opened,
        lambda log: directly_follows_by(log, "city"),
        lambda found: {str(city): by_pair(pairs) for city, pairs in found.items()},
    ),
    "performance_by_city": Operation(
        opened,
        lambda log: waits_by(log, "city"),
        lambda found: {
            str(city): {pair: [wait.mean, wait.median] for pair, wait in by_pair(pairs).items()}
            for city, pairs in found.items()
        },
    ),
    "role_handover": Operation(opened, lambda log: handovers(log, "role", same=True), _told_handovers),
    "scan": Operation(opened, scanned, lambda found: None),
}

if __name__ == "__main__":
    serve(OPERATIONS)
