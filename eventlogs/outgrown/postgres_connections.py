"""Connections to the PostgreSQL ledger, each used by one thread at a time and then kept for the next."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from threading import Lock
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, LockNotAvailable, UniqueViolation

from eventlogs.errors import EventLogError, SchemaError
from eventlogs.ledger.migrations import SCHEMA, Migration, migrations
from eventlogs.system_faults import LibraryFault

T = TypeVar("T")

ATTEMPTS = 5

Connection = psycopg.Connection[tuple[Any, ...]]

_MIGRATING = "SELECT pg_advisory_xact_lock(hashtextextended('retrofit migration', 0))"
_PATIENCE = "SELECT set_config('lock_timeout', %s, false)"
_TURN = "SELECT pg_advisory_lock(hashtextextended('turn ' || %s, 0))"
_VERSION_TABLE = """
    CREATE TABLE IF NOT EXISTS schema_version (
        -- One row per migration that the database has seen.
        version integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT current_timestamp
    )
"""
_VERSION = "SELECT coalesce(max(version), 0) FROM schema_version"
_ADD_VERSION = "INSERT INTO schema_version (version, name) VALUES (%s, %s)"


class PostgresUnreachableError(EventLogError):
    """The PostgreSQL server does not answer, or not to us."""


class Connections:
    """The connections of one process to one database."""

    def __init__(self, address: str) -> None:
        try:
            self.address = make_conninfo(address)
        except psycopg.ProgrammingError as error:
            raise EventLogError(
                "{address} is no address of a PostgreSQL database ({reason}); "
                "write postgresql://user@host/database",
                address=address,
                reason=LibraryFault(str(error).strip()),
            ) from error
        self._idle: list[Connection] = []
        self._lock = Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend a connection inside one transaction."""
        connection = self._taken()
        try:
            with connection.transaction():
                yield connection
        except psycopg.OperationalError:
            # a deadlock leaves the connection whole, a lost server does not: a new one costs little
            connection.close()
            raise
        finally:
            self._give_back(connection)

    def tried(self, deed: Callable[[Connection], T]) -> T:
        """Return what `deed` does in a transaction; try again where another or a lost server undid it.

        For reads, and for appends, of which each key counts once, even where the server was lost while it
        committed.
        """
        for attempt in count(1):
            try:
                with self.transaction() as connection:
                    return deed(connection)
            except (UniqueViolation, DeadlockDetected, ForeignKeyViolation):  # the last: a log just deleted
                if attempt == ATTEMPTS:
                    raise
            except psycopg.OperationalError as error:
                if attempt == ATTEMPTS:
                    raise self._unreachable(error) from error
                self.forget_idle()
        raise AssertionError

    def new(self) -> Connection:
        """Return a connection of the caller's own."""
        try:
            return psycopg.connect(self.address, options="-c TimeZone=UTC", autocommit=True)
        except psycopg.OperationalError as error:
            raise self._unreachable(error) from error

    @contextmanager
    def own(self) -> Iterator[Connection]:
        """Lend a connection of the caller's own, closed at the end; a line that is lost is said."""
        with closing(self.new()) as connection:
            try:
                yield connection
            except psycopg.OperationalError as error:
                if not connection.broken:
                    raise
                raise self._unreachable(error) from error

    @contextmanager
    def alone_with(self, name: str, patience: float) -> Iterator[None]:
        """Let one process of all that use the database be inside at a time; a dead one is outside."""
        with self.own() as connection:
            connection.execute(_PATIENCE, [f"{1000 * patience:.0f}ms"])
            try:
                connection.execute(_TURN, [name])
            except LockNotAvailable as error:
                raise EventLogError(
                    "another process has been at {name} for too long; try again", name=name
                ) from error
            yield

    def forget_idle(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @property
    def shown(self) -> str:
        """The database's address without the password."""
        parts = conninfo_to_dict(self.address)
        return " ".join(f"{name}={value}" for name, value in parts.items() if name != "password")

    def _unreachable(self, error: psycopg.OperationalError) -> PostgresUnreachableError:
        return PostgresUnreachableError(
            "the PostgreSQL database {address} cannot be reached: {reason}",
            address=self.shown,
            reason=LibraryFault(" ".join(str(error).split())),
        )

    def _taken(self) -> Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self.new()

    def _give_back(self, connection: Connection) -> None:
        if not connection.closed:
            with self._lock:
                self._idle.append(connection)


def migrate_postgres(connections: Connections, wanted: Sequence[Migration] | None = None) -> None:
    """Bring the database to the newest schema in one transaction; refuse that of a newer engine."""
    wanted = wanted or migrations(SCHEMA / "postgres")
    with connections.transaction() as connection:
        connection.execute(_MIGRATING)
        connection.execute(_VERSION_TABLE)
        version = connection.execute(_VERSION).fetchall()[0][0]
        if version > wanted[-1].version:
            raise SchemaError(
                "the database {address} was written by a newer engine (schema {version}, "
                "this one knows {newest}); install that engine",
                address=connections.shown,
                version=version,
                newest=wanted[-1].version,
            )
        for migration in wanted:
            if migration.version > version:
                connection.execute(migration.sql.encode())
                connection.execute(_ADD_VERSION, (migration.version, migration.name))
