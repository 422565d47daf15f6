"""Events to append, the same for everybody: those of played projects, taken one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks.played import cohort
from benchmarks.workers.worker import Task
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.owner.wire import event_from_wire, event_to_wire
from flows.simulation.in_bulk import play_in_bulk

BATCH = 100
_PROJECTS = 4


@dataclass
class Appending:
    """An append, and the events that are still to be handed to it."""

    append: Callable[[Sequence[Event]], Any]
    events: Iterator[Event]

    def next(self, n: int) -> int:
        """Append the next `n` events in one transaction; return how many that were."""
        events = list(islice(self.events, n))
        self.append(events)
        return len(events)


def some_events(task: Task) -> Iterator[Event]:
    """Make as many events as a task needs, those of some projects again and again under other names."""
    with TemporaryDirectory() as place:
        ledger = DuckDBLedger(Path(place) / "ledger.duckdb")
        play_in_bulk(ledger, "bench", cohort(_PROJECTS), processes=1)
        events = [one.event for one in ledger.since(0, log="bench")]
        ledger.close()
    texts = [(event.case_id, orjson.dumps(event_to_wire(event)).decode()) for event in events]
    renamed = (
        event_from_wire(orjson.loads(text.replace(name, f"{name}-{n}")))
        for n in count()
        for name, text in texts
    )
    return iter(list(islice(renamed, task.repeats * (BATCH if task.operation == "append_many" else 1))))
