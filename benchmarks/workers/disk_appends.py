"""The disk alone: as many bytes as the events' JSON has, written behind a file's end and waited for."""

import os
from collections.abc import Sequence

import orjson

from benchmarks.workers.appends import BATCH, Appending, some_events
from benchmarks.workers.worker import Operation, Task, serve
from eventlogs.events import Event
from eventlogs.owner.wire import event_to_wire


def ready(task: Task) -> Appending:
    """Open a file to write behind its end."""
    file = os.open(task.data / f"disk {os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append(events: Sequence[Event]) -> None:
        os.write(file, b"".join(orjson.dumps(event_to_wire(event)) for event in events))
        os.fsync(file)

    return Appending(append, some_events(task))


OPERATIONS = {
    "append_one": Operation(ready, lambda it: it.next(1), int),
    "append_many": Operation(ready, lambda it: it.next(BATCH), int),
}

if __name__ == "__main__":
    serve(OPERATIONS)
