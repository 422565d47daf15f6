"""Columns put into tables beside the making of the next come whole, in their order, or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from exchanged_logs import MadeEvent, ledger_in, make_log

from eventlogs.connecting import connect
from eventlogs.events import Event
from eventlogs.exchange.inserts import Inserts
from eventlogs.exchange.log_writer import LogWriter
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
ADD = "INSERT INTO number SELECT n FROM staged_rows"


def numbers(*them: int) -> pa.Table:
    return pa.table({"n": pa.array(them, pa.int64())})


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = connect()
    made.execute("CREATE TABLE number (n BIGINT CHECK (n >= 0))")
    return made


def test_rows_come_in_the_order_in_which_they_were_put(connection: duckdb.DuckDBPyConnection) -> None:
    inserts = Inserts(connection)
    with inserts.beside():
        for first in range(0, 50, 5):
            inserts.put(ADD, numbers(*range(first, first + 5)))
        inserts.settle()
        assert connection.execute("SELECT count(*) FROM number").fetchall() == [(50,)]
    inserts.put(ADD, numbers(50))
    assert [n for (n,) in connection.execute("FROM number").fetchall()] == list(range(51))


def test_what_stood_against_a_row_is_raised_and_the_transaction_can_be_undone(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    inserts = Inserts(connection)
    connection.begin()
    with inserts.beside():
        inserts.put(ADD, numbers(1))
        inserts.put(ADD, numbers(-1))
    with pytest.raises(duckdb.ConstraintException):
        inserts.settle()
    connection.rollback()
    assert connection.execute("SELECT count(*) FROM number").fetchall() == [(0,)]


def break_off(ledger: DuckDBLedger) -> None:
    rows = pa.table({"case_id": ["c"] * 20_000, "activity": ["a"] * 20_000})
    with ledger.writing() as connection:
        writer = LogWriter(connection, "broken", timezone="UTC")
        with writer.beside():
            for _ in range(10):
                writer.add_events(rows)
            raise KeyError


def test_an_import_that_is_broken_off_leaves_nothing_and_the_next_follows(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        with pytest.raises(KeyError):
            break_off(ledger)
        make_log(ledger, [MadeEvent("c", "a", MONDAY)] * 3)
        ledger.create_log("live")
        ledger.append("live", [Event("k", "c", "a", MONDAY)])
        places = [it.seq for it in ledger.since(0)]
        assert places == list(range(places[0], places[0] + 4))
        with ledger.reading() as connection:
            assert verification(connection).intact
