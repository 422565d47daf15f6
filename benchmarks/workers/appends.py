"""Events to append, the same for everybody: those of played projects, taken one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks.workers.worker import Task
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.owner.wire import event_from_wire, event_to_wire

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
    """Make as many events as a task needs, those of some projects again and again under other names.

    They are played once and kept beside the data, for all who take turns.
    """
    played = task.data / "played.jsonl"
    if not played.is_file():
        played.write_text("\n".join(_played()), "utf-8")
    texts = [(orjson.loads(text)["case_id"], text) for text in played.read_text("utf-8").splitlines()]
    renamed = (
        event_from_wire(orjson.loads(text.replace(name, f"{name}-{n}")))
        for n in count()
        for name, text in texts
    )
    return iter(list(islice(renamed, task.repeats * (BATCH if task.operation == "append_many" else 1))))


def _played() -> list[str]:
    from benchmarks.played import cohort  # here, as most processes find the events there already
    from flows.simulation.in_bulk import play_in_bulk

    with TemporaryDirectory() as place:
        ledger = DuckDBLedger(Path(place) / "ledger.duckdb")
        play_in_bulk(ledger, "bench", cohort(_PROJECTS), processes=1)
        events = [one.event for one in ledger.since(0, log="bench")]
        ledger.close()
    return [orjson.dumps(event_to_wire(event)).decode() for event in events]
