"""A table set out in a file of columns, where DuckDB can look at them whole."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from eventlogs.connecting import connect
from eventlogs.exchange.tables.iso_columns import IsoColumns
from eventlogs.exchange.tables.mapped_file import mapped
from eventlogs.exchange.tables.source import TableSource

_KEEP = "CREATE TABLE kept_{number} AS FROM cell WHERE ({test}) IS NOT TRUE"
_LOOK_AT = "CREATE OR REPLACE VIEW cell AS FROM kept_{number}"


@contextmanager
def staged(source: TableSource) -> Iterator["TableStage"]:
    """Read a table to its end and lend it; its file is gone afterwards.

    DuckDB reads the file where it stands. Text that is looked at a few times and thrown away is not worth a
    table: filling one took three times as long.
    """
    with tempfile.TemporaryDirectory(prefix="retrofit-", ignore_cleanup_errors=True) as directory:
        connection = connect(config={"memory_limit": "512MB", "temp_directory": directory})
        try:
            stage = TableStage(connection, source)
            with stage.filled(Path(directory) / "cells.arrow"):
                yield stage
        finally:
            connection.close()


class TableStage:
    """The cells of a table as text: columns `c0`, `c1`, … of the table `cell`, whose `place` counts rows.

    A cell without a value is ''; rows that have none at all are left out. Beside a column of plain moments,
    say `c1`, stands `w1` with their wall-clock times; `zoned` tells whether those are at UTC.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: TableSource) -> None:
        self.connection = connection
        self.source = source
        self.rows: pa.Table | None = (
            None  # all of `cell` where it stands in the file, as long as none is left out
        )
        self._zoned: dict[str, bool] = {}
        self._n_left_out = 0
        for macros in ("moments", "kinds"):
            connection.execute(
                (files("eventlogs.exchange") / "sql" / "table" / f"{macros}.sql").read_text("utf-8")
            )

    @property
    def columns(self) -> list[str]:
        """The names of the file's columns."""
        return self.source.columns

    @contextmanager
    def filled(self, file: Path) -> Iterator[None]:
        """Take in all rows, which stand in `file` for as long as the block lasts."""
        with pa.OSFile(str(file), "wb") as written:
            self._write(written)
        with mapped(file) as buffer:
            self.rows = pa.ipc.open_file(buffer).read_all()
            self.connection.register("cell", self.rows)
            yield
            self.connection.unregister("cell")

    def leave_out(self, test: str) -> None:
        """Leave out the rows of which `test`, a condition in SQL, is true."""
        self._n_left_out += 1
        self.rows = None
        self.connection.execute(_KEEP.format(number=self._n_left_out, test=test))
        self.connection.unregister("cell")
        self.connection.execute(_LOOK_AT.format(number=self._n_left_out))

    def _write(self, file: pa.NativeFile) -> None:
        names = [f"c{place}" for place in range(len(self.columns))]
        nothing = pa.table(dict.fromkeys(names, pa.array([], pa.string())))
        first = next(self.source.batches, None)
        moments = IsoColumns(nothing if first is None else _cells(first, names))
        n_rows = 0
        with pa.ipc.new_file(file, _rows(0, nothing, moments).schema) as writer:
            for batch in () if first is None else chain([first], self.source.batches):
                cells = _cells(batch, names)
                rows = _rows(n_rows, cells, moments)
                filled = _filled(cells)
                writer.write_table(rows if filled is None else rows.filter(filled))
                n_rows += batch.num_rows
        self._zoned = moments.zoned

    def zoned(self, name: str) -> bool | None:
        """Tell whether a column's moments name their zone; None if it is not one of plain moments."""
        return self._zoned.get(self.column(name))

    def column(self, name: str) -> str:
        """Return the column of `cell` that holds a column of the file: a name of ours."""
        return f"c{self.columns.index(name)}"

    def row(self, sql: str, values: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
        """Return the first row that a query yields."""
        row: tuple[Any, ...] = self.connection.execute(sql, values).fetchall()[0]
        return row


def _cells(batch: pa.RecordBatch, names: list[str]) -> pa.Table:
    return pa.table([pc.fill_null(column, "") for column in batch.columns], names)


def _rows(first: int, cells: pa.Table, moments: IsoColumns) -> pa.Table:
    rows = cells.append_column("place", pa.array(np.arange(first, first + len(cells))))
    for name in moments.names:
        rows = rows.append_column(f"w{name[1:]}", moments.read(name, cells[name].combine_chunks()))
    return rows


def _filled(cells: pa.Table) -> pa.ChunkedArray | None:
    """Return which rows have a value; None if all have."""
    empty = reduce(pc.and_, (pc.equal(column, "") for column in cells.columns))
    return pc.invert(empty) if pc.any(empty).as_py() else None
