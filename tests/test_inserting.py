"""What the database may hold in memory while a log is written, and after."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from eventlogs import inserting
from eventlogs.connecting import connect
from eventlogs.inserting import bounded_memory, insert

LIMIT = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
LARGE = "SELECT len(list(n ORDER BY n DESC)) FROM range(3000000) AS number(n)"  # held in memory whole
MIB = 1 << 20


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a database with a table of events, and little room for imports."""
    monkeypatch.setattr(inserting, "_ROOM", 40 * MIB)
    with connect() as opened:
        opened.execute("SET threads = 1")
        opened.execute("CREATE TABLE event (text VARCHAR)")
        yield opened


def limit(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute(LIMIT).fetchall()[0][0]) // MIB


def test_memory_is_bounded_inside_and_free_again_after(connection: duckdb.DuckDBPyConnection) -> None:
    before = limit(connection)
    for _ in range(3):
        with bounded_memory(connection):
            assert limit(connection) == 40
            with pytest.raises(duckdb.OutOfMemoryException), connection.cursor() as cursor:
                cursor.execute(LARGE)
        assert connection.execute(LARGE).fetchall() == [(3_000_000,)]
        assert before - 200 < limit(connection) <= before  # what the database tells is rounded


def test_memory_is_free_again_after_a_failure(connection: duckdb.DuckDBPyConnection) -> None:
    before = limit(connection)
    connection.begin()
    with pytest.raises(duckdb.Error), bounded_memory(connection):
        connection.execute("SELECT error('no')").fetchall()
    connection.rollback()
    assert before - 200 < limit(connection)


def test_many_cases_and_large_batches_and_present_events_have_room(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    with bounded_memory(connection, n_keys=MIB):
        assert limit(connection) == 256
    with bounded_memory(connection, largest_batch=10 * MIB):
        assert limit(connection) == 160
    connection.execute("INSERT INTO event SELECT '' FROM range(1 << 20)")
    with bounded_memory(connection):
        assert limit(connection) == 40 + 64


def test_what_is_held_already_is_no_reason_to_fail(connection: duckdb.DuckDBPyConnection) -> None:
    connection.begin()
    connection.execute("CREATE TABLE known (key VARCHAR PRIMARY KEY)")
    connection.execute("INSERT INTO known SELECT 'key ' || hash(n) FROM range(1500000) AS number(n)")
    with bounded_memory(connection):
        assert limit(connection) > 40
        assert connection.execute(LARGE).fetchall() == [(3_000_000,)]


def test_the_limit_of_the_machine_is_never_raised(connection: duckdb.DuckDBPyConnection) -> None:
    before = limit(connection)
    with bounded_memory(connection, n_keys=1 << 40):
        assert before - 200 < limit(connection) <= before


def test_a_batch_of_very_long_texts_is_given_room(connection: duckdb.DuckDBPyConnection) -> None:
    rows = pa.table({"text": [letter * (6 * MIB) for letter in "abcdef"]})
    with bounded_memory(connection):
        insert(connection, "INSERT INTO event FROM staged_rows", rows)
    assert connection.execute("SELECT sum(len(text)) FROM event").fetchall() == [(36 * MIB,)]


def test_many_short_rows_need_no_more_room(connection: duckdb.DuckDBPyConnection) -> None:
    rows = pa.table({"text": ["short"] * 500_000})
    with bounded_memory(connection):
        insert(connection, "INSERT INTO event FROM staged_rows", rows)
        assert limit(connection) == 40
