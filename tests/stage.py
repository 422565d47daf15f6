"""A small command line for tests of the owner, and its use from processes of its own.

`python tests/stage.py up DATA` is an owner; `python tests/stage.py run DATA WORD…` runs one command line.
"""

import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click

from eventlogs.commands import (
    Command,
    FileName,
    Group,
    Session,
    answers,
    option,
    run,
    with_console,
    with_ledger,
)
from eventlogs.console import Console, TerminalConsole
from eventlogs.language import current_language
from eventlogs.owner.process import owning
from eventlogs.storage import Ledger

ADD_RELATION = "INSERT INTO object_object VALUES (1, $n, '', '')"
ENDLESS = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE a.range * b.range % 7 = 3"


@dataclass(frozen=True)
class Place:
    """Where a command was run from, and in which language."""

    file: str
    language: str

    def as_text(self) -> str:
        return f"{self.file} {self.language}"


@click.group(cls=Group)
@option("--lang", type=click.Choice(("zh", "en")))
def stage(lang: str | None) -> None:
    """Hold the commands below."""


@stage.command("place", cls=Command)
@click.argument("file", type=FileName())
@answers
@with_ledger
def place(ledger: Ledger, file: Path) -> Place:
    return Place(str(file), current_language())


@stage.command("fill", cls=Command)
@click.argument("n", type=int)
@with_console
@with_ledger
def fill(ledger: Ledger, console: Console, n: int) -> None:
    """Write `n` rows in one transaction, a hundred a second, with progress."""
    with ledger.writing() as connection, console.progress("filling", n) as advance:
        for number in range(n):
            connection.execute(ADD_RELATION, {"n": str(number)})
            advance(1)
            time.sleep(0.01)
    console.data("filled")


@stage.command("fill-and-wait", cls=Command)
@with_console
@with_ledger
def fill_and_wait(ledger: Ledger, console: Console) -> None:
    """Write a row, then run a statement that does not end."""
    with ledger.writing() as connection:
        connection.execute(ADD_RELATION, {"n": "0"})
        console.note("waiting")
        connection.execute(ENDLESS)


@stage.command("fault", cls=Command)
@with_ledger
def fault(ledger: Ledger) -> None:
    raise ZeroDivisionError


def main(deed: str, data: Path, *words: str) -> int:
    # as at a terminal: where the tests run in a shell's background, Ctrl-C is ignored by inheritance
    signal.signal(signal.SIGINT, signal.default_int_handler)
    session = Session(TerminalConsole(), data, words)
    if deed == "up":
        with owning(session, stage) as (server, stopped):
            session.console.note(str(server.owner.port))
            stopped.wait()
        return 0
    return run(stage, words, session)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
