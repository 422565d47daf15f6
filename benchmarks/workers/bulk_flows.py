"""The same cohort played in memory and written down together."""

from benchmarks.played import cohort
from benchmarks.workers.ours_flows import LOG, new_ledger, size_of
from benchmarks.workers.worker import Operation, Task, serve
from flows.simulation.in_bulk import play_in_bulk


def played(task: Task) -> list[int]:
    """Play the cohort in memory, on all processors."""
    truths, n_events = play_in_bulk(new_ledger(task), LOG, cohort(size_of(task.data)))
    return [len(truths), n_events]


OPERATIONS = {"cohort": Operation(lambda task: task, played, list)}

if __name__ == "__main__":
    serve(OPERATIONS)
