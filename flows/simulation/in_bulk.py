"""Large cohorts: played in memory, several processes side by side, and written down together.

Each project hangs on its own script alone, so its events are those of `play`; only the order in which
different projects are recorded is another.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import cpu_count

from eventlogs.events import Event
from eventlogs.storage import Ledger
from flows.process.history import CaseHistory
from flows.simulation.cohort import Script
from flows.simulation.memory_ledger import MemoryLedger
from flows.simulation.play import carried_on, refuse_other
from flows.simulation.truth import ProjectTruth, project_truth

PROJECTS_AT_ONCE = 50


@dataclass(frozen=True)
class PlayedProject:
    """A project that was played in memory; without events and truth if it begins after the last day."""

    events: tuple[Event, ...]
    truth: ProjectTruth | None


def play_in_bulk(
    ledger: Ledger,
    log: str,
    cohort: Sequence[Script],
    tell: Callable[[int], None] = lambda n: None,
    *,
    processes: int | None = None,
) -> tuple[list[ProjectTruth], int]:
    """Play a cohort, record it in a simulated log, and return its projects' truths and its number of events.

    What was recorded before a play was broken off is not recorded again. `tell` is called with the number
    of projects that are over.
    """
    refuse_other(ledger, log, cohort)
    ledger.create_log(log, simulated=True)
    truths, n_events = [], 0
    for played in _played(cohort, processes or cpu_count() or 1):
        ledger.append(log, [event for project in played for event in project.events])
        truths += [project.truth for project in played if project.truth is not None]
        n_events += sum(len(project.events) for project in played)
        tell(len(played))
    return truths, n_events


def _played(cohort: Sequence[Script], processes: int) -> Iterator[list[PlayedProject]]:
    parts = [cohort[n : n + PROJECTS_AT_ONCE] for n in range(0, len(cohort), PROJECTS_AT_ONCE)]
    if processes == 1 or len(parts) == 1:
        yield from map(_play_in_memory, parts)
        return
    # not forked: a process that holds a database open must not be copied
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_play_in_memory, parts)


def _play_in_memory(cohort: Sequence[Script]) -> list[PlayedProject]:
    empty = {script.case_id: CaseHistory(script.case_id) for script in cohort}
    histories = carried_on(MemoryLedger(), "memory", cohort, empty)
    return [_project(script, histories[script.case_id]) for script in cohort]


def _project(script: Script, history: CaseHistory) -> PlayedProject:
    return PlayedProject(history.events, project_truth(script, history) if history.exists else None)
