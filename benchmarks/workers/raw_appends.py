"""DuckDB alone: the same values inserted into a table without keys, hashes or checks, and committed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.workers.appends import BATCH, Appending, some_events
from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.rows import arrow_table, row_of

_KEPT: list[TemporaryDirectory[str]] = []
_NUMBERS = count(1)


def ready(task: Task) -> Appending:
    """Make a file with one table of the columns of events."""
    place = TemporaryDirectory(dir=task.data)
    _KEPT.append(place)
    file = Path(place.name) / "raw.duckdb"
    DuckDBLedger(file).close()
    connection = duckdb.connect(str(file))
    connection.execute("CREATE TABLE raw AS FROM event LIMIT 0")

    def append(events: Sequence[Event]) -> None:
        rows = [
            row_of(event, seq=next(_NUMBERS), log_id=1, recorded_at=datetime.now(UTC)) for event in events
        ]
        connection.begin()
        if len(rows) == 1:
            connection.execute(f"INSERT INTO raw VALUES ({', '.join('?' * len(rows[0]))})", list(rows[0]))  # noqa: S608
        else:
            connection.register("many", arrow_table(rows))
            connection.execute("INSERT INTO raw FROM many")
            connection.unregister("many")
        connection.commit()

    return Appending(append, some_events(task))


OPERATIONS = {
    "append_one": Operation(ready, lambda it: it.next(1), int),
    "append_many": Operation(ready, lambda it: it.next(BATCH), int),
}

if __name__ == "__main__":
    serve(OPERATIONS)
