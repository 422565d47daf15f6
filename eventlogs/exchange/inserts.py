"""Whole columns on their way into tables, if wanted in a thread of its own while the next are made."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from eventlogs.inserting import batch_bytes, bounded_memory, insert, one_thread

_BEHIND = 2  # statements waiting for the one before them


class Inserts:
    """Statements that put rows, which they call `staged_rows`, into tables; they come in their order."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._thread: Executor | None = None
        self._waiting: deque[Future[None]] = deque()
        self.largest = 0  # bytes of the largest batch

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Insert in a thread inside the block; `settle` before the connection is used for anything else."""
        with (
            bounded_memory(self._connection),
            one_thread(self._connection),
            ThreadPoolExecutor(1, "insert") as thread,
        ):
            self._thread = thread
            try:
                yield
            finally:
                self._thread = None

    def put(self, sql: str, rows: pa.Table, **values: object) -> None:
        """Insert rows, now or soon."""
        self.largest = max(self.largest, batch_bytes(rows))
        if self._thread is None:
            with one_thread(self._connection):
                insert(self._connection, sql, rows, values)
            return
        while len(self._waiting) >= _BEHIND:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(insert, self._connection, sql, rows, values))

    def settle(self) -> None:
        """Wait until everything is inserted; raise what stood against it."""
        while self._waiting:
            self._waiting.popleft().result()
