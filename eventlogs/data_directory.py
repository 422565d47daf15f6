"""How a data directory is opened: its ledger here, or a sentence that says who has it and what to do."""

import os
import re
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from eventlogs.cities import use_policies_of
from eventlogs.errors import EventLogError, StoreBusyError
from eventlogs.language import say, sayable
from eventlogs.ledger.duckdb_ledger import DISK_FULL, DuckDBLedger, damaged, is_damage
from eventlogs.owner.notice import OwnedElsewhereError, read_notice
from eventlogs.storage import Ledger
from eventlogs.storage_settings import SharedLedger, shared_ledger
from eventlogs.system_faults import LibraryFault

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.outgrown.postgres_ledger import PostgresLedger

FILE = "events.duckdb"
PATIENCE = timedelta(seconds=30)

_PAUSE = 0.1  # seconds between two attempts
_BROUGHT_UP_TO_DATE = sayable(
    "{file} is of an older engine and was brought up to date; as it was it stands beside it as {copy}"
)
_LOCKED = "Could not set lock on file"


def open_ledger(data: Path, console: "Console | None" = None, *, wait: timedelta = PATIENCE) -> Ledger:
    """Open the ledger of the data directory `data`, which is made if there is none.

    Where `data` is a file, it is a backup, opened to be looked at (`ledger.backup_ledger`).
    While another process holds it: raise `OwnedElsewhereError` if that is an owner who answers, else wait
    up to `wait` and raise `StoreBusyError`.
    """
    if data.is_file():
        from eventlogs.ledger.backup_ledger import open_backup

        return open_backup(data)
    _make(data)
    use_policies_of(data)
    shared = shared_ledger(data)
    if shared is None:
        return open_file(data, console, wait=wait)
    ledger = _shared(shared, data, console, wait)
    ledger.open_copy()
    return ledger


def open_beside(data: Path) -> Ledger:
    """Return the ledger for a process that appends and reads cases beside the owner, such as a worker."""
    use_policies_of(data)
    if shared := shared_ledger(data):
        return _shared(shared, data, None, PATIENCE)
    owner = read_notice(data)
    if owner is not None and owner.answers():
        from eventlogs.owner.client import OwnerClient

        return OwnerClient(owner)
    return open_ledger(data)


def open_file(data: Path, console: "Console | None" = None, *, wait: timedelta = PATIENCE) -> DuckDBLedger:
    """Open the DuckDB file of the data directory `data`; while another process holds it as `open_ledger`."""
    _make(data)
    deadline = time.monotonic() + wait.total_seconds()
    said = False
    while True:
        try:
            return _opened(data / FILE, console)
        except duckdb.IOException as error:
            if _LOCKED not in str(error):
                raise _refusal(data / FILE, error) from error
            holder = _holder(str(error))
        if (owner := read_notice(data)) is not None and owner.answers():
            raise OwnedElsewhereError(owner, data)
        if time.monotonic() >= deadline:
            raise StoreBusyError(
                "{file} is in use by {holder}; wait until it has ended, stop it, "
                "or name another directory with --data",
                file=data / FILE,
                holder=holder,
            )
        if console and not said:
            console.note(say("{file} is in use; waiting for {holder}", file=data / FILE, holder=holder))
            said = True
        time.sleep(_PAUSE)


def _shared(shared: SharedLedger, data: Path, console: "Console | None", wait: timedelta) -> "PostgresLedger":
    from eventlogs.outgrown.lake import Lake
    from eventlogs.outgrown.postgres_ledger import PostgresLedger

    lake = Lake(shared.url, shared.lake) if shared.lake else None
    return PostgresLedger(shared.url, partial(open_file, data, console, wait=wait), lake)


def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EventLogError(
            "the data directory {data} cannot be made: {reason}; name another with --data",
            data=data,
            reason=error,
        ) from error


def _opened(file: Path, console: "Console | None") -> DuckDBLedger:
    is_new = not file.exists()
    try:
        ledger = DuckDBLedger(file)
    except (duckdb.SerializationException, duckdb.FatalException, duckdb.TransactionException) as error:
        raise _refusal(file, error) from error
    except duckdb.IOException:
        if is_new:
            file.unlink(missing_ok=True)  # half a file, for want of room
        raise
    if console and ledger.kept_copy:
        console.note(say(_BROUGHT_UP_TO_DATE, file=file, copy=ledger.kept_copy.name))
    return ledger


def _holder(message: str) -> str:
    """Return the process that DuckDB's message names."""
    named = re.search(r"lock is held in (?P<command>.*?) \(PID (?P<pid>\d+)\)", message)
    if not named:
        return say("another process")
    return say("process {pid} ({command})", **named.groupdict())


def _refusal(file: Path, error: duckdb.Error) -> EventLogError:
    """Return what a person is told of a file that DuckDB cannot open."""
    reason = str(error)
    if DISK_FULL in reason:
        return EventLogError("the disk that holds {file} is full; make room and try again", file=file)
    if is_damage(error) or not isinstance(error, duckdb.IOException):
        return damaged(file)
    if (
        "Permission denied" in reason
        or "Read-only file system" in reason
        or not os.access(file.parent, os.W_OK)
    ):
        return EventLogError(
            "{file} may not be written; let this user write there, or name another directory with --data",
            file=file,
        )
    return EventLogError("{file} cannot be opened: {reason}", file=file, reason=LibraryFault(reason))
