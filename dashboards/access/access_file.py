"""The SQLite file of users, sessions, tokens and audit.

It stands beside the event log and not in it: the log is for ever, passwords and sessions are not, and who
may open the log is asked while another process holds it.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from eventlogs.errors import EventLogError
from eventlogs.sql_files import sql

FILE = "access.sqlite"
Clock = Callable[[], datetime]

_PATIENCE = 10.0  # seconds a writer waits for another
_SAYS_HOW_IT_BEGAN = "SELECT name FROM pragma_table_info('session') WHERE name = 'began_by'"
_SAY_HOW_IT_BEGAN = "ALTER TABLE session ADD COLUMN began_by TEXT NOT NULL DEFAULT 'password'"


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class AccessFile:
    """The file, opened for each question and each deed; any number of processes may use it."""

    def __init__(self, data: Path, now: Clock = utc_now) -> None:
        self.path = data / FILE
        self.now = now
        data.mkdir(parents=True, exist_ok=True)
        self.path.touch(0o600)
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(sql("access/schema", "dashboards"))
            if not connection.execute(_SAYS_HOW_IT_BEGAN).fetchone():  # in a file made before it was asked
                connection.execute(_SAY_HOW_IT_BEGAN)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one question."""
        with self._connected() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one transaction, undone on an exception; writers take turns."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                yield connection
        except sqlite3.OperationalError as error:
            raise EventLogError("{file} cannot be used: {reason}", file=self.path, reason=error) from error


def number_to_find(number: int) -> int:
    """Return a number that SQLite can look for: itself, or one that no row has.

    >>> number_to_find(7), number_to_find(10**40)
    (7, -1)
    """
    return number if 0 <= number < 1 << 63 else -1


def moment_text(moment: datetime) -> str:
    """Return a moment as the file keeps it: in UTC, so that text order is time order.

    >>> moment_text(datetime(2026, 5, 1, 8, tzinfo=UTC))
    '2026-05-01T08:00:00.000000+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str | None) -> datetime | None:
    """Return the moment that the file keeps as `text`."""
    return None if text is None else datetime.fromisoformat(text)
