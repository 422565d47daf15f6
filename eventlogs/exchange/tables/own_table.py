"""A table that was exported from here, read back to the same log by the notes it carries."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.compressed import reading
from eventlogs.exchange.file_source import FileSource
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.json_columns import iso_moments
from eventlogs.exchange.log_writer import LogWriter, Written
from eventlogs.exchange.tables.csv_reader import text_batches
from eventlogs.exchange.tables.notes import (
    EXACT_TIME,
    NOTES,
    Column,
    TableNotes,
    notes_from_json,
    notes_in_header,
)
from eventlogs.exchange.tables.own_columns import NotPlainError
from eventlogs.exchange.tables.own_rows import OwnRows
from eventlogs.exchange.tables.parquet_reader import batches_of, opened_parquet
from eventlogs.exchange.tables.workbook import opened_workbook
from eventlogs.exchange.tables.writer import METADATA
from eventlogs.system_faults import LibraryFault

_BATCH = 5_000  # rows made into Python values at once
_MANY = 65_536  # rows read as columns at once
TIME_COLUMN = ("column", "occurred_at")
_ROUNDED = timedelta(milliseconds=1)  # what Excel's dates may lose
_ESCAPED = re.compile("_x005F(_x[0-9a-fA-F]{4}_)")
NumberedRow = tuple[int, Sequence[Any]]


def notes_of(path: Path, found: FileFormat) -> TableNotes | None:
    """Return the notes in an exported table; None if the file carries none."""
    if found.name == "csv":
        with reading(path, compressed=found.compressed) as stream:
            return _notes_of_csv(stream)
    if found.name == "parquet":
        with reading(path, compressed=found.compressed) as stream:
            schema = opened_parquet(_whole(stream, found), path).schema_arrow
            return notes_from_json((schema.metadata or {}).get(METADATA, b"").decode("utf-8", "replace"))
    if found.name == "xlsx":
        with reading(path, compressed=found.compressed) as stream:
            return _notes_of_workbook(_whole(stream, found), path)
    return None


def read_own_table(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: FileFormat,
    name: str,
    source: FileSource,
    notes: TableNotes,
    *,
    advance: Callable[[int], None],
) -> Written:
    """Read an exported table into the new log `name`, inside the transaction of `connection`."""
    writer = LogWriter(
        connection, name, timezone=notes.timezone, case_type=notes.case_type, simulated=notes.simulated
    )
    rows = OwnRows(path, notes, writer)
    with writer.beside():
        _read_rows(path, found, notes, rows, advance)
        rows.finish()
    return writer.finish(source.noted())


def _read_rows(
    path: Path, found: FileFormat, notes: TableNotes, rows: OwnRows, advance: Callable[[int], None]
) -> None:
    """Read all rows, as columns as far as they are plain, the others one by one."""
    n_read = 0
    if found.name in _COLUMNS:
        with reading(path, compressed=found.compressed, advance=advance) as stream, suppress(NotPlainError):
            for columns in _COLUMNS[found.name](stream, path, found, notes):
                rows.add_columns(columns)
                n_read += len(columns[0])
            return
        advance = _told_already
    with reading(path, compressed=found.compressed, advance=advance) as stream:
        for number, row in islice(_ROWS[found.name](stream, path, found, notes), n_read, None):
            rows.add(number, row)


def _told_already(n_bytes: int) -> None:
    return


def _notes_of_csv(stream: BinaryIO) -> TableNotes | None:
    with suppress(UnicodeDecodeError, csv.Error):
        return notes_in_header(next(_reader(stream), []))
    return None


def _notes_of_workbook(stream: BinaryIO, path: Path) -> TableNotes | None:
    name = NOTES.replace(":", " ")
    with opened_workbook(stream, path, values=False) as book:
        if name not in book.titles:
            return None
        return notes_from_json("".join(str(row[0]) for row in book.rows(name) if row))


def _csv_columns(
    stream: BinaryIO, path: Path, _: FileFormat, notes: TableNotes
) -> Iterator[list[pa.StringArray]]:
    """Yield the noted columns of some rows of a text table; raises `NotPlainError` in place of odd rows."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    header = next(csv.reader(text))
    text.detach()
    places = _places([name.removeprefix("'") for name in header], notes, path)
    stream.seek(0)
    names = [f"c{place}" for place in range(len(header))]
    try:
        for batch in text_batches(stream, names):
            if len(batch):
                yield [batch.column(place) for place in places]
    except pa.ArrowInvalid:
        raise NotPlainError from None


def _csv_rows(stream: BinaryIO, path: Path, _: FileFormat, notes: TableNotes) -> Iterator[NumberedRow]:
    rows = _reader(stream)
    number = 0
    try:
        places = _places([name.removeprefix("'") for name in next(rows)], notes, path)
        for number, row in enumerate(rows, 2):
            if row:
                row += [""] * (max(places) + 1 - len(row))
                yield number, [row[place] for place in places]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImportRefusedError(
            "{file} is damaged after row {row}: {reason}; get the whole file again",
            file=path.name,
            row=number or 1,
            reason=LibraryFault(str(error)),
        ) from None


