"""A log exported to a file of any format, whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eventlogs.amounts import number_text
from eventlogs.console import Console
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.ocel.writer import write_ocel
from eventlogs.exchange.residents import Residents
from eventlogs.exchange.stored_log import StoredLog, stored_log
from eventlogs.exchange.tables.writer import write_table
from eventlogs.exchange.xes.writer import write_xes
from eventlogs.language import say, sayable
from eventlogs.privacy.identity import Identity
from eventlogs.storage import Ledger

_CORRECTED = sayable("{n} corrections are applied: what they replace or take out is not in the file")
_WRITERS: dict[str, Callable[..., Losses]] = {
    "xes": write_xes,
    "ocel-json": write_ocel,
    "ocel-xml": write_ocel,
    "ocel-sqlite": write_ocel,
    "csv": write_table,
    "xlsx": write_table,
    "parquet": write_table,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written where; `left_out` says in sentences what the file does not hold of the log."""

    log: str
    file: Path
    format: str
    cases: int
    events: int
    bytes: int
    residents_named: int
    left_out: tuple[str, ...]

    def as_text(self) -> str:
        """Return the counts."""
        return say(
            "{file}: {cases} cases, {events} events of log {log} as {format}",
            file=self.file,
            cases=number_text(self.cases),
            events=number_text(self.events),
            log=self.log,
            format=self.format,
        )


def export_log(
    ledger: Ledger,
    name: str,
    path: Path,
    wanted: FileFormat,
    console: Console,
    *,
    bom: bool = True,
    identities: Mapping[str, Identity] | None = None,
) -> Exported:
    """Export the log `name` to `path`; with `identities`, residents stand in it under their names."""
    residents = Residents(identities)
    with ledger.reading() as connection:
        log = stored_log(connection, name, residents)
        with console.progress(
            say("Exporting {log} to {file}", log=name, file=path.name), log.n_events
        ) as advance:
            settings = {"bom": bom} if wanted.name == "csv" else {}
            losses = _WRITERS[wanted.name](log, path, wanted, advance=advance, **settings)
        losses.add(_CORRECTED, log.n_corrections)
        exported = _exported(log, path, wanted, residents, losses)
    for sentence in exported.left_out:
        console.note(sentence)
    return exported


def _exported(
    log: StoredLog, path: Path, wanted: FileFormat, residents: Residents, losses: Losses
) -> Exported:
    return Exported(
        log=log.name,
        file=path,
        format=wanted.name,
        cases=log.n_cases,
        events=log.n_events - losses.n_events,
        bytes=path.stat().st_size,
        residents_named=len(residents.shown),
        left_out=tuple(losses.sentences()),
    )
