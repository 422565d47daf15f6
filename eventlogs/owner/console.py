"""The reader's end of a command that runs in the owner: what it says becomes frames, sent to the reader.

A frame is a small JSON object with one of the members `out`, `note`, `progress`, `advance`, `done`, `exit`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic

from click import Abort

from eventlogs.console import Advance, Console

Frame = Mapping[str, object]
PAUSE = 0.1  # seconds between two frames of one progress display


class FrameConsole:
    """A console whose reader sits in another process; once the reader is gone, every use ends the command."""

    def __init__(self, directory: Path, send: Callable[[Frame], None]) -> None:
        self._directory = directory
        self._send = send
        self._gone = Event()
        self._numbers = count(1)

    @property
    def directory(self) -> Path:
        """The reader's working directory."""
        return self._directory

    def data(self, text: str) -> None:
        """Send a line of the answer."""
        self.go_on()
        self._send({"out": text})

    def note(self, text: str) -> None:
        """Send a sentence of narration."""
        self.go_on()
        self._send({"note": text})

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Advance]:
        """Send how far the deed has come, at most ten times a second."""
        self.go_on()
        number = next(self._numbers)
        due, waiting = monotonic() + PAUSE, 0

        def advance(amount: int) -> None:
            nonlocal due, waiting
            self.go_on()
            waiting += amount
            if monotonic() >= due:
                self._send({"advance": number, "amount": waiting})
                due, waiting = monotonic() + PAUSE, 0

        self._send({"progress": number, "label": label, "total": total})
        try:
            yield advance
        finally:
            self._send({"advance": number, "amount": waiting})
            self._send({"done": number})

    def hang_up(self) -> None:
        """Note that the reader is gone."""
        self._gone.set()

    @property
    def gone(self) -> bool:
        """Whether the reader is gone."""
        return self._gone.is_set()

    def go_on(self) -> None:
        """Raise `click.Abort` if the reader is gone, so that the command undoes what it began."""
        if self._gone.is_set():
            raise Abort


class FrameReader:
    """Shows the frames of a command on the reader's own console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._running: dict[object, tuple[Iterator[Advance], Advance]] = {}

    def show(self, frame: Frame) -> int | None:
        """Show one frame; return the exit status if it is the last."""
        match frame:
            case {"out": str(text)}:
                self._console.data(text)
            case {"note": str(text)}:
                self._console.note(text)
            case {"progress": number, "label": str(label), "total": int() | None as total}:
                display = self._display(label, total)
                self._running[number] = display, next(display)
            case {"advance": number, "amount": int(amount)} if number in self._running:
                self._running[number][1](amount)
            case {"done": number} if number in self._running:
                for _ in self._running.pop(number)[0]:
                    pass
            case {"exit": int(status)}:
                return status
        return None

    def close(self) -> None:
        """Take down the displays that are still running."""
        while self._running:
            self.show({"done": next(reversed(self._running))})

    def _display(self, label: str, total: int | None) -> Iterator[Advance]:
        with self._console.progress(label, total) as advance:
            yield advance
