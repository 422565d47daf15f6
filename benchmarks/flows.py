"""Measurements of the flows, `python -m benchmarks flows`: what they need is started, parties take turns."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.environments import OURS, ROOT
from benchmarks.measuring import Measurement, Tool, differs, measured
from benchmarks.played import open_projects
from benchmarks.workers.appends import BATCH
from benchmarks.workers.postgres_appends import ADDRESS
from eventlogs.layout import table
from flows.hosting.child import prefect_api

QUERIES = (
    "work_list",
    "work_list_narrowed",
    "work_list_searched",
    "project_list",
    "project_list_narrowed",
    "project_list_searched",
    "project_page",
)
APPENDS = ("append_one", "append_many")
THROUGH_PREFECT = ("advance", "cohort_by_runs")
FLOWS = ("advance", "cohort", "cohort_by_runs", *QUERIES, *APPENDS)

PARTIES = (
    Tool("ours", "ours_flows", OURS, FLOWS),
    Tool("empty flow", "prefect_flows", OURS, ("advance",)),
    Tool("in bulk", "bulk_flows", OURS, ("cohort",)),
    Tool("PostgreSQL ledger", "postgres_appends", OURS, APPENDS),
    Tool("raw DuckDB", "raw_appends", OURS, APPENDS),
    Tool("disk alone", "disk_appends", OURS, APPENDS),
)
COHORTS = ("cohort", "cohort_by_runs")
REPEATS = (
    {"advance": 25} | dict.fromkeys(COHORTS, 1) | dict.fromkeys(QUERIES, 25) | dict.fromkeys(APPENDS, 200)
)
ROUNDS = {"advance": 3} | dict.fromkeys(APPENDS, 3)  # processes of each party, taking turns

Found = Mapping[tuple[str, str], Measurement]  # by party and operation


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many projects are played, and how many are open."""

    played: int
    open: int


SIZES, QUICK = Sizes(100, 100_000), Sizes(12, 2_000)


def measured_flows(
    operations: Sequence[str], place: Path, sizes: Sizes, tell: Callable[[str], None]
) -> tuple[dict[tuple[str, str], Measurement], list[str]]:
    """Measure everybody at each operation; return what it took, and where results differ."""
    found: dict[tuple[str, str], Measurement] = {}
    differing: list[str] = []
    place.mkdir(parents=True, exist_ok=True)
    for operation in operations:
        n = sizes.played if operation in COHORTS else sizes.open if operation in QUERIES else 1
        with ExitStack() as stack:
            data = stack.enter_context(_surroundings(operation, place, n, tell))
            parties = [party for party in PARTIES if operation in party.operations]
            for party, measurement, result in _in_turns(parties, operation, data, n, tell):
                found[party.name, operation] = measurement
                if party is parties[0]:
                    ours = result
                elif result is not None and ours is not None and (fault := differs(ours, result)):
                    differing.append(f"{operation}, {party.name}: {fault}")
    return found, differing


def _in_turns(
    parties: Sequence[Tool], operation: str, data: Path, n: int, tell: Callable[[str], None]
) -> Iterator[tuple[Tool, Measurement, object]]:
    """Let the parties take turns, so that a busy moment of the machine meets each of them alike."""
    rounds: dict[str, list[tuple[Measurement, object]]] = {party.name: [] for party in parties}
    for number in range(ROUNDS.get(operation, 1)):
        for party in parties:
            tell(f"{operation.replace('_', ' ')}, {party.name}, round {number + 1}")
            rounds[party.name].append(measured(party, operation, data, n, REPEATS[operation]))
    for party in parties:
        timed = [one for one, _ in rounds[party.name] if one.seconds is not None]
        first, result = rounds[party.name][0]
        if timed:
            first = replace(
                timed[0],
                seconds=median(one.seconds for one in timed if one.seconds is not None),
                worked=median(one.worked for one in timed if one.worked is not None),
                repeats=sum(one.repeats for one in timed),
            )
        yield party, first, result


@contextmanager
def _surroundings(operation: str, place: Path, n: int, tell: Callable[[str], None]) -> Iterator[Path]:
    """Lend the directory that an operation works in, and run the server that it needs."""
    if operation in QUERIES:
        tell(f"Making the log of {n:,} open projects")
        yield open_projects(place, n)
        return
    with TemporaryDirectory(dir=place) as room, ExitStack() as stack:
        data = Path(room) / f"{operation}-{n}"
        data.mkdir()
        if operation in THROUGH_PREFECT:
            stack.enter_context(prefect_api(data))
        elif operation in APPENDS:
            stack.enter_context(_postgres())
        yield data


@contextmanager
def _postgres() -> Iterator[None]:
    """Run a PostgreSQL that waits for the disk, as one in service does."""
    sys.path.append(str(ROOT / "tests"))
    from postgres_server import new_database, running_postgres

    with (
        running_postgres(durable=True) as server,
        new_database(server) as address,
        _environment({ADDRESS: address}),
    ):
        yield


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def flows_table(found: Found) -> str:
    """Return the median times, how many times ours that is, and how much is done in a minute or second."""
    rows = []
    for (name, operation), one in found.items():
        ours = found.get(("ours", operation))
        if one.seconds is None:
            rows.append([operation.replace("_", " "), name, "failed", "", "", (one.fault or "")[:60]])
            continue
        ratio = f"{one.seconds / ours.seconds:,.2f}×" if ours and ours.seconds and name != "ours" else ""
        spent = [f"{1000 * seconds:,.1f}" for seconds in (one.seconds, one.worked or 0.0)]
        rows.append([operation.replace("_", " "), name, *spent, ratio, _rate(one)])
    heads = ["operation", "who", "ms", "ms of processors", "times ours", "that is"]
    return table(heads, rows, right=[2, 3, 4])


def _rate(one: Measurement) -> str:
    assert one.seconds is not None
    match one.operation:
        case "cohort" | "cohort_by_runs":
            return f"{60 * one.n_events / one.seconds:,.0f} projects a minute"
        case "append_one":
            return f"{1 / one.seconds:,.0f} events a second"
        case "append_many":
            return f"{BATCH / one.seconds:,.0f} events a second"
        case _:
            return ""
