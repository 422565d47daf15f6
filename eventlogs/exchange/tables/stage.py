"""A table set out in a database of its own on disk, where columns can be looked at whole."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.exchange.tables.source import TableSource

_CREATE = "CREATE TABLE cell AS SELECT place, batch.* EXCLUDE (place) FROM batch LIMIT 0"
_INSERT = "INSERT INTO cell FROM batch"


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

    A cell without a value is ''; rows that have none at all are left out.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: TableSource) -> None:
        self.connection = connection
        self.source = source
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
        empty = pa.table(
            {"place": pa.array([], pa.int64())} | dict.fromkeys(names, pa.array([], pa.string()))
        )
        self._run(_CREATE, empty)
        n_rows = 0
        for batch in self.source.batches:
            cells = [pc.fill_null(column, "") for column in batch.columns]
            places = pa.array(range(n_rows, n_rows + batch.num_rows), pa.int64())
            rows = pa.Table.from_arrays([places, *cells], names=["place", *names])
            self._run(_INSERT, rows.filter(pc.not_equal(pc.binary_join_element_wise(*cells, ""), "")))
            n_rows += batch.num_rows

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
