"""A file imported as a new log: told by its bytes, refused or read whole in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from eventlogs.amounts import number_text
from eventlogs.attributes import decode
from eventlogs.console import Advance, Console
from eventlogs.events import Attribute
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.file_read import FileRead, Note
from eventlogs.exchange.file_source import FileSource, file_source
from eventlogs.exchange.formats import FileFormat, FormatName, format_of
from eventlogs.exchange.log_writer import Written, written
from eventlogs.exchange.ocel.reader import OcelChoices, read_ocel
from eventlogs.exchange.tables.own_table import notes_of, read_own_table
from eventlogs.exchange.tables.reader import read_table
from eventlogs.exchange.tables.template import is_template, with_template
from eventlogs.exchange.xes.reader import read_xes
from eventlogs.language import say
from eventlogs.owner.lent_ledger import behind
from eventlogs.storage import Ledger, SharesImports

_IMPORTED = "SELECT log_id, name, source::VARCHAR FROM log WHERE kind = 'imported' ORDER BY name = $name DESC"
_WORDS = """
    SELECT list(DISTINCT activity), list(DISTINCT role) FROM event JOIN log USING (log_id) WHERE name = $name
"""
_OF_TABLES = ("start_time", "sheet", "date_order")
_OF_OCEL = ("activity", "time", "classifier", *_OF_TABLES)
_FIXED: Mapping[FormatName, tuple[str, ...]] = {
    "csv": ("sheet",),
    "parquet": ("sheet",),
    "xlsx": (),
    "xes": _OF_TABLES,
    "ocel-json": _OF_OCEL,
    "ocel-xml": _OF_OCEL,
    "ocel-sqlite": _OF_OCEL,
}
_UNITS = {"xes": "line"} | dict.fromkeys(("ocel-json", "ocel-xml", "ocel-sqlite"), "place")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `new` is false if the very file was there already, under the name `log`."""

    log: str
    file: str
    format: str
    new: bool
    cases: int
    events: int
    activities: int
    objects: int
    rejected: int = 0
    rejects: Path | None = None
    read_as: Mapping[str, Attribute] | None = None

    def as_text(self) -> str:
        """Return the counts, or that nothing was changed."""
        if not self.new:
            return say(
                "{file} is already imported as log {log}; nothing was changed", file=self.file, log=self.log
            )
        text = say(
            "log {log}: {cases} cases, {events} events, {activities} activities from {file}",
            log=self.log,
            cases=number_text(self.cases),
            events=number_text(self.events),
            activities=self.activities,
            file=self.file,
        )
        if not self.rejected:
            return text
        set_aside = say(
            "rows that could not be read: {n}; they stand with reasons in {rejects}",
            n=self.rejected,
            rejects=self.rejects,
        )
        return f"{text}\n{set_aside}"


def import_log(
    ledger: Ledger,
    path: Path,
    name: str,
    choices: ImportChoices,
    console: Console,
    *,
    rejects: Path | None = None,
) -> Imported:
    """Import a file as the log `name`; the very same file a second time changes nothing.

    With `rejects`, faulty rows go to that file instead of refusing the whole.
    """
    found = format_of(path)
    with file_source(path, found.name, choices.as_attribute()) as source:
        with ledger.reading() as connection:
            known = _already(connection, name, source)
        if known:
            _share(ledger, path, known.log, source, skips_bad=rejects is not None)
            return known
        faults = Faults(path, _UNITS.get(found.name, "row"), rejects)
        with ledger.writing() as connection:
            if known := _already(connection, name, source):
                return known
            with console.progress(say("Importing {file}", file=path.name), source.n_bytes) as advance:
                read = _READERS[found.name](connection, path, found, name, source, choices, faults, advance)
            notes = [*read.notes, *_left_aside(found, choices), *_never_met(connection, name, choices)]
            faults.write()
        _share(ledger, path, name, source, skips_bad=rejects is not None)
    for text, values in notes:
        console.note(say(text, **values))
    imported = _imported(name, source, read.written, new=True)
    return replace(
        imported,
        rejected=len(faults.found),
        rejects=rejects if faults.found else None,
        read_as=read.read_as,
    )


def _left_aside(found: FileFormat, choices: ImportChoices) -> list[Note]:
    """Return a note of choices that a file of this format leaves nothing to choose about."""
    idle = {*_FIXED[found.name], *(("classifier",) if choices.activity else ())}
    chosen = [f"--{name.replace('_', '-')}" for name in choices.as_attribute() if name in idle]
    if not chosen:
        return []
    return [("this file is read the same whatever these say: {options}", {"options": ", ".join(chosen)})]


