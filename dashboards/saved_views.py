"""Views that people keep: the address of a page with its filters, under a name, with a note.

They stand in a file of their own beside the event log: they are nobody's history and may be thrown away.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eventlogs.errors import EventLogError

FILE = "views.sqlite"
_PATIENCE = 10.0  # seconds a writer waits for another
_LONGEST = 60
_MOST = 50  # views of one person on one page
_CREATE = """
    CREATE TABLE IF NOT EXISTS saved_view (
        -- One row per view that somebody keeps.
        owner TEXT NOT NULL, page TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, note TEXT NOT NULL,
        saved_at TEXT NOT NULL, PRIMARY KEY (owner, page, name)
    ) STRICT
"""
_LIST = "SELECT name, query, note, saved_at FROM saved_view WHERE owner = ? AND page = ? ORDER BY name"


class SavedViewError(EventLogError):
    """A view cannot be kept so."""


@dataclass(frozen=True)
class SavedView:
    """One view: its name, the filters as they stand in the address, and what its owner noted."""

    name: str
    query: str
    note: str
    saved_at: str


class SavedViews:
    """The views kept in one data directory; any number of processes may use them."""

    def __init__(self, data: Path) -> None:
        self._file = data / FILE

    def of(self, owner: str, page: str) -> Sequence[SavedView]:
        """Return the views that somebody keeps of a page."""
        if not self._file.exists():
            return []
        with self._connected() as connection:
            return [SavedView(*row) for row in connection.execute(_LIST, (owner, page)).fetchall()]

    def save(self, owner: str, page: str, name: str, query: str, note: str = "") -> None:
        """Keep a view; one of the same name is replaced."""
        name = name.strip()
        if not 1 <= len(name) <= _LONGEST:
            raise SavedViewError("a view needs a name of at most {n} characters", n=_LONGEST)
        if len(self.of(owner, page)) >= _MOST:
            raise SavedViewError("{n} views are kept already; take one away first", n=_MOST)
        row = (owner, page, name, query.lstrip("?"), note.strip(), datetime.now(UTC).isoformat())
        with self._connected() as connection:
            connection.execute("INSERT OR REPLACE INTO saved_view VALUES (?, ?, ?, ?, ?, ?)", row)

    def forget(self, owner: str, page: str, name: str) -> None:
        """Take a view away."""
        with self._connected() as connection:
            connection.execute(
                "DELETE FROM saved_view WHERE owner = ? AND page = ? AND name = ?", (owner, page, name)
            )

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute(_CREATE)
            yield connection
