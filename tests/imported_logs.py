"""Files imported into a ledger of their own, and what then stands in it."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventlogs.attributes import decode
from eventlogs.console import TerminalConsole
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import Imported, import_log
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

EVENTS = """
    SELECT case_id, activity, lifecycle, role, actor, occurred_at, attributes::VARCHAR, event_key
    FROM event ORDER BY seq
"""
CASES = "SELECT object_id, attributes::VARCHAR FROM object ORDER BY rowid"


@dataclass
class Stored:
    """What a ledger holds after one import."""

    answer: Imported
    notes: str
    events: list[dict[str, Any]]
    cases: dict[str, dict[str, Any]]
    source: dict[str, Any]


def stored(path: Path, *, rejects: Path | None = None, **choices: Any) -> Stored:
    """Import one file into a new ledger beside it and return what the ledger holds."""
    told = io.StringIO()
    ledger = DuckDBLedger(path.parent / f"{path.name}.duckdb")
    try:
        answer = import_log(
            ledger,
            path,
            "it",
            ImportChoices(**choices),
            TerminalConsole(io.StringIO(), told),
            rejects=rejects,
        )
        with ledger.reading() as connection:
            names = ("case", "activity", "lifecycle", "role", "actor", "time", "attributes", "key")
            events = [
                dict(zip(names, row, strict=True)) | {"attributes": decode(row[6])}
                for row in connection.execute(EVENTS).fetchall()
            ]
            cases = {key: decode(text) for key, text in connection.execute(CASES).fetchall()}
            source = decode(connection.execute("SELECT source::VARCHAR FROM log").fetchall()[0][0])
    finally:
        ledger.close()
        for left in path.parent.glob(f"{path.name}.duckdb*"):
            left.unlink()
    return Stored(answer, told.getvalue(), events, cases, source)


def written(path: Path, text: str | bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
