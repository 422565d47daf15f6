"""Text tables as cells: streamed in any encoding, each row with the number of columns of the header."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.ahead import ahead
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.tables.csv_dialect import Dialect, Utf8Stream
from eventlogs.exchange.tables.source import TableSource
from eventlogs.system_faults import LibraryFault

_BLOCK = 1 << 23  # bytes; no row may be longer
_ENOUGH = 1_000  # uneven rows, after which the file is read no further
_UNEVEN = (
    "{file}, {unit} {place}: the row has {cells} cells where the header has {columns}; "
    "mend its delimiters or quotation marks"
)


class CsvReader:
    """One text table being read."""

    def __init__(self, stream: BinaryIO, path: Path, dialect: Dialect, faults: Faults) -> None:
        self._path, self._faults = path, faults
        self._bytes = Utf8Stream(stream, dialect)
        self._delimiter = dialect.delimiter if len(dialect.delimiter.encode()) == 1 else "\x1f"
        self._columns = list(dialect.header)
        self.source = TableSource(self._columns, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        last: pa.RecordBatch | None = None
        try:
            for batch in ahead(self._opened()):
                yield batch
                last = batch if batch.num_rows else last
        except pa.ArrowInvalid as error:
            raise self._refusal(error) from None
        if self._bytes.n_quotes % 2 and last is not None and _breaks_in(last.slice(last.num_rows - 1)):
            raise ImportRefusedError(
                "{file}: a quotation mark is opened and never closed, so that the rows after it run "
                "together; close it",
                file=self._path,
            )

    def _opened(self) -> Any:
        names = [f"c{place}" for place in range(len(self._columns))]
        stream = pa.PythonFile(self._bytes, "r")
        return text_batches(stream, names, delimiter=self._delimiter, meet=self._meet, check=False)

    def _meet(self, row: Any) -> str:
        counts = {"cells": row.actual_columns, "columns": row.expected_columns}
        self.source.left_out.append(row.number)
        if self._faults.rejects is None:
            self._faults.hold_back(_UNEVEN, place=row.number, **counts)
            return "skip" if len(self.source.left_out) < _ENOUGH else "error"
        cells = tuple(row.text.split(self._delimiter))
        self._faults.meet(_UNEVEN, place=row.number, row=cells, **counts)
        return "skip"

    def _refusal(self, error: pa.ArrowInvalid) -> Exception:
        if self._faults.held_back is not None:
            return self._faults.held_back
        return ImportRefusedError(
            "{file} cannot be read as a table: {reason}",
            file=self._path,
            reason=LibraryFault(str(error).splitlines()[0]),
        )


def _breaks_in(row: pa.RecordBatch) -> bool:
    return any(pc.any(pc.match_substring(column, "\n")).as_py() for column in row.columns)


def text_batches(
    stream: Any,
    names: list[str],
    *,
    delimiter: str = ",",
    meet: Callable[[Any], str] = lambda row: "error",
    check: bool = True,
) -> Any:
    """Yield the cells of a text table as text, in columns of these names, without its header.

    `meet` is told rows of another number of cells. Without `check` the bytes are known to be UTF-8.
    """
    return arrow_csv.open_csv(
        stream,
        read_options=arrow_csv.ReadOptions(
            block_size=_BLOCK, use_threads=False, column_names=names, skip_rows_after_names=1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=meet,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            null_values=[],
            check_utf8=check,
        ),
    )
