"""Whole columns put into tables, without more processors and memory than it takes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

_ROOM = 128 << 20  # bytes of memory: more made the import of ten million events no quicker
_ROOM_PER_BYTE = 16  # of rows inserted at a time: a few long texts needed more than five times their length
_BATCH = 32_768  # rows
_ROOM_PER_KEY = 256  # bytes: what an index holds of a case or an object cannot be put on the disk
_ROOM_PER_EVENT = 64  # bytes, for questions meanwhile about the events that are there already

_THREADS = "SELECT current_setting('threads')"
_LIMIT_TOLD = "SELECT current_setting('memory_limit')"
_PRESENT_LIMIT = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
_LIMIT = """
    SELECT least(
        parse_formatted_bytes(current_setting('memory_limit')), $room + $per_event * sum(estimated_size)
    )::BIGINT
    FROM duckdb_tables()
    WHERE table_name = 'event'
"""


@contextmanager
def one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the database of `connection` work with one thread inside the block.

    Two take twice the processor time to insert columns, and are not faster.
    """
    with connection.cursor() as beside:  # a statement that failed would leave `connection` no way back
        n_threads = beside.execute(_THREADS).fetchall()[0][0]
        beside.execute("SET threads = 1")
        try:
            yield
        finally:
            beside.execute(f"SET threads = {n_threads}")


@contextmanager
def bounded_memory(
    connection: duckdb.DuckDBPyConnection, n_keys: int = 0, largest_batch: int = 0
) -> Iterator[None]:
    """Let the database of `connection` hold as much of a long log as of a short one inside the block.

    Left alone, it keeps all that it has written until four fifths of the machine's memory are full. Cases
    and objects, `n_keys`, have room where they are very many, and so has the largest batch, in bytes.
    """
    room = max(_ROOM, largest_batch * _ROOM_PER_BYTE, n_keys * _ROOM_PER_KEY)
    limit = connection.execute(_LIMIT, {"room": room, "per_event": _ROOM_PER_EVENT}).fetchall()[0][0]
    with connection.cursor() as beside:
        try:
            beside.execute(f"SET memory_limit = '{limit}B'")
        except duckdb.OutOfMemoryException:  # others hold more than that at this moment
            _lift_limit(beside)
        try:
            yield
        finally:
            _lift_limit(beside)


def _lift_limit(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the database hold again what it may by default.

    DuckDB 1.5 tells the default after `RESET`, but keeps to the limit that was set before.
    """
    connection.execute("RESET memory_limit")
    connection.execute(f"SET memory_limit = '{connection.execute(_LIMIT_TOLD).fetchall()[0][0]}'")


def insert(
    connection: duckdb.DuckDBPyConnection,
    statement: str,
    staged_rows: pa.Table,
    values: Mapping[str, object] | None = None,
) -> None:
    """Run a statement that puts rows, which it calls `staged_rows`, into a table.

    DuckDB finds them by that name here, among the variables of whoever asks; a registered view would hold
    on to them until the commit.
    """
    if (room := batch_bytes(staged_rows) * _ROOM_PER_BYTE) > _ROOM:
        _make_room(connection, room)
    connection.execute(statement, values or None)


def batch_bytes(rows: pa.Table) -> int:
    """Return the bytes of as many of the rows as the database takes in at a time."""
    return int(rows.nbytes) * min(len(rows), _BATCH) // max(len(rows), 1)


def _make_room(connection: duckdb.DuckDBPyConnection, n_bytes: int) -> None:
    if connection.execute(_PRESENT_LIMIT).fetchall()[0][0] < n_bytes:
        connection.execute(f"SET memory_limit = '{n_bytes}B'")