def _places(header: list[Any], notes: TableNotes, path: Path) -> list[int]:
    """Return where the noted columns stand: a person may have moved them, or put others between them."""
    for column in notes.columns:
        if column.header not in header:
            raise ImportRefusedError(
                "{file} has no column {column}, which was exported; put it back, or take the column or sheet "
                "retrofit:notes out of the file to have its columns guessed instead",
                file=path.name,
                column=column.header,
            )
    return [header.index(column.header) for column in notes.columns]


def _reader(stream: BinaryIO) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 30)
    return csv.reader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))


def _parquet_columns(
    stream: BinaryIO, path: Path, found: FileFormat, notes: TableNotes
) -> Iterator[list[pa.StringArray]]:
    """Yield the noted columns of some rows of a Parquet file as the cells of a text table."""
    file = opened_parquet(_whole(stream, found), path)
    _places(file.schema_arrow.names, notes, path)
    for batch in batches_of(file, path, _MANY):
        yield [_cells(batch.column(it.header), it) for it in notes.columns]


def _cells(column: pa.Array, wanted: Column) -> pa.StringArray:
    if wanted.kind in ("string", "id"):
        column = pc.binary_join_element_wise("'", column, "")
    elif (wanted.owner, wanted.name) == TIME_COLUMN:
        column = iso_moments(column)
    elif wanted.kind == "time":
        column = pa.array([None if it is None else it.isoformat() for it in column.to_pylist()], pa.string())
    return column.cast(pa.string()).fill_null("")


def _parquet_rows(
    stream: BinaryIO, path: Path, found: FileFormat, notes: TableNotes
) -> Iterator[NumberedRow]:
    number = 0
    file = opened_parquet(_whole(stream, found), path)
    _places(file.schema_arrow.names, notes, path)
    for batch in batches_of(file, path, _BATCH):
        columns = [_values(batch.column(it.header), it) for it in notes.columns]
        for number, row in enumerate(zip(*columns, strict=True), number + 1):  # noqa: B020 - counts on
            yield number, row


def _values(column: pa.Array, wanted: Column) -> list[Any]:
    """Return a Parquet column's values; text gets the apostrophe that `value_of` takes away."""
    values: list[Any] = column.to_pylist()
    if wanted.kind in ("string", "id"):
        return [None if value is None else "'" + value for value in values]
    return values


def _sheet_rows(stream: BinaryIO, path: Path, found: FileFormat, notes: TableNotes) -> Iterator[NumberedRow]:
    with opened_workbook(_whole(stream, found), path, values=False) as book:
        rows = book.rows(book.titles[0])
        header = [_unescaped(cell) for cell in next(rows, ())]
        places = _places(header, notes, path)
        exact = header.index(EXACT_TIME) if EXACT_TIME in header else None
        times = [place for place, it in enumerate(notes.columns) if (it.owner, it.name) == TIME_COLUMN]
        zone = ZoneInfo(notes.timezone)
        for number, row in enumerate(rows, 2):
            if all(cell is None for cell in row):
                continue
            full = (*row, *[None] * (len(header) - len(row)))
            cells = [_unescaped(full[place]) for place in places]
            for place in times:
                cells[place] = _moment(cells[place], None if exact is None else full[exact], zone)
            yield number, cells


_COLUMNS: dict[str, Callable[[BinaryIO, Path, FileFormat, TableNotes], Iterator[list[pa.StringArray]]]] = {
    "csv": _csv_columns,
    "parquet": _parquet_columns,
}
_ROWS: dict[str, Callable[[BinaryIO, Path, FileFormat, TableNotes], Iterator[NumberedRow]]] = {
    "csv": _csv_rows,
    "parquet": _parquet_rows,
    "xlsx": _sheet_rows,
}


def _unescaped(cell: Any) -> Any:
    """Return a cell's text without the mark that keeps `_x0041_` from being read as a letter."""
    return _ESCAPED.sub(r"\1", cell) if isinstance(cell, str) and "_x005F" in cell else cell


def _moment(shown: Any, exact: Any, zone: ZoneInfo) -> Any:
    """Return the exact moment of a row, unless the one that is shown was changed by hand."""
    moment: datetime | None = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(exact) if isinstance(exact, str) else None
    if not isinstance(shown, datetime):
        return shown if shown is None or moment is None else moment
    if moment is not None and abs(moment.replace(tzinfo=None) - shown) <= _ROUNDED:
        return moment
    return shown.replace(tzinfo=zone)


def _whole(stream: BinaryIO, found: FileFormat) -> Any:
    """Return a file that can be read at any place, as workbooks and Parquet files are."""
    return io.BytesIO(stream.read()) if found.compressed else stream
