"""Where a command's answer and its narration go: data to stdout, narration to stderr.

Commands never print; they return an answer or call the `Console` they are given, so that the same
command can run here or inside the owner process, which streams both back (`owner`).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, TextIO

Advance = Callable[[int], None]


class Answer(Protocol):
    """What a question is answered with: plain values for machines, text for people."""

    def as_text(self) -> str:
        """Return the answer in the current language."""
        ...


class Console(Protocol):
    """The reader's end of a command."""

    @property
    def directory(self) -> Path:
        """The reader's working directory, against which relative file names are meant."""
        ...

    def data(self, text: str) -> None:
        """Write `text` and a line end to the reader's stdout."""
        ...

    def note(self, text: str) -> None:
        """Write a sentence of narration to the reader's stderr."""
        ...

    def progress(self, label: str, total: int | None = None) -> AbstractContextManager[Advance]:
        """Show how far a long deed has come; the function lent is called with each further amount done.

        `total` is None where the end is not known. The unit is the caller's and is not shown.
        """
        ...


class TerminalConsole:
    """The console of a command that runs in the reader's own process."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    @property
    def directory(self) -> Path:
        """The process's working directory."""
        return Path.cwd()

    def data(self, text: str) -> None:
        """Write to stdout."""
        self._out.write(text + "\n")
        self._out.flush()

    def note(self, text: str) -> None:
        """Write to stderr."""
        self._err.write(text + "\n")
        self._err.flush()

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Advance]:
        """Draw a bar on a terminal; elsewhere say the label once."""
        if not self._err.isatty():
            self.note(label)
            yield lambda amount: None
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=RichConsole(file=self._err),
        )
        with bar:
            task = bar.add_task(label, total=total)
            yield lambda amount: bar.advance(task, amount)


def json_text(answer: object) -> str:
    """Return an answer as JSON: dataclasses as objects, moments in ISO 8601, durations in seconds.

    >>> json_text({"wait": timedelta(minutes=2)})
    '{"wait":120.0}'
    """
    import orjson

    options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(answer, default=_plain, option=options).decode()


def members(value: object) -> dict[str, object]:
    """Return what an answer, a dataclass, is made of; one with `as_data` says itself."""
    if as_data := getattr(value, "as_data", None):
        return as_data()  # type: ignore[no-any-return]
    assert is_dataclass(value)
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return members(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
