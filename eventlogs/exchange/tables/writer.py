"""A log written as a table: CSV or Parquet; Excel in `excel_writer`."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from eventlogs.events import Attribute
from eventlogs.exchange.compressed import writing
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.remembered import Remembered
from eventlogs.exchange.stored_log import StoredLog
from eventlogs.exchange.tables.excel_writer import write_excel
from eventlogs.exchange.tables.log_view import Json, Row, TableExport
from eventlogs.exchange.tables.notes import NOTES, Column, cell_of
from eventlogs.exchange.xes.text import unholdable
from eventlogs.language import sayable

METADATA = b"retrofit"
_BATCH = 20_000  # rows of one Parquet row group
_ODD = sayable("{n} names hold control characters, which a table cannot hold safely; U+FFFD stands for them")
_PARQUET_TYPES = {
    "string": pa.string(),
    "id": pa.string(),
    "json": pa.string(),
    "integer": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
}


def write_table(
    log: StoredLog, path: Path, wanted: FileFormat, *, bom: bool = True, advance: Callable[[int], None]
) -> Losses:
    """Write a log; return what the file does not hold. `advance` is told the events written.

    A CSV starts with a byte order mark unless `bom` is false: without one, Excel takes Chinese for GBK.
    """
    export = TableExport(log, Losses())
    with writing(path, wanted) as file:
        if wanted.name == "csv":
            _write_csv(export, file, bom, advance)
        elif wanted.name == "parquet":
            _write_parquet(export, file, advance)
        else:
            write_excel(export, file, advance)
    return export.losses


def _write_csv(export: TableExport, file: BinaryIO, bom: bool, advance: Callable[[int], None]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="", write_through=False)
    rows = csv.writer(text)
    rows.writerow(
        [*(_header(column.header) for column in export.columns), f"{NOTES} {export.notes.as_json()}"]
    )
    cells = [_cells(column, export.losses) for column in export.columns]
    for row in export.rows():
        rows.writerow(
            ["" if value is None else cell(value) for cell, value in zip(cells, row, strict=True)] + [""]
        )
        advance(1)
    text.flush()
    text.detach()


def _cells(column: Column, losses: Losses) -> Callable[[Any], str]:
    """Return what makes the cells of a column, which remembers texts."""

    def made(value: Attribute) -> str:
        return _cell(value, column, losses)

    if column.kind != "string":
        return made
    # a subclass of `str` counts for what it is: an identifier here has a column of its own kind
    return Remembered(made, unholdable if column.owner == "column" else _never).__getitem__


def _never(text: str) -> bool:
    return False


def _cell(value: Attribute, column: Column, losses: Losses) -> str:
    if isinstance(value, Json) or (column.owner == "column" and column.kind == "time"):
        return str(value)
    if isinstance(value, str) and column.owner == "column" and unholdable(value):
        losses.add(_ODD)
        value = "".join("\ufffd" if unholdable(sign) else sign for sign in value)
    return cell_of(value, column.kind, neutral=True)


def _header(name: str) -> str:
    return cell_of(name, "string", neutral=True)


def _write_parquet(export: TableExport, file: BinaryIO, advance: Callable[[int], None]) -> None:
    zone = export.log.timezone
    fields = [
        pa.field(it.header, _PARQUET_TYPES.get(it.kind) or pa.timestamp("us", zone)) for it in export.columns
    ]
    schema = pa.schema(fields, metadata={METADATA: export.notes.as_json().encode()})
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        block: list[Row] = []
        for row in export.rows():
            block.append(row)
            if len(block) >= _BATCH:
                writer.write_table(_arrow(block, export.columns, schema))
                advance(len(block))
                block.clear()
        writer.write_table(_arrow(block, export.columns, schema))
        advance(len(block))


def _arrow(block: list[Row], columns: tuple[Column, ...], schema: pa.Schema) -> pa.Table:
    parts = zip(*block, strict=True) if block else [()] * len(columns)
    arrays = [
        pa.array([_native(value, column) for value in part], field.type)
        for part, column, field in zip(parts, columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _native(value: Attribute, column: Column) -> object:
    if column.kind == "time" and value is not None:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else cast(datetime, value)
        return moment.astimezone(UTC)
    if isinstance(value, str):
        return str(value)
    return float(cast(float, value)) if column.kind == "float" and value is not None else value
