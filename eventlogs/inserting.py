"""Whole columns put into tables with one thread: two take twice the processor time and are not faster."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

_THREADS = "SELECT current_setting('threads')"


@contextmanager
def one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the database of `connection` work with one thread inside the block."""
    with connection.cursor() as beside:  # a statement that failed would leave `connection` no way back
        n_threads = beside.execute(_THREADS).fetchall()[0][0]
        beside.execute("SET threads = 1")
        try:
            yield
        finally:
            beside.execute(f"SET threads = {n_threads}")
