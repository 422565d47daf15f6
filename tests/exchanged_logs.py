"""Logs made in the test, written to a file and read back: what a law of the round trip compares."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from eventlogs.attributes import decode, encode
from eventlogs.console import TerminalConsole
from eventlogs.events import Attribute
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.exporting import Exported, export_log
from eventlogs.exchange.formats import format_for_writing
from eventlogs.exchange.importing import import_log
from eventlogs.exchange.log_writer import LogWriter, Written
from eventlogs.exchange.staging import LINK, MOMENT
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.privacy.identity import Identity

EVENTS = """
    SELECT case_id, event_key, activity, lifecycle, role, tool, actor, occurred_at, attributes::VARCHAR,
        evidence::VARCHAR
    FROM effective_event JOIN log USING (log_id) WHERE log.name = $name ORDER BY case_id, seq
"""
OBJECTS = """
    SELECT object_id, object_type, attributes::VARCHAR
    FROM object JOIN log USING (log_id) WHERE log.name = $name ORDER BY object_id
"""


@dataclass(frozen=True)
class MadeEvent:
    """An event of a log that a test makes."""

    case_id: str
    activity: str
    occurred_at: datetime | None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    lifecycle: str = "complete"
    role: str | None = None
    tool: str | None = None
    actor: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    objects: Sequence[tuple[str, str, str]] = ()


@contextmanager
def ledger_in(folder: Path) -> Iterator[DuckDBLedger]:
    """Lend an empty ledger."""
    ledger = DuckDBLedger(folder / "events.duckdb")
    try:
        yield ledger
    finally:
        ledger.close()


def make_log(
    ledger: DuckDBLedger,
    events: Sequence[MadeEvent],
    cases: Mapping[str, Mapping[str, Attribute]] | None = None,
    *,
    name: str = "made",
    timezone: str = "Asia/Shanghai",
    simulated: bool = False,
    at_once: int = 10_000,
) -> Written:
    """Write a log as an importer does, some events at once."""
    columns: dict[str, pa.Array] = {
        name: pa.array([getattr(event, name) for event in events], pa.string())
        for name in ("case_id", "activity", "lifecycle", "role", "tool", "actor")
    }
    columns["occurred_at"] = pa.array([event.occurred_at for event in events], MOMENT)
    columns["attributes"] = pa.array([encode(event.attributes) for event in events], pa.string())
    columns["evidence"] = pa.array([encode(event.evidence) for event in events], pa.string())
    columns["objects"] = pa.array(
        [
            [dict(zip(("object_id", "object_type", "qualifier"), it, strict=True)) for it in event.objects]
            for event in events
        ],
        pa.list_(LINK),
    )
    with ledger.writing() as connection:
        writer = LogWriter(connection, name, timezone=timezone, simulated=simulated)
        for batch in pa.table(columns).to_batches(at_once):
            writer.add_events(batch)
        given = cases or {}
        attributes = [encode(case) for case in given.values()]
        types = ["case"] * len(given)
        texts = [pa.array(it, pa.string()) for it in (list(given), types, attributes)]
        writer.add_objects(pa.table(texts, ["object_id", "object_type", "attributes"]))
        return writer.finish({"file": "made", "sha256": name, "format": "made", "mapping": {}})


def exported(
    ledger: DuckDBLedger,
    path: Path,
    name: str = "made",
    *,
    identities: Mapping[str, Identity] | None = None,
    bom: bool = True,
) -> Exported:
    """Export a log as the command does."""
    console = TerminalConsole(*_silent())
    return export_log(
        ledger, name, path, format_for_writing(path, None), console, bom=bom, identities=identities
    )


def imported(ledger: DuckDBLedger, path: Path, name: str = "back") -> None:
    """Import a file as the command does."""
    import_log(ledger, path, name, ImportChoices(), TerminalConsole(*_silent()))


def events_of(ledger: DuckDBLedger, name: str) -> list[tuple[Any, ...]]:
    """Return a log's events by case, in order, with their attributes as values."""
    with ledger.reading() as connection:
        rows = connection.execute(EVENTS, {"name": name}).fetchall()
    return [(*row[:7], _at_utc(row[7]), decode(row[8]), decode(row[9])) for row in rows]


def objects_of(ledger: DuckDBLedger, name: str) -> list[tuple[Any, ...]]:
    """Return a log's objects with their attributes as values."""
    with ledger.reading() as connection:
        rows = connection.execute(OBJECTS, {"name": name}).fetchall()
    return [(*row[:2], decode(row[2])) for row in rows]


def counts(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int, int, int]:
    """Return a log's events, objects, and relations of events and of objects to objects."""
    sql = """
        SELECT (SELECT count(*) FROM effective_event WHERE log_id = log.log_id),
            (SELECT count(*) FROM object WHERE log_id = log.log_id),
            (SELECT count(*) FROM event_object WHERE log_id = log.log_id),
            (SELECT count(*) FROM object_object WHERE log_id = log.log_id)
        FROM log WHERE name = $name
    """
    events, objects, links, relations = connection.execute(sql, {"name": name}).fetchall()[0]
    return events, objects, links, relations


def _at_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _silent() -> tuple[Any, Any]:
    import io

    return io.StringIO(), io.StringIO()
