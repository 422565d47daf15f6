"""The ledger of the big size: events in PostgreSQL, each append committed to disk there."""

import os

from benchmarks.workers.appends import BATCH, Appending, some_events
from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.outgrown.postgres_ledger import PostgresLedger

ADDRESS = "RETROFIT_BENCH_POSTGRES"
LOG = "bench"


def ready(task: Task) -> Appending:
    """Open the ledger with an empty log."""
    ledger = PostgresLedger(os.environ[ADDRESS], lambda: DuckDBLedger(task.data / "copy.duckdb"))
    log = f"{LOG} {os.getpid()}"
    ledger.create_log(log, simulated=True)
    return Appending(lambda events: ledger.append(log, events), some_events(task))


OPERATIONS = {
    "append_one": Operation(ready, lambda it: it.next(1), int),
    "append_many": Operation(ready, lambda it: it.next(BATCH), int),
}

if __name__ == "__main__":
    serve(OPERATIONS)
