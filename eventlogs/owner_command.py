"""A whole command line, run inside the owner for a reader in another process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import click
import duckdb

from eventlogs.commands import Session, run
from eventlogs.events import Event, RecordedEvent
from eventlogs.language import LANGUAGES, Language, say_in
from eventlogs.owner_console import Frame, FrameConsole
from eventlogs.storage import Appended, Head, Ledger

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """What the reader's process sends: the words after `retrofit`, where it stands, and its language."""

    argv: tuple[str, ...]
    directory: str
    language: str


class LentLedger:
    """The owner's ledger lent to one command: taken back, what the command began is undone."""

    def __init__(self, ledger: Ledger, console: FrameConsole) -> None:
        self._ledger = ledger
        self._console = console
        self._lent: list[duckdb.DuckDBPyConnection] = []
        self._lock = Lock()

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record events, unless the reader is gone."""
        self._console.go_on()
        return self._ledger.append(log, events, expect_seq=expect_seq)

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make a live log, unless the reader is gone."""
        self._console.go_on()
        self._ledger.create_log(log, case_type=case_type, simulated=simulated)

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's history."""
        return self._ledger.case(log, case_id)

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        return self._ledger.head(log, case_id)

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return what was recorded after `seq`."""
        return self._ledger.since(seq, log=log, limit=limit)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection for reading."""
        with self._ledger.reading() as connection, self._lending(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection inside a transaction, rolled back if the reader is gone when it should end."""
        with self._ledger.writing() as connection, self._lending(connection):
            yield connection
            self._console.go_on()

    def close(self) -> None:
        """Leave the ledger open: it is the owner's."""

    def take_back(self) -> None:
        """Stop the statement that is running on any connection lent."""
        with self._lock:
            for connection in self._lent:
                connection.interrupt()

    def __getattr__(self, name: str) -> Any:
        """Return what a ledger of its size has besides, such as its file."""
        return getattr(self._ledger, name)

    @contextmanager
    def _lending(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        with self._lock:
            self._console.go_on()
            self._lent.append(connection)
        try:
            yield
        finally:
            with self._lock:
                self._lent.remove(connection)


@dataclass(eq=False)
class RunningCommand:
    """A command line at work in a thread of its own, and the frames it has produced."""

    root: click.Group
    ledger: Ledger
    data: Path
    errand: Errand
    _frames: asyncio.Queue[Frame | None] = field(default_factory=asyncio.Queue)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._console = FrameConsole(Path(self.errand.directory), self._send)
        self._lent = LentLedger(self.ledger, self._console)
        self._thread = Thread(target=self._work, name=" ".join(self.errand.argv), daemon=True)
        self._thread.start()

    async def frames(self) -> AsyncIterator[Frame]:
        """Yield what the command says as it says it."""
        while (frame := await self._frames.get()) is not None:
            yield frame

    def stop(self) -> None:
        """Cancel the command because the owner leaves; its reader is told."""
        self._stopping = True
        self.cancel()

    def cancel(self) -> None:
        """Undo what the command has begun, at its next word, its next statement, or in its present one."""
        self._console.hang_up()
        self._lent.take_back()

    def join(self, seconds: float) -> None:
        """Wait for the command to end, at most so long."""
        self._thread.join(seconds)

    def _work(self) -> None:
        session = Session(self._console, self.data, self.errand.argv, ledger=self._lent)
        status = 1
        try:
            status = run(self.root, self._argv(), session)
        except Exception:
            # a cancelled statement, or a fault of ours: the owner goes on, the reader gets a status
            if not self._console.gone:
                logger.exception("retrofit %s", " ".join(self.errand.argv))
                self._tell("the command met a fault of the engine; the owner's own terminal shows where")
        if self._stopping:
            status = 1
            self._tell("the process that holds the event log was stopped; this command was undone")
        self._send({"exit": status})
        self._send(None)

    def _argv(self) -> tuple[str, ...]:
        # the reader's language goes first, so that a `--lang` further on still wins
        return ("--lang", self.errand.language, *self.errand.argv)

    def _tell(self, sentence: str) -> None:
        language: Language = next((known for known in LANGUAGES if known == self.errand.language), "en")
        self._send({"note": say_in(language, sentence)})

    def _send(self, frame: Frame | None) -> None:
        with suppress(RuntimeError):  # the loop has ended with the owner
            self._loop.call_soon_threadsafe(self._frames.put_nowait, frame)
