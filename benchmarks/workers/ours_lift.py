"""The engine on a log of lift projects: conformance, stalls, curves, alignments of the chains, filters."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from benchmarks.workers import told_conformance, told_stalls
from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.cases.case_filter import CaseFilter, FilteredLog, filtered
from mining.conformance.judging import ConformanceReport, conformance
from mining.nets.alignment import Aligner
from mining.nets.traces import Integers, Traces, grouped_traces
from mining.normative.chain_net import chain_aligner, chain_net
from mining.normative.file import lift_model
from mining.outlook.case_curves import OTHERWISE
from mining.outlook.survival import Incidence, incidences
from mining.stalls.finding import StallReport, stalls

_LONG_AGO = date(1990, 1, 1)


def opened(task: Task) -> PreparedLog:
    """Return the prepared log, with the attribute coded that cases are grouped by."""
    prepared = prepare(DuckDBLedger(task.data / "ledger.duckdb"), "bench")
    prepared.attribute("city")
    return prepared


def judged_by_city(prepared: PreparedLog) -> ConformanceReport:
    """Judge the whole log and each city, nothing remembered of an earlier repeat."""
    chain_aligner.cache_clear()
    return conformance(prepared, lift_model(), by="city")


def stalls_by_city(prepared: PreparedLog) -> StallReport:
    """Find and explain every project that stands still."""
    return stalls(prepared, lift_model(), by="city")


def with_roles(task: Task) -> PreparedLog:
    """Return the prepared log of the roles of the chains."""
    prepared = prepare(DuckDBLedger(task.data / "roles" / "ledger.duckdb"), "bench")
    prepared.attribute("city")
    return prepared


def aligned(prepared: PreparedLog) -> dict[str, list[int]]:
    """Align every case with the chains; return cost and fitting cases of each city."""
    return _costs(Aligner(chain_net(lift_model().chains)), *grouped_traces(prepared, "city"))


def with_aligner(task: Task) -> tuple[Aligner, Traces, dict[str | None, Integers]]:
    """Return an aligner that has aligned the traces of all cities once, and these."""
    aligner = Aligner(chain_net(lift_model().chains))
    traces, counts = grouped_traces(with_roles(task), "city")
    aligner.align(traces)
    return aligner, traces, counts


def aligned_again(found: tuple[Aligner, Traces, dict[str | None, Integers]]) -> dict[str, list[int]]:
    """Align every case once more, with what the aligner remembers."""
    return _costs(*found)


def _costs(aligner: Aligner, traces: Traces, counts: dict[str | None, Integers]) -> dict[str, list[int]]:
    costs = aligner.align(traces).costs
    return {
        str(city): [int((costs * n).sum()), int(n[costs == 0].sum())]
        for city, n in counts.items()
        if city is not None
    }


def spans(task: Task) -> tuple[Any, Any, Any]:
    """Return city, days and cause of each case, in the order of city and days."""
    table = parquet.read_table(task.data / "spans.parquet")
    grouped, days, causes = (table[name].to_numpy() for name in ("grp", "days", "cause"))
    return grouped.astype(np.int64), days, causes.astype(np.int64)


def curves(found: tuple[Any, Any, Any]) -> dict[int, Incidence]:
    """Return the curves of each city: the share still open, and what has ended by each cause."""
    made = dict(incidences(*found, OTHERWISE))
    for curve in made.values():
        assert len(curve.open_after) == len(curve.times)
    return made


def _told_curves(found: dict[int, Incidence]) -> dict[str, list[float]]:
    return {str(city): curve.open_after.tolist() for city, curve in sorted(found.items())}


_DAYS: Iterator[int] = count()


def chosen(prepared: PreparedLog) -> FilteredLog:
    """Choose cases, with a condition that excludes nothing and makes each repeat a new filter."""
    asked = CaseFilter(
        where=(("city", "shanghai"),),
        started_from=_LONG_AGO + timedelta(next(_DAYS)),
        without_activities=("file_written_objection",),
        with_activities=("joint_review",),
    )
    found = filtered(prepared, asked)
    assert isinstance(found, FilteredLog)
    return found


def _told_choice(found: FilteredLog) -> list[int]:
    with found.reading() as connection:
        rows = connection.execute("SELECT count(*), sum(n_events)::BIGINT FROM trace").fetchall()
    return [int(n) for n in rows[0]]


LIFT = {
    "conformance_by_city": Operation(opened, judged_by_city, told_conformance.told),
    "stalls_by_city": Operation(opened, stalls_by_city, told_stalls.told),
    "chain_alignments": Operation(with_roles, aligned, dict),
    "chain_alignments_again": Operation(with_aligner, aligned_again, dict),
    "curves": Operation(spans, curves, _told_curves),
    "filter": Operation(opened, chosen, _told_choice),
}

if __name__ == "__main__":
    serve(LIFT)
