"""Imported logs for all who follow one PostgreSQL database, which keeps the files they were read from.

What makes an imported log is its file and what was chosen about it, so those are shared, not its events:
every data directory reads them into its own DuckDB file, where mining needs them.
"""

import json
import logging
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
from psycopg.errors import UniqueViolation

from eventlogs.attributes import decode
from eventlogs.console import TerminalConsole
from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_deletion import remove
from eventlogs.outgrown.postgres_connections import Connection, Connections

SHARED_AS = "shared_as"  # in a log's source: by what it is known to all, where that is not its own file

_PART = 1 << 23  # bytes
_FILES = (
    "SELECT number, name, file, sha256, mapping, skips_bad, removed_at FROM imported_file ORDER BY number"
)
_LIVE = "SELECT 1 FROM log WHERE name = %s"
_KNOWN = "SELECT 1 FROM imported_file WHERE sha256 = %s AND mapping = %s AND removed_at IS NULL"
_ADD_FILE = """
    INSERT INTO imported_file (name, file, sha256, mapping, skips_bad) VALUES (%s, %s, %s, %s, %s)
    RETURNING number
"""
_ADD_PART = "INSERT INTO imported_part VALUES (%s, %s, %s)"
_PARTS = "SELECT data FROM imported_part WHERE number = %s ORDER BY part"
_RENAME = "UPDATE imported_file SET name = %s WHERE name = %s AND removed_at IS NULL"
_REMOVE = """
    UPDATE imported_file SET removed_at = current_timestamp WHERE name = %s AND removed_at IS NULL
    RETURNING number
"""
_REMOVE_PARTS = "DELETE FROM imported_part WHERE number = %s"
_HERE = "SELECT log_id, name, created_at, source::VARCHAR FROM log WHERE kind = 'imported'"
_KIND = "SELECT kind FROM log WHERE name = $name"
_NAME = "UPDATE log SET name = $name WHERE log_id = $log_id"
_MOVE_ASIDE = "UPDATE log SET name = name || ' (imported)' WHERE name = $name AND kind = 'imported'"

Key = tuple[str, str]  # a file's hash, and what was chosen about it

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _File:
    number: int
    name: str
    file: str
    sha256: str
    mapping: str
    skips_bad: bool
    removed_at: datetime | None

    @property
    def key(self) -> Key:
        return self.sha256, self.mapping


def share(
    connections: Connections, path: Path, name: str, source: Mapping[str, Attribute], *, skips_bad: bool
) -> None:
    """Keep the file of a log that was imported just now, unless it is kept already; refuse another's name."""
    sha256, mapping = _key(source)

    def kept(connection: Connection) -> None:
        if connection.execute(_KNOWN, (sha256, mapping)).fetchone():
            return
        if connection.execute(_LIVE, (name,)).fetchone():
            raise _taken(name)
        values = (name, path.name, sha256, mapping, skips_bad)
        number = connection.execute(_ADD_FILE, values).fetchall()[0][0]
        with path.open("rb") as file:
            for part, data in enumerate(iter(lambda: file.read(_PART), b"")):
                connection.execute(_ADD_PART, (number, part, zlib.compress(data, 1)))

    try:
        connections.tried(kept)
    except UniqueViolation as error:
        raise _taken(name) from error


def rename_shared(connections: Connections, log: str, name: str) -> None:
    """Give a shared imported log another name, for all who follow it."""
    try:
        connections.tried(lambda connection: connection.execute(_RENAME, (name, log)))
    except UniqueViolation as error:
        raise EventLogError("there is already a log named {name}; choose another name", name=name) from error


def remove_shared(connections: Connections, log: str) -> None:
    """Take a shared imported log back from all who follow it."""

    def removed(connection: Connection) -> None:
        for (number,) in connection.execute(_REMOVE, (log,)).fetchall():
            connection.execute(_REMOVE_PARTS, (number,))

    connections.tried(removed)


