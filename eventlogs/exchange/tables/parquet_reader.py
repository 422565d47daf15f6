"""Parquet tables as cells: as text, with the kinds that the file itself gives its columns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from eventlogs.attributes import encode_value
from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.json_columns import iso_moments
from eventlogs.exchange.tables.source import Kind, TableSource
from eventlogs.system_faults import LibraryFault

_ROWS = 65_536
_BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)  # what a damaged file may raise


def parquet_source(stream: BinaryIO, path: Path) -> TableSource:
    """Return a Parquet table; the stream must stay open until its rows have been read."""
    file = opened_parquet(stream, path)
    schema = file.schema_arrow
    kinds = {field.name: _kind(field, path) for field in schema}
    return TableSource(list(schema.names), _batches(file, path), first_row=1, kinds=kinds)


def opened_parquet(stream: BinaryIO, path: Path) -> Any:
    """Open a Parquet file, of which the stream must stay open."""
    try:
        file = pq.ParquetFile(pa.PythonFile(stream, "r"))
        file.schema_arrow.names  # noqa: B018 - which is read only now
    except _BROKEN as error:
        raise _damaged(path, error) from None
    for field in file.schema_arrow:
        _refuse_unknown_zone(field, path)
    return file


def batches_of(file: Any, path: Path, n_rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file, `n_rows` at a time."""
    batches = file.iter_batches(n_rows)
    while True:
        try:
            batch = next(batches, None)
            if batch is not None:
                batch.validate(full=True)  # texts may hold bytes that are no UTF-8
        except _BROKEN as error:
            raise _damaged(path, error) from None
        if batch is None:
            return
        yield batch


def _batches(file: Any, path: Path) -> Iterator[pa.RecordBatch]:
    for batch in batches_of(file, path, _ROWS):
        names = [f"c{place}" for place in range(batch.num_columns)]
        try:
            columns = [_texts(column) for column in batch.columns]
        except pa.ArrowException as error:
            raise _damaged(path, error) from None
        yield pa.RecordBatch.from_arrays(columns, names=names)


def _refuse_unknown_zone(field: pa.Field, path: Path) -> None:
    if not pa.types.is_timestamp(field.type) or field.type.tz is None:
        return
    try:
        pa.scalar(0, field.type).as_py()
    except (LookupError, ValueError):  # of the zone's name, which Arrow looks up only now
        raise ImportRefusedError(
            "{file}: the times of the column {column} are said to be in {zone}, which is no time zone; "
            "write them in one such as Asia/Shanghai",
            file=path,
            column=field.name,
            zone=field.type.tz,
        ) from None


def _damaged(path: Path, error: Exception) -> ImportRefusedError:
    return ImportRefusedError(
        "{file} is no whole Parquet file: {reason}; get it again",
        file=path,
        reason=LibraryFault((str(error).splitlines() or [type(error).__name__])[0]),
    )


def _kind(field: pa.Field, path: Path) -> Kind:
    type_ = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_null(type_):
        return "text"
    if pa.types.is_boolean(type_):
        return "bool"
    if pa.types.is_integer(type_):
        return "int"
    if pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return "float"
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return "moment"
    if pa.types.is_nested(type_):
        return "json"
    raise ImportRefusedError(
        "{file}: the column {column} is of the type {type}, which no attribute can have; leave it out",
        file=path,
        column=field.name,
        type=str(field.type),
    )


def _texts(column: pa.Array) -> pa.Array:
    """Return a column as text from which the very same values can be read."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    type_ = column.type
    if pa.types.is_timestamp(type_) and type_.tz is not None:
        return iso_moments(column)
    if pa.types.is_date(type_):
        column = column.cast(pa.timestamp("us"))
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("us"), safe=False), format="%Y-%m-%dT%H:%M:%S")
    if pa.types.is_nested(type_):
        values = [None if value is None else encode_value(_plain(value)) for value in column.to_pylist()]
        return pa.array(values, pa.string())
    if pa.types.is_decimal(type_):
        column = column.cast(pa.float64())
    return column.cast(pa.string())


def _plain(value: Any) -> Any:
    """Return a nested value with maps, which Arrow gives as lists of pairs, as maps."""
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
            return {str(key): _plain(inner) for key, inner in value}
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
