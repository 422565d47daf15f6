"""Small events for the tests of the store, and what verifying says of it."""

from datetime import UTC, datetime
from typing import Any

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import Verification, verification

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
MANY = 9  # more than go in as plain values


def event(key: str, case_id: str = "A", **more: Any) -> Event:
    """Return a visit of a case on Monday."""
    return Event(key, case_id, "visit", MONDAY, **more)


def verified(ledger: DuckDBLedger, log: str | None = None) -> Verification:
    """Return what verifying a log, or all of them, finds."""
    with ledger.reading() as connection:
        return verification(connection, log)


def objects(ledger: DuckDBLedger) -> dict[str, tuple[str, str]]:
    """Return the type and the attributes, as JSON, of each object by its id."""
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT object_id, object_type, attributes::VARCHAR FROM object"
        ).fetchall()
    assert len(found) == len({row[0] for row in found})
    return {row[0]: (row[1], row[2]) for row in found}
