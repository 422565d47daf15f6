"""The life of the owner process: take the data directory, serve it, and leave it clean when told to."""

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Event
from types import FrameType

import click

from eventlogs.commands import Session
from eventlogs.data_directory import open_ledger
from eventlogs.errors import StoreBusyError
from eventlogs.owner import OwnerServer
from eventlogs.owner_notice import OwnedElsewhereError
from eventlogs.storage import Ledger

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def owning(session: Session, root: click.Group, *, port: int = 0) -> Iterator[tuple[OwnerServer, Event]]:
    """Serve the session's data directory inside the block; the event lent is set when a signal says stop."""
    if session.ledger is not None:
        raise StoreBusyError("`retrofit up` is started in a terminal of its own, not through another process")
    with closing(_taken(session)) as ledger, _told_to_stop() as stopped:
        server = OwnerServer(ledger, session.data, root, port=port)
        server.start()
        try:
            yield server, stopped
        finally:
            server.stop()


def _taken(session: Session) -> Ledger:
    try:
        return open_ledger(session.data, session.console, wait=timedelta(seconds=5))
    except OwnedElsewhereError as first:
        raise StoreBusyError(
            "{data} is already served by process {pid} ({command}); commands go there by themselves, "
            "nothing else needs to be started",
            data=session.data,
            pid=first.owner.pid,
            command=first.owner.command,
        ) from first


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
