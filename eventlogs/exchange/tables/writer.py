"""A log written as a table: CSV or Parquet; Excel in `excel_writer`."""

import codecs
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from eventlogs.events import Attribute
from eventlogs.exchange.compressed import writing
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.stored_log import StoredLog
from eventlogs.exchange.tables.excel_writer import write_excel
from eventlogs.exchange.tables.log_view import Held, Json, TableExport
from eventlogs.exchange.tables.notes import NOTES, Column, cell_of
from eventlogs.exchange.xes.text import unholdable
from eventlogs.language import sayable

METADATA = b"retrofit"
_LINE_END = "\r\n"
_TO_QUOTE = re.compile('[,"\r\n]')
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
    header = [*(_header(column.header) for column in export.columns), f"{NOTES} {export.notes.as_json()}"]
    file.write(
        (codecs.BOM_UTF8 if bom else b"") + ",".join(map(_quoted, header)).encode() + _LINE_END.encode()
    )
    for columns in export.batches():
        parts: list[Any] = []
        for held, column in zip(columns, export.columns, strict=True):
            parts += [_csv_cells(held, column, export.losses), ","]
        lines = pc.binary_join_element_wise(*parts, _LINE_END, "")  # the last column is empty
        offsets = np.frombuffer(lines.buffers()[1], np.int32, len(lines) + 1)
        file.write(memoryview(lines.buffers()[2])[: offsets[-1]])
        advance(len(lines))


def _csv_cells(held: Held, column: Column, losses: Losses) -> pa.StringArray:
    """Return a column's cells as they stand in the file."""
    if isinstance(held.values, pa.Array):
        return held.values.take(held.places).fill_null("")
    cells = ["" if value is None else _quoted(_cell(value, column)) for value in held.values]
    if column.owner == "column" and column.kind == "string":
        _count_odd(held, losses)
    return pa.array(cells, pa.string()).take(held.places).fill_null("")


def _quoted(cell: str) -> str:
    """Return a cell in quotation marks if it needs them."""
    return '"' + cell.replace('"', '""') + '"' if _TO_QUOTE.search(cell) else cell


def _count_odd(held: Held, losses: Losses) -> None:
    odd = [place for place, value in enumerate(held.values) if value is not None and unholdable(str(value))]
    if odd:
        losses.add(_ODD, int(np.isin(held.places.to_numpy(zero_copy_only=False), odd).sum()))


def _cell(value: Attribute, column: Column) -> str:
    if isinstance(value, Json):
        return str(value)
    if isinstance(value, str) and column.owner == "column" and unholdable(value):
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
        n_written = 0
        for columns in export.batches():
            writer.write_table(_arrow(columns, export.columns, schema))
            n_written += len(columns[0].places)
            advance(len(columns[0].places))
        if not n_written:
            writer.write_table(schema.empty_table())


def _arrow(columns: list[Held], noted: tuple[Column, ...], schema: pa.Schema) -> pa.Table:
    arrays = []
    for held, column, field in zip(columns, noted, schema, strict=True):
        if isinstance(held.values, pa.Array):
            values = held.values.cast(pa.timestamp("us", "UTC")).cast(field.type)
        else:
            values = pa.array([_native(value, column) for value in held.values], field.type)
        arrays.append(values.take(held.places))
    return pa.Table.from_arrays(arrays, schema=schema)


def _native(value: Attribute, column: Column) -> object:
    if column.kind == "time" and value is not None:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else cast(datetime, value)
        return moment.astimezone(UTC)
    if isinstance(value, str):
        return str(value)
    return float(cast(float, value)) if column.kind == "float" and value is not None else value