def _never_met(connection: duckdb.DuckDBPyConnection, name: str, choices: ImportChoices) -> list[Note]:
    """Return a note of labels that a mapping translates in vain: no word of the log can come from them."""
    labels = (choices.activity_labels, choices.role_labels)
    if not any(labels):
        return []
    words = connection.execute(_WORDS, {"name": name}).fetchall()[0]
    unmet = [
        label
        for of_kind, known in zip(labels, words, strict=True)
        for label, key in of_kind.items()
        if key not in (known or ())
    ]
    if not unmet:
        return []
    return [("the mapping translates what the file does not have: {labels}", {"labels": ", ".join(unmet)})]


def _share(ledger: Ledger, path: Path, name: str, source: FileSource, *, skips_bad: bool) -> None:
    shared = behind(ledger)
    if isinstance(shared, SharesImports):
        shared.share_import(path, name, source.noted(), skips_bad=skips_bad)


def _imported(name: str, source: FileSource, counts: Written, *, new: bool) -> Imported:
    return Imported(
        log=name,
        file=source.file,
        format=source.format,
        new=new,
        cases=counts.cases,
        events=counts.events,
        activities=counts.activities,
        objects=counts.objects,
    )


def name_of(path: Path) -> str:
    """Return a file's name without the endings of its format.

    >>> name_of(Path("logs/加梯 2024.xes.gz"))
    '加梯 2024'
    """
    name = path.name.removesuffix(".gz")
    return name.rpartition(".")[0] or name


def _already(connection: duckdb.DuckDBPyConnection, name: str, source: FileSource) -> Imported | None:
    """Return the log that the very same file, read in the same way, has become; refuse another's name."""
    for log_id, known, text in connection.execute(_IMPORTED, {"name": name}).fetchall():
        if source.made(decode(text) if text else {}):
            return _imported(known, source, written(connection, log_id), new=False)
    return None


def _read_xes(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: FileFormat,
    name: str,
    source: FileSource,
    choices: ImportChoices,
    faults: Faults,
    advance: Advance,
) -> FileRead:
    return read_xes(
        connection,
        path,
        name,
        source,
        compressed=found.compressed,
        choices=choices,
        faults=faults,
        advance=advance,
    )


def _read_ocel(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: FileFormat,
    name: str,
    source: FileSource,
    choices: ImportChoices,
    faults: Faults,
    advance: Advance,
) -> FileRead:
    columns = {"actor": choices.resource, "role": choices.role, "lifecycle": choices.lifecycle}
    read = read_ocel(
        connection,
        path,
        found,
        name,
        source,
        choices=OcelChoices(
            case_type=choices.case,
            timezone=choices.timezone,
            labels=choices.labels,
            columns={key: column for column, key in columns.items() if key},
        ),
        faults=faults,
        advance=advance,
    )
    notes: list[Note] = []
    if read.guessed:
        notes.append(
            (
                "the objects of type {type} are taken as cases; choose others with --case TYPE",
                {"type": read.case_type},
            )
        )
    return FileRead(read.written, {"case": read.case_type}, notes)


def _read_table(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: FileFormat,
    name: str,
    source: FileSource,
    choices: ImportChoices,
    faults: Faults,
    advance: Advance,
) -> FileRead:
    own = None if choices.as_attribute() else notes_of(path, found)
    if own is not None:
        written = read_own_table(connection, path, found, name, source, own, advance=advance)
        told = "{file} was exported from here; its columns are read as it notes them"
        return FileRead(written, {"case": "case:concept:name"}, [(told, {"file": path.name})])
    filled = found.name == "xlsx" and is_template(path)
    read = read_table(
        connection,
        path,
        found,
        name,
        source,
        choices=with_template(choices, path) if filled else choices,
        faults=faults,
        advance=advance,
    )
    told = "{file} is filled in after the template; its labels are read as words of the vocabulary"
    return replace(read, notes=[(told, {"file": path.name}), *read.notes]) if filled else read


_READERS: dict[str, Callable[..., FileRead]] = {
    "csv": _read_table,
    "xlsx": _read_table,
    "parquet": _read_table,
    "xes": _read_xes,
    "ocel-json": _read_ocel,
    "ocel-xml": _read_ocel,
    "ocel-sqlite": _read_ocel,
}
