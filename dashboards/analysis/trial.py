"""A file imported on trial, into a ledger of its own: what it would become, before anything is recorded."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboards.refusal import as_sentence
from eventlogs.console import TerminalConsole
from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.formats import format_of
from eventlogs.exchange.importing import import_log
from eventlogs.exchange.mapping import with_mapping
from eventlogs.exchange.tables.reader import column_names
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.quality.findings import Quality, quality
from eventlogs.words import known_activities

_TABLES = ("csv", "xlsx", "parquet")
_LOG = "trial"
_FIRST = """
    SELECT case_id, activity, occurred_at, actor, role, lifecycle
    FROM event ORDER BY seq LIMIT 12
"""


@dataclass(frozen=True, slots=True)
class FirstEvent:
    """One of the first events as it would be recorded."""

    case_id: str
    activity: str
    occurred_at: datetime | None
    actor: str | None
    role: str | None
    lifecycle: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file would become, or in one sentence why it cannot be read; `read_as` is what holds what.

    `faulty` are the rows that would be left out, below what their columns are called.
    """

    file: str
    format: str
    columns: tuple[str, ...]
    refused: str | None
    cases: int = 0
    events: int = 0
    activities: int = 0
    read_as: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()
    first: tuple[FirstEvent, ...] = ()
    quality: Quality | None = None
    faulty: tuple[tuple[str, ...], ...] = ()


def trial(file: Path, choices: ImportChoices, *, skips_bad: bool = False) -> Trial:
    """Import a file on trial, without its faulty rows if it `skips_bad` ones."""
    found = ""
    columns: tuple[str, ...] = ()
    try:
        form = format_of(file)
        found = form.name
        columns = tuple(column_names(file, form)) if found in _TABLES else ()
        return _imported(file, found, columns, with_mapping(choices, None), skips_bad=skips_bad)
    except ImportRefusedError as error:
        told = as_sentence(error).replace(f"{file.parent}/", "")
        return Trial(file.name, found, columns, told)


def _imported(
    file: Path, found: str, columns: tuple[str, ...], choices: ImportChoices, *, skips_bad: bool
) -> Trial:
    told = StringIO()
    with TemporaryDirectory(prefix="trial-", dir=file.parent.parent) as folder:
        rejects = Path(folder) / "rejects.csv" if skips_bad else None
        ledger = DuckDBLedger(Path(folder) / "events.duckdb")
        try:
            console = TerminalConsole(StringIO(), told)
            answer = import_log(ledger, file, _LOG, choices, console, rejects=rejects)
            faulty = tuple(_rows(answer.rejects, file))
            with ledger.reading() as connection:
                first = connection.execute(_FIRST).fetchall()
                checked = quality(connection, _LOG, now=datetime.now(UTC), vocabulary=known_activities())
        finally:
            ledger.close()
    read_as = {name: value for name, value in (answer.read_as or {}).items() if isinstance(value, str)}
    return Trial(
        file.name,
        found,
        columns,
        None,
        answer.cases,
        answer.events,
        answer.activities,
        read_as,
        tuple(_for_pages(line) for line in told.getvalue().splitlines()[1:] if line),
        tuple(FirstEvent(*row) for row in first),
        checked,
        faulty,
    )


def _rows(rejects: Path | None, file: Path) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a reject file; its sentences name the file, and not where it lies here."""
    if rejects is not None:
        with rejects.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.reader(opened):
                yield tuple(cell.replace(f"{file.parent}/", "") for cell in row)


def _for_pages(note: str) -> str:
    """Return a note without its advice for the command line; the page has fields for that."""
    told, mark, advice = next(
        (parts for sign in ("；", ";") if "--" in (parts := note.partition(sign))[2]), (note, "", "")
    )
    return told if mark and advice else note
