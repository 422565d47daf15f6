"""A backup opened to be looked at: a ledger that answers every question and records nothing."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from eventlogs.errors import EventLogError, SchemaError
from eventlogs.events import Event, RecordedEvent
from eventlogs.ledger.duckdb_ledger import DuckDBLedger, is_damage
from eventlogs.ledger.file_copy import copy_held
from eventlogs.storage import Appended, Head


class ReadOnlyError(EventLogError):
    """A backup records nothing."""


class BackupLedger:
    """The event log in a backup, as it was (see `storage.Ledger`).

    It reads a copy of its own, which ends with it: the backup stays as it is to the last byte, may lie on
    a medium that nobody can write to, be of an older schema, and be looked at by several at once.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._folder = TemporaryDirectory(prefix="retrofit-backup-")
        try:
            self._ledger = _copied(file, Path(self._folder.name) / "events.duckdb")
        except BaseException:
            self._folder.cleanup()
            raise

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Refuse."""
        raise self.refusal()

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Refuse."""
        raise self.refusal()

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's whole history in recorded order, corrections included."""
        return self._ledger.case(log, case_id)

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        return self._ledger.head(log, case_id)

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return up to `limit` events recorded after `seq`, in recorded order."""
        return self._ledger.since(seq, log=log, limit=limit)

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a connection for reading."""
        return self._ledger.reading()

    def preparing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Lend a connection for what is derived from the events; the backup itself does not get it."""
        return self._ledger.preparing()

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Refuse."""
        raise self.refusal()

    def close(self) -> None:
        """Let go of the copy."""
        self._ledger.close()
        self._folder.cleanup()

    def refusal(self) -> ReadOnlyError:
        """Return what a person is told who wants to record."""
        return ReadOnlyError(
            "{file} is a backup and is only looked at; name a data directory with --data to record, "
            "or put the backup in its place with `retrofit log restore {file}`",
            file=self.file,
        )


def open_backup(file: Path) -> BackupLedger:
    """Open the backup `file` as a ledger that records nothing; raise `EventLogError` if it is none."""
    if not file.is_file():
        raise EventLogError("there is no file {file}", file=file)
    return BackupLedger(file)


def _copied(file: Path, copy: Path) -> DuckDBLedger:
    try:
        copy_held(file, copy)
        wal = file.with_name(f"{file.name}.wal")
        if wal.exists():
            copy_held(wal, copy.with_name(f"{copy.name}.wal"))
    except OSError as error:
        raise EventLogError(
            "{file} cannot be copied to {copy} to be read: {reason}",
            file=file,
            copy=copy,
            reason=error,
        ) from error
    try:
        return DuckDBLedger(copy)
    except SchemaError as error:
        raise SchemaError(error.text, **error.values | {"file": file}) from error
    except duckdb.Error as error:
        if is_damage(error) or isinstance(error, duckdb.IOException):
            raise SchemaError("{file} is damaged or is not a backup of an event log", file=file) from error
        raise
