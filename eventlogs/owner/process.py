"""The life of the owner process: take the data directory, serve it, and leave it clean when told to."""

import logging
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Event, Thread
from types import FrameType

import click
import duckdb
import psycopg

from eventlogs.commands import Session
from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError, StoreBusyError
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.owner.notice import OwnedElsewhereError
from eventlogs.owner.server import OwnerServer
from eventlogs.storage import Ledger

SIGNALS = (signal.SIGINT, signal.SIGTERM)
DRAIN_EVERY = timedelta(minutes=5)
PATIENCE = timedelta(seconds=5)

logger = logging.getLogger(__name__)


@contextmanager
def owning(session: Session, root: click.Group, *, port: int = 0) -> Iterator[tuple[OwnerServer, Event]]:
    """Serve the session's data directory inside the block; the event lent is set when a signal says stop."""
    if session.ledger is not None:
        raise StoreBusyError("`retrofit up` is started in a terminal of its own, not through another process")
    if session.data.is_file():
        raise StoreBusyError(
            "{data} is a file and `retrofit up` serves a data directory; name one with --data",
            data=session.data,
        )
    with closing(_taken(session)) as ledger, told_to_stop() as stopped, _draining(ledger, stopped):
        server = OwnerServer(ledger, session.data, root, port=port)
        server.start()
        try:
            yield server, stopped
        finally:
            server.stop()


def _taken(session: Session) -> Ledger:
    try:
        return open_ledger(session.data, session.console, wait=PATIENCE)
    except OwnedElsewhereError as first:
        raise StoreBusyError(
            "{data} is already served by process {pid} ({command}); commands go there by themselves, "
            "nothing else needs to be started",
            data=session.data,
            pid=first.owner.pid,
            command=first.owner.command,
        ) from first


@contextmanager
def _draining(ledger: Ledger, stopped: Event) -> Iterator[None]:
    """Keep the lake up to date, where there is one, from a thread of its own."""

    def work(shared: PostgresLedger) -> None:
        while True:
            try:
                shared.drain()
            except (EventLogError, duckdb.Error, psycopg.Error) as error:
                # another owner drains, or the server is away: the next round goes on where the lake ends
                logger.warning("the lake was not brought up to date: %s", error)
            if stopped.wait(DRAIN_EVERY.total_seconds()):
                return

    if not (isinstance(ledger, PostgresLedger) and ledger.lake):
        yield
        return
    thread = Thread(target=work, args=[ledger], name="drain", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(PATIENCE.total_seconds())  # longer is not waited for: a drain may be killed at any moment


@contextmanager
def told_to_stop() -> Iterator[Event]:
    """Lend an event that is set when a signal says stop."""
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
