"""A process beside the owner: it sends whole command lines there, or uses the ledger through it."""

import http.client
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import orjson

from eventlogs.attributes import encode
from eventlogs.console import Console
from eventlogs.errors import EventLogError, StoreBusyError
from eventlogs.events import Attribute, Event, RecordedEvent
from eventlogs.language import Language
from eventlogs.owner.console import Frame, FrameReader
from eventlogs.owner.notice import Owner
from eventlogs.owner.wire import (
    appended_from_wire,
    event_to_wire,
    head_from_wire,
    recorded_from_wire,
    refusal_from_wire,
)
from eventlogs.storage import Appended, Head

if TYPE_CHECKING:
    import pyarrow as pa

OK, REFUSED, FAULT = 200, 409, 500


class OwnerLostError(EventLogError):
    """The owner went away before it had answered."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(
            "process {pid} ({command}), which holds the event log, went away before it had answered; "
            "run the command again: what was recorded is not recorded twice",
            pid=owner.pid,
            command=owner.command,
        )


def run_command(owner: Owner, argv: Sequence[str], language: Language, console: Console) -> int:
    """Run a command line in the owner, show here what it says, and return its exit status."""
    errand = {"argv": list(argv), "directory": str(console.directory), "language": language}
    reader = FrameReader(console)
    try:
        with closing(reader), _asked(owner, "command", errand) as response:
            for frame in _frames(owner, response):
                status = reader.show(frame)
                if status is not None:
                    return status
        raise OwnerLostError(owner)
    except EventLogError as error:
        console.note(error.in_language(language))
        return 1
    except KeyboardInterrupt:
        # the connection is closed by now, which the owner takes as the wish to undo the command
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class OwnerClient:
    """The ledger as another process on the owner's machine uses it."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record events; an append whose answer was lost can be sent again."""
        sent = [event_to_wire(event) for event in events]
        return appended_from_wire(self._answer("append", log=log, events=sent, expect_seq=expect_seq))

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make a live log if there is none of that name."""
        self._answer("create_log", log=log, case_type=case_type, simulated=simulated)

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's history."""
        return [recorded_from_wire(wire) for wire in self._answer("case", log=log, case_id=case_id)]

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        return head_from_wire(self._answer("head", log=log, case_id=case_id))

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return up to `limit` events recorded after `seq`."""
        return [recorded_from_wire(wire) for wire in self._answer("since", seq=seq, log=log, limit=limit)]

    def query(self, sql: str, parameters: Mapping[str, Attribute] | None = None) -> "pa.Table":
        """Return the answer to one SELECT with `$name` parameters."""
        import pyarrow as pa

        asked = {"sql": sql, "parameters": encode(parameters or {})}
        with _asked(self._owner, "query", asked) as response:
            try:
                with _perhaps_lost(self._owner), pa.ipc.open_stream(response) as stream:
                    return stream.read_all()
            except pa.ArrowException as error:
                raise OwnerLostError(self._owner) from error

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Refuse: the file is open in the owner; `query` asks it."""
        raise self._elsewhere()

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Refuse: the file is open in the owner."""
        raise self._elsewhere()

    def preparing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Refuse: the file is open in the owner."""
        raise self._elsewhere()

    def close(self) -> None:
        """Hold nothing, so let go of nothing."""

    def _answer(self, name: str, **asked: object) -> Any:
        with _asked(self._owner, name, asked) as response, _perhaps_lost(self._owner):
            return orjson.loads(response.read())

    def _elsewhere(self) -> StoreBusyError:
        return StoreBusyError(
            "process {pid} ({command}) holds the event log, so no other can open it; "
            "run this as a `retrofit` command, which is carried out there, or stop that process first",
            pid=self._owner.pid,
            command=self._owner.command,
        )


@contextmanager
def _asked(owner: Owner, name: str, asked: Mapping[str, object]) -> Iterator[http.client.HTTPResponse]:
    """Lend the owner's answer; raise what it refused."""
    headers = {"Authorization": f"Bearer {owner.token}", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection(owner.host, owner.port)) as connection:
        with _perhaps_lost(owner):
            connection.request("POST", f"/owner/{name}", orjson.dumps(asked), headers)
            response = connection.getresponse()
            refusal = orjson.loads(response.read()) if response.status == REFUSED else None
        if refusal is not None:
            raise refusal_from_wire(refusal)
        if response.status != OK:
            raise _not_understood(owner, response.status)
        yield response


def _frames(owner: Owner, response: http.client.HTTPResponse) -> Iterator[Frame]:
    while True:
        with _perhaps_lost(owner):
            line = response.readline()
            frame = orjson.loads(line) if line else None
        if frame is None:
            return
        yield frame


@contextmanager
def _perhaps_lost(owner: Owner) -> Iterator[None]:
    """Raise `OwnerLostError` where the connection breaks; only around the talk with the owner.

    One that breaks within the head of an answer looks as an answer of nothing, which is no JSON.
    """
    try:
        yield
    except (ConnectionError, http.client.HTTPException, orjson.JSONDecodeError) as error:
        raise OwnerLostError(owner) from error


def _not_understood(owner: Owner, status: int) -> EventLogError:
    if status == FAULT:
        return EventLogError(
            "process {pid} ({command}) met a fault of the engine while answering; "
            "its own terminal shows where",
            pid=owner.pid,
            command=owner.command,
        )
    return EventLogError(
        "process {pid} ({command}) holds the event log but answers {status}; "
        "it may be another version of the engine: stop it and start it again",
        pid=owner.pid,
        command=owner.command,
        status=status,
    )
