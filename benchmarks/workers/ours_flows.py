"""The engine's flows: an advance as a flow run, a cohort played, what staff ask, and appends.

A directory's name ends in how many projects it is about.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.played import cohort
from benchmarks.workers.appends import BATCH, Appending, some_events
from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.worklist.live_index import LiveIndex, Narrowing, live_index

LOG = "bench"
Asked = tuple[DuckDBLedger, LiveIndex]


def size_of(data: Path) -> int:
    """Return how many projects a directory is about."""
    return int(data.name.rpartition("-")[2])


def with_project(task: Task) -> str:
    """Lend a ledger with one project to the flow runs of this process."""
    from flows.hosting.place import lending
    from flows.project import projects
    from flows.project.acts import By
    from flows.simulation.play import intake

    ledger = new_ledger(task)
    ledger.create_log(projects.LOG, simulated=True)
    script = cohort(1)[0]
    by = By("bench", datetime.now(UTC))
    projects.start(ledger, projects.LOG, intake(script), by, case_id=script.case_id, simulated=True)
    lent = lending(ledger, task.data)
    lent.__enter__()
    _KEPT.append(lent)
    return script.case_id


def advanced(case_id: str) -> str:
    """Carry the project on by one flow run; return the name of its state."""
    from flows.orchestration import advance

    return str(asyncio.run(_state_of(advance, case=case_id)))


async def _state_of(flow: Any, **parameters: Any) -> str:
    state = await flow(**parameters, return_state=True)
    return str(state.name)


def played(task: Task) -> list[int]:
    """Play the cohort by the functions that staff use, every act durable before the next."""
    from flows.simulation.play import play

    found = play(new_ledger(task), LOG, cohort(size_of(task.data)))
    histories = [history for history in found.values() if history.exists]
    return [len(histories), sum(len(history.events) for history in histories)]


def played_by_runs(task: Task) -> list[int]:
    """Play the cohort with a flow run after every act, and tell how many runs there were."""
    from flows.simulation.by_flow_runs import flow_runs
    from flows.simulation.play import play

    ledger = new_ledger(task)
    with flow_runs(ledger, task.data, LOG) as runs:
        found = play(ledger, LOG, cohort(size_of(task.data)), following=runs)
    histories = [history for history in found.values() if history.exists]
    return [len(histories), sum(len(history.events) for history in histories), runs.n_asked]


def with_index(task: Task) -> Asked:
    """Open the ledger of open projects and read the index whole, as a server does once."""
    ledger = DuckDBLedger(task.data / "ledger.duckdb")
    return ledger, live_index(ledger, LOG)


def listed(what: str, narrowing: Narrowing) -> Operation:
    """Return the question for a page of work items or projects."""

    def work(asked: Asked) -> Any:
        ledger, index = asked
        ask: Callable[..., Any] = index.work if what == "work" else index.projects
        return ask(ledger, datetime.now(UTC), narrowing)

    return Operation(with_index, work, lambda found: found.total)


def page(asked: Asked) -> int:
    """Read one project and make what its page shows."""
    from dashboards.staff.project_view import project_page
    from flows.project.advance import read_project

    ledger, _ = asked
    history = read_project(ledger, LOG, _ONE)
    recorded = ledger.case(LOG, _ONE)
    project_page(history, recorded, datetime.now(UTC), None)
    return len(recorded)


def _ready_to_append(task: Task) -> Appending:
    ledger = new_ledger(task)
    ledger.create_log(LOG, simulated=True)
    return Appending(lambda events: ledger.append(LOG, events), some_events(task))


def new_ledger(task: Task) -> DuckDBLedger:
    """Make a ledger that is gone with this process."""
    place = TemporaryDirectory(dir=task.data)
    _KEPT.append(place)
    return DuckDBLedger(Path(place.name) / "ledger.duckdb")


_ONE = "shanghai-001-00000"
_KEPT: list[Any] = []  # what lives as long as this process
_SHANGHAI = Narrowing(cities=("shanghai",), overdue=True)

OPERATIONS = {
    "advance": Operation(with_project, advanced, str),
    "cohort": Operation(lambda task: task, played, list),
    "cohort_by_runs": Operation(lambda task: task, played_by_runs, list),
    "work_list": listed("work", Narrowing()),
    "work_list_narrowed": listed("work", _SHANGHAI),
    "work_list_searched": listed("work", Narrowing(search="意愿")),
    "project_list": listed("projects", Narrowing()),
    "project_list_narrowed": listed("projects", _SHANGHAI),
    "project_list_searched": listed("projects", Narrowing(search="0099")),
    "project_page": Operation(with_index, page, int),
    "append_one": Operation(_ready_to_append, lambda it: it.next(1), int),
    "append_many": Operation(_ready_to_append, lambda it: it.next(BATCH), int),
}

if __name__ == "__main__":
    serve(OPERATIONS)
