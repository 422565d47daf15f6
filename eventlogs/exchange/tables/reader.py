"""CSV, Excel and Parquet read into a new log: set out in a stage, understood by columns."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ZONE_OF_NAIVE_TIMES, ImportChoices
from eventlogs.exchange.compressed import reading
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.file_read import FileRead, Note
from eventlogs.exchange.file_source import FileSource
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.log_writer import LogWriter
from eventlogs.exchange.tables.batches import case_batches, event_batches
from eventlogs.exchange.tables.columns import columns_of
from eventlogs.exchange.tables.csv_dialect import dialect_of
from eventlogs.exchange.tables.csv_reader import CsvReader
from eventlogs.exchange.tables.excel_reader import excel_source
from eventlogs.exchange.tables.faults import set_faults_aside
from eventlogs.exchange.tables.parquet_reader import parquet_source
from eventlogs.exchange.tables.plan import plan_for
from eventlogs.exchange.tables.source import TableSource
from eventlogs.exchange.tables.stage import staged


def read_table(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: FileFormat,
    name: str,
    source: FileSource,
    *,
    choices: ImportChoices,
    faults: Faults,
    advance: Callable[[int], None],
) -> FileRead:
    """Read a table into the new log `name`, inside the transaction of `connection`."""
    notes: list[Note] = []
    with _source(path, found, choices, faults, advance, notes) as table:
        _check_header(table, path)
        with ExitStack() as open_stage:
            with faults.looking():
                stage = open_stage.enter_context(staged(table))
                columns, guessed = columns_of(stage, choices, path)
                plan, told = plan_for(stage, columns, choices, path)
                if not set_faults_aside(stage, plan, faults):
                    raise ImportRefusedError("{file} has a header but no events under it", file=path)
            writer = LogWriter(
                connection, name, timezone=choices.timezone or ZONE_OF_NAIVE_TIMES, labels=choices.labels
            )
            with writer.beside():
                for events in event_batches(stage, plan):
                    writer.add_events(events)
                for cases in case_batches(stage, plan, writer.case_type):
                    writer.add_objects(cases)
            read_as = plan.as_attribute()
            written = writer.finish(source.noted({"read_as": read_as}))
    return FileRead(written, read_as, notes + guessed + told)


@contextmanager
def _source(
    path: Path,
    found: FileFormat,
    choices: ImportChoices,
    faults: Faults,
    advance: Callable[[int], None],
    notes: list[Note],
) -> Iterator[TableSource]:
    if found.name == "csv":
        dialect = dialect_of(path, compressed=found.compressed)
        if dialect.encoding not in ("utf-8", "utf-8-sig"):
            notes.append(("{file} is read as {encoding}", {"file": path.name, "encoding": dialect.encoding}))
        if dialect.delimiter != ",":
            notes.append(
                ("{file} is parted by {delimiter}", {"file": path.name, "delimiter": repr(dialect.delimiter)})
            )
        with reading(path, compressed=found.compressed, advance=advance) as stream:
            yield CsvReader(stream, path, dialect, faults).source
        return
    if found.compressed:
        raise ImportRefusedError("{file} is compressed once more; unpack it and import that", file=path)
    with reading(path, compressed=False, advance=advance) as stream:
        if found.name == "parquet":
            yield parquet_source(stream, path)
            return
        with excel_source(stream, path, choices, faults, notes) as sheet:
            yield sheet


def _check_header(table: TableSource, path: Path) -> None:
    seen: set[str] = set()
    for place, column in enumerate(table.columns):
        if not column.strip():
            table.columns[place] = column = f"column {place + 1}"
        if column in seen:
            raise ImportRefusedError(
                "{file}: two columns are named {column}; give each its own name", file=path, column=column
            )
        seen.add(column)
    if len(table.columns) < 2:
        raise ImportRefusedError(
            "{file} has one column, {column}, where an event log needs case, activity and time; "
            "is it parted by another sign?",
            file=path,
            column=repr("".join(table.columns)[:60]),
        )


def column_names(path: Path, found: FileFormat) -> list[str]:
    """Return the names of a table's columns."""
    faults = Faults(path, "row")
    with _source(path, found, ImportChoices(), faults, lambda n_bytes: None, []) as table:
        return list(table.columns)
