"""Views that analysts keep: an address with a name and a note, for themselves or for all analysts.

They stand in a small SQLite file beside the event log: they are no events, and one's own can be thrown away.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from dashboards.access.access_file import number_to_find
from eventlogs.errors import EventLogError
from eventlogs.sql_files import sql

FILE = "views.sqlite"
NAME_LENGTH, NOTE_LENGTH = 120, 4000
_ADDRESSES = "/analysis"
_PATIENCE = 10.0  # seconds a writer waits for another
_SEEN = """
    SELECT number, owner, shared, name, note, address, made_at FROM view
    WHERE owner = :owner OR shared ORDER BY made_at DESC, number DESC
"""
_KEEP = """
    INSERT INTO view (owner, shared, name, note, address, made_at)
    VALUES (:owner, :shared, :name, :note, :address, :made_at)
"""
_LET_GO = "DELETE FROM view WHERE number = :number AND owner = :owner"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A kept view; `shared` ones are seen by all analysts."""

    number: int
    owner: str
    shared: bool
    name: str
    note: str
    address: str
    made_at: datetime


class ViewRefusedError(EventLogError):
    """A view cannot be kept or let go as asked."""


def is_view(address: str) -> bool:
    """Tell whether an address is that of an analyst page here.

    >>> is_view("/analysis/map?log=a"), is_view("//elsewhere/analysis"), is_view("javascript:alert(1)")
    (True, False, False)
    """
    parts = urlsplit(address)
    here = not (parts.scheme or parts.netloc) and address.isprintable()
    return here and (parts.path == _ADDRESSES or parts.path.startswith(f"{_ADDRESSES}/"))


class SavedViews:
    """The file of views, opened for each question and each deed."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def seen_by(self, owner: str) -> tuple[SavedView, ...]:
        """Return somebody's own views and the shared ones, the newest first."""
        if not self._path.exists():
            return ()
        with self._opened() as connection:
            found = connection.execute(_SEEN, {"owner": owner}).fetchall()
        return tuple(
            SavedView(number, by, bool(shared), name, note, address, datetime.fromisoformat(made_at))
            for number, by, shared, name, note, address, made_at in found
        )

    def keep(self, owner: str, name: str, note: str, address: str, *, shared: bool) -> None:
        """Keep a view; refuse an address that is no analyst page and a name or note that is none."""
        name, note = name.strip(), note.strip()
        if not is_view(address):
            raise ViewRefusedError("only a page of the analysis can be kept as a view")
        if not 1 <= len(name) <= NAME_LENGTH:
            raise ViewRefusedError("a view needs a name of 1 to {most} letters", most=NAME_LENGTH)
        if len(note) > NOTE_LENGTH:
            raise ViewRefusedError("a note has at most {most} letters", most=NOTE_LENGTH)
        values = {"owner": owner, "shared": shared, "name": name, "note": note, "address": address}
        with self._opened() as connection:
            connection.execute(_KEEP, values | {"made_at": datetime.now(UTC).isoformat()})

    def let_go(self, owner: str, number: int) -> None:
        """Throw away a view of one's own."""
        with self._opened() as connection:
            if not connection.execute(_LET_GO, {"number": number_to_find(number), "owner": owner}).rowcount:
                raise ViewRefusedError("there is no view {number} of yours", number=number)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        new = not self._path.exists()
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)) as connection:
            if new:
                self._path.chmod(0o600)
            connection.executescript(sql("views/schema", "dashboards"))
            yield connection
