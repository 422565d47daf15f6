"""A whole command line, run inside the owner for a reader in another process."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import click

from eventlogs.commands import Session, run
from eventlogs.language import LANGUAGES, Language, say_in
from eventlogs.owner.console import PAUSE, Frame, FrameConsole
from eventlogs.owner.lent_ledger import LentLedger
from eventlogs.storage import Ledger
from eventlogs.unexpected import FAULT_OF_THE_ENGINE, told

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """What the reader's process sends: the words after `retrofit`, where it stands, and its language."""

    argv: tuple[str, ...]
    directory: str
    language: str


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
        if self._thread.is_alive():
            Thread(target=self._interrupt_until_ended, daemon=True).start()

    def join(self, seconds: float) -> None:
        """Wait for the command to end, at most so long."""
        self._thread.join(seconds)

    def _work(self) -> None:
        session = Session(self._console, self.data, self.errand.argv, ledger=self._lent)
        status = 1
        try:
            status = run(self.root, self._argv(), session)
        except Exception as error:
            # a cancelled statement, or a fault of ours: the owner goes on, the reader gets a status
            if not self._console.gone:
                status = FAULT_OF_THE_ENGINE
                logger.exception("retrofit %s", " ".join(self.errand.argv))
                sentence = told(error, self.root, self.errand.argv, self.data, self._language)
                self._send({"note": sentence})
        if self._stopping:
            status = 1
            sentence = say_in(
                self._language, "the process that holds the event log was stopped; this command was undone"
            )
            self._send({"note": sentence})
        self._send({"exit": status})
        self._send(None)

    def _interrupt_until_ended(self) -> None:
        # again and again, since an interruption before a statement's beginning does not reach it
        while self._thread.is_alive():
            self._lent.take_back()
            self._thread.join(PAUSE)

    def _argv(self) -> tuple[str, ...]:
        # the reader's language goes first, so that a `--lang` further on still wins
        return ("--lang", self.errand.language, *self.errand.argv)

    @property
    def _language(self) -> Language:
        return next((known for known in LANGUAGES if known == self.errand.language), "en")

    def _send(self, frame: Frame | None) -> None:
        with suppress(RuntimeError):  # the loop has ended with the owner
            self._loop.call_soon_threadsafe(self._frames.put_nowait, frame)
