"""A table set out in a database of its own on disk, where columns can be looked at whole."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.exchange.tables.iso_columns import IsoColumns
from eventlogs.exchange.tables.source import TableSource

_CREATE = "CREATE TABLE cell AS FROM batch LIMIT 0"
_INSERT = "INSERT INTO cell BY NAME FROM batch"


@contextmanager
def staged(source: TableSource) -> Iterator["TableStage"]:
    """Read a table to its end and lend it; its file is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="retrofit-") as directory:
        connection = duckdb.connect(Path(directory) / "table.duckdb", config={"memory_limit": "512MB"})
        try:
            stage = TableStage(connection, source)
            stage.fill()
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
        self._zoned: dict[str, bool] = {}
        for macros in ("moments", "kinds"):
            connection.execute(
                (files("eventlogs.exchange") / "sql" / "table" / f"{macros}.sql").read_text("utf-8")
            )

    @property
    def columns(self) -> list[str]:
        """The names of the file's columns."""
        return self.source.columns

    def fill(self) -> None:
        """Take in all rows."""
        names = [f"c{place}" for place in range(len(self.columns))]
        n_rows = 0
        moments: IsoColumns | None = None
        self.connection.execute("SET threads = 1")  # of two, inserting would take twice the processor time
        for batch in self.source.batches:
            cells = pa.table([pc.fill_null(column, "") for column in batch.columns], names)
            if moments is None:
                moments = IsoColumns(cells)
                self._run(_CREATE, _rows(0, cells.slice(0, 0), moments))
            rows = _rows(n_rows, cells, moments)
            self._run(_INSERT, rows.filter(filled) if (filled := _filled(cells)) is not None else rows)
            n_rows += batch.num_rows
        self.connection.execute("RESET threads")
        if moments is None:
            empty = pa.table(dict.fromkeys(names, pa.array([], pa.string())))
            self._run(_CREATE, _rows(0, empty, IsoColumns(empty)))
        else:
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

    def _run(self, sql: str, rows: pa.Table) -> None:
        self.connection.register("batch", rows)
        self.connection.execute(sql)
        self.connection.unregister("batch")


def _rows(first: int, cells: pa.Table, moments: IsoColumns) -> pa.Table:
    rows = cells.append_column("place", pa.array(range(first, first + len(cells)), pa.int64()))
    for name in moments.names:
        rows = rows.append_column(f"w{name[1:]}", moments.read(name, cells[name].combine_chunks()))
    return rows


def _filled(cells: pa.Table) -> pa.ChunkedArray | None:
    """Return which rows have a value; None if all have."""
    empty = reduce(pc.and_, (pc.equal(column, "") for column in cells.columns))
    return pc.invert(empty) if pc.any(empty).as_py() else None
