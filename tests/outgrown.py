"""A ledger of the outgrown size with a lake, and what a test asks of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from eventlogs.data_directory import open_ledger
from eventlogs.events import Event, ObjectLink
from eventlogs.outgrown.lake import Lake
from eventlogs.outgrown.postgres_append import append
from eventlogs.outgrown.postgres_connections import Connections
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.storage_settings import SharedLedger, write_shared_ledger

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


CONTENT = "SELECT * FROM event ORDER BY seq"


def event(number: int, case_id: str = "SH-01") -> Event:
    occurred_at = MONDAY + timedelta(hours=number)
    household = ObjectLink(f"H-{number % 5}", "household", "voter")
    return Event(f"{case_id}/{number}", case_id, "visit", occurred_at, objects=(household,))


@contextmanager
def opened(postgres: str, tmp_path: Path, name: str) -> Iterator[PostgresLedger]:
    data = tmp_path / name
    data.mkdir()
    write_shared_ledger(data, SharedLedger(postgres, str(tmp_path / "lake")))
    with closing(open_ledger(data)) as ledger:
        assert isinstance(ledger, PostgresLedger)
        yield ledger


@contextmanager
def late(postgres: str, number: int) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Lend a transaction that has appended an event of another case and is not committed."""
    with closing(Connections(postgres).new()) as connection:
        connection.execute("BEGIN")
        append(connection, "live", [event(number, "late")], None)
        yield connection


def keys(ledger: PostgresLedger) -> list[str]:
    with ledger.reading() as connection:
        return [key for (key,) in connection.execute("SELECT event_key FROM event ORDER BY seq").fetchall()]


def lake_keys(ledger_lake: Lake) -> list[str]:
    with ledger_lake.attached() as connection:
        found = connection.execute("SELECT event_key FROM lake.event ORDER BY seq").fetchall()
    return [key for (key,) in found]