class SharedFiles:
    """The imported logs of one DuckDB file, which follow those that are shared."""

    def __init__(self, ledger: DuckDBLedger, connections: Connections) -> None:
        self._ledger, self._connections = ledger, connections
        self._followed: list[_File] = []
        self._turn = Lock()

    def follow(self) -> None:
        """Import, rename and remove logs as others have; what cannot be read here is logged."""
        files = [_File(*row) for row in self._connections.tried(_rows)]
        if files == self._followed:
            return
        with self._turn:
            with self._ledger.writing() as connection:
                lacking = _brought_in_line(connection, files)
            for file in lacking:
                try:
                    self._import(file)
                except EventLogError:
                    _log.warning("the shared log %s could not be imported", file.name, exc_info=True)
            self._followed = files

    def _import(self, file: _File) -> None:
        from eventlogs.exchange.choices import ImportChoices  # here, since most have nothing to import
        from eventlogs.exchange.importing import import_log

        with tempfile.TemporaryDirectory(prefix="retrofit-") as directory:
            path = Path(directory) / file.file
            with path.open("wb") as written:
                for data in self._parts(file.number):
                    written.write(data)
            choices = ImportChoices(**json.loads(file.mapping))
            rejects = path.with_name("rejects.csv") if file.skips_bad else None
            import_log(self._ledger, path, file.name, choices, TerminalConsole(StringIO()), rejects=rejects)

    def _parts(self, number: int) -> Iterator[bytes]:
        with self._connections.transaction() as connection, connection.cursor("parts") as cursor:
            cursor.itersize = 1
            for (data,) in cursor.execute(_PARTS, (number,)):
                yield zlib.decompress(data)


def _rows(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(_FILES).fetchall()


def _brought_in_line(connection: duckdb.DuckDBPyConnection, files: list[_File]) -> list[_File]:
    """Remove and rename logs as was done elsewhere, and return the files that lack here."""
    here: dict[Key, tuple[int, str, datetime]] = {}
    for log_id, name, created_at, text in connection.execute(_HERE).fetchall():
        source = _known_as(text)
        if "sha256" in source:
            here[_key(source)] = (log_id, name, created_at)
    kept = {file.key: file for file in files if file.removed_at is None}
    for file in files:
        found = here.get(file.key)
        if found and file.removed_at and file.key not in kept and found[2] < file.removed_at:
            remove(connection, found[0])
            del here[file.key]
    for key, file in kept.items():
        if key not in here:
            _make_room(connection, file.name)
        elif here[key][1] != file.name and _make_room(connection, file.name):
            connection.execute(_NAME, {"name": file.name, "log_id": here[key][0]})
    return [file for key, file in kept.items() if key not in here]


def _make_room(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Move a log aside that was imported here alone; tell whether the name is free."""
    found = connection.execute(_KIND, {"name": name}).fetchone()
    if found == ("imported",):
        connection.execute(_MOVE_ASIDE, {"name": name})
    return found != ("live",)


def unshared(connections: Connections, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of logs imported here that are not kept for all."""
    shared = {_File(*row).key for row in connections.tried(_rows)}
    sources = {name: _known_as(text) for _, name, _, text in connection.execute(_HERE).fetchall()}
    return sorted(name for name, it in sources.items() if "sha256" not in it or _key(it) not in shared)


def _known_as(text: str | None) -> Mapping[str, Attribute]:
    """Return by what a log is known, from its source."""
    source = decode(text) if text else {}
    known = source.get(SHARED_AS, source)
    return known if isinstance(known, Mapping) else source


def _key(source: Mapping[str, Attribute]) -> Key:
    mapping = json.dumps(source.get("mapping", {}), ensure_ascii=False, sort_keys=True)
    return str(source["sha256"]), mapping


def _taken(name: str) -> EventLogError:
    return EventLogError(
        "the log is imported here as {name}, but others already have a log of that name; "
        "rename it with `retrofit log rename` and import the file again to share it",
        name=name,
    )
