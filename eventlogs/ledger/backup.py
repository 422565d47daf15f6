"""Backing up the event log while it is in use, and restoring it; residents' names are in neither.

A backup is a copy of the file and its write-ahead log, taken while no writer is at work, opened and
verified before it gets its name.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from eventlogs.amounts import number_text
from eventlogs.console import Console
from eventlogs.data_directory import FILE, open_ledger
from eventlogs.errors import BrokenChainError, EventLogError, SchemaError
from eventlogs.language import say
from eventlogs.ledger.backup_ledger import BackupLedger
from eventlogs.ledger.drafts import drafted
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.file_copy import copy_held
from eventlogs.ledger.verification import verification
from eventlogs.owner.lent_ledger import behind
from eventlogs.storage import Ledger

_LACKING = """
    SELECT count(*), max(recorded_at) FROM event ANTI JOIN backup.event AS other
    ON event.seq = other.seq AND event.chain_hash = other.chain_hash
"""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made, or put in the place of the log; `kept` is what stood there before."""

    file: Path
    logs: int
    events: int
    size: int
    kept: Path | None = None
    restored: bool = False

    def as_text(self) -> str:
        """Return what was done and what was checked."""
        values = {"file": self.file, "logs": number_text(self.logs), "events": number_text(self.events)}
        if not self.restored:
            return say("{file} holds {logs} logs with {events} events, verified", **values)
        text = say("{logs} logs with {events} events were restored from {file}, verified", **values)
        return (
            f"{text}\n{say('what stood there before is kept in {kept}', kept=self.kept)}"
            if self.kept
            else text
        )


def back_up(ledger: Ledger, target: Path) -> BackedUp:
    """Write a verified copy of the event log to `target`, which must not exist."""
    mine = _of_one_machine(ledger)
    if target.exists():
        raise EventLogError("{file} is there already; name another file", file=target)
    try:
        with drafted(target) as draft:
            with mine.still():
                _copy(mine.file, draft)
            made = _verified(draft, target)
            draft.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    return made


def restore(ledger: Ledger, source: Path, *, force: bool = False) -> BackedUp:
    """Put the backup `source` in the place of the log that `ledger` holds.

    Events that the backup lacks are given up only with `force`, which keeps the old file beside the new.
    """
    mine = _of_one_machine(ledger)
    with _draft(mine.file, source) as (draft, made), mine.swapping():
        lacking, last = _lacking(mine.file, draft)
        if lacking and not force:
            raise EventLogError(
                "the log here has {n} events that {file} lacks, the last of {moment}; "
                "restore with --force, which keeps them in a copy",
                n=lacking,
                file=source,
                moment=f"{last:%Y-%m-%d %H:%M} UTC" if last else "-",
            )
        kept = _kept(mine.file) if lacking else None
        draft.replace(mine.file)
    return BackedUp(source, made.logs, made.events, made.size, kept, restored=True)


def restore_into(data: Path, source: Path, console: Console, *, force: bool = False) -> BackedUp:
    """Put the backup `source` in the place of the log of the data directory `data`, be it damaged or not.

    A file that cannot be opened is given up only with `force`, which keeps it beside the new one.
    """
    try:
        ledger = open_ledger(data, console)
    except SchemaError as error:
        if not force:
            raise EventLogError(
                "{file} cannot be opened; restore with --force, which keeps it in a copy", file=data / FILE
            ) from error
        return _restore_unopened(data / FILE, source)
    try:
        return restore(ledger, source, force=force)
    finally:
        ledger.close()


def _restore_unopened(file: Path, source: Path) -> BackedUp:
    with _draft(file, source) as (draft, made):
        kept = _kept(file)
        wal = file.with_name(f"{file.name}.wal")
        if wal.exists():  # never to be replayed on the new file
            wal.replace(kept.with_name(f"{kept.name}.wal"))
        draft.replace(file)
    return BackedUp(source, made.logs, made.events, made.size, kept, restored=True)


def _of_one_machine(ledger: Ledger) -> DuckDBLedger:
    ledger = behind(ledger)
    if isinstance(ledger, BackupLedger):
        raise ledger.refusal()
    if not isinstance(ledger, DuckDBLedger):
        raise EventLogError(
            "the live logs are in PostgreSQL; back them up and restore them there (pg_dump, pg_restore)"
        )
    return ledger


@contextmanager
def _draft(file: Path, source: Path) -> Iterator[tuple[Path, BackedUp]]:
    """Yield a verified copy of `source` beside `file`."""
    if not source.is_file():
        raise EventLogError("there is no file {file}", file=source)
    try:
        with drafted(file) as draft:
            _copy(source, draft)
            yield draft, _verified(draft, source)
    except OSError as error:
        raise _unwritable(file, error) from error


def _copy(file: Path, target: Path) -> None:
    copy_held(file, target)
    wal = file.with_name(f"{file.name}.wal")
    if wal.exists():
        copy_held(wal, target.with_name(f"{target.name}.wal"))


def _verified(draft: Path, named: Path) -> BackedUp:
    """Open `draft`, which settles its write-ahead log, and verify it; `named` is what people know it as."""
    try:
        ledger = DuckDBLedger(draft)
    except SchemaError as error:
        raise SchemaError(error.text, **error.values | {"file": named}) from error
    except (duckdb.IOException, duckdb.SerializationException) as error:
        raise SchemaError("{file} is damaged or is not a backup of an event log", file=named) from error
    try:
        with ledger.reading() as connection:
            found = verification(connection)
    finally:
        ledger.close()
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    faults = [fault for log in found.logs for fault in log.faults]
    if faults:
        raise BrokenChainError("{file}: {fault}", file=named, fault=faults[0].as_text())
    return BackedUp(named, len(found.logs), sum(log.events for log in found.logs), draft.stat().st_size)


def _lacking(file: Path, draft: Path) -> tuple[int, datetime | None]:
    """Return how many events of `file` the backup `draft` lacks, and when the last was recorded."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        quoted = str(draft).replace("'", "''")  # ATTACH takes no parameter
        connection.execute(f"ATTACH '{quoted}' AS backup (READ_ONLY)")
        n, last = connection.execute(_LACKING).fetchall()[0]
    return n, last


def _kept(file: Path) -> Path:
    """Give the old file a second name, so that there is never a moment without a file."""
    kept = file.with_name(f"{file.stem}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{file.suffix}")
    try:
        os.link(file, kept)
    except OSError:  # a file system without second names
        copy_held(file, kept)
    return kept


def _unwritable(file: Path, error: OSError) -> EventLogError:
    return EventLogError("{file} cannot be written: {reason}", file=file, reason=error)
