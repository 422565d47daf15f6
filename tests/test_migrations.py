"""An old file is migrated after a copy of it was kept; a newer or foreign one is refused."""

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from forked import ended_with

from eventlogs.errors import SchemaError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import Migration, migrations

TODAY = migrations()
NEXT = Migration(TODAY[-1].version + 1, "next.sql", "ALTER TABLE log ADD COLUMN colour VARCHAR")
AN_EVENT = Event("k", "SH-01", "visit", datetime(2025, 3, 3, tzinfo=UTC))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log("live")
    ledger.append("live", [AN_EVENT])
    ledger.close()
    return ledger.file


def test_migrations_are_numbered_without_gaps() -> None:
    assert [it.version for it in TODAY] == list(range(1, len(TODAY) + 1))


def test_a_new_file_gets_the_whole_schema_and_no_copy_is_kept(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb", [*TODAY, NEXT])
    with ledger.reading() as connection:
        assert connection.execute("SELECT max(version) FROM schema_version").fetchall() == [(NEXT.version,)]
        assert connection.execute("SELECT colour FROM log").fetchall() == []
    ledger.close()
    assert ledger.kept_copy is None
    assert [it.name for it in tmp_path.iterdir()] == ["events.duckdb"]


def test_an_old_file_is_copied_then_migrated(file: Path) -> None:
    ledger = DuckDBLedger(file, [*TODAY, NEXT])
    with ledger.reading() as connection:
        assert connection.execute("SELECT name, colour FROM log").fetchall() == [("live", None)]
    assert ledger.append("live", [AN_EVENT]).known == ("k",)
    ledger.close()
    assert ledger.kept_copy == file.with_name(f"events.schema-{TODAY[-1].version:03}.duckdb")
    old = DuckDBLedger(ledger.kept_copy)
    assert [it.event for it in old.since(0)] == [AN_EVENT]
    old.close()


def test_a_file_of_today_is_opened_as_it_is(file: Path) -> None:
    before = file.read_bytes()
    ledger = DuckDBLedger(file)
    ledger.close()
    assert ledger.kept_copy is None
    assert file.read_bytes() == before


def test_a_migration_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    broken = Migration(
        NEXT.version + 1, "broken.sql", "CREATE TABLE a (b INTEGER); SELECT nothing FROM nowhere"
    )
    with pytest.raises(duckdb.Error):
        DuckDBLedger(file, [*TODAY, NEXT, broken])
    ledger = DuckDBLedger(file)
    assert [it.event for it in ledger.since(0)] == [AN_EVENT]
    ledger.close()


def test_a_newer_file_is_refused(file: Path) -> None:
    DuckDBLedger(file, [*TODAY, NEXT]).close()
    with pytest.raises(SchemaError, match=f"newer engine \\(schema {NEXT.version}, this one knows"):
        DuckDBLedger(file)


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "events.duckdb"
    with duckdb.connect(str(foreign)) as connection:
        connection.execute("CREATE TABLE sales (a INTEGER)")
    with pytest.raises(SchemaError, match=r"not an event log \(its tables: sales\)"):
        DuckDBLedger(foreign)
    with duckdb.connect(str(foreign)) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [("sales",)]


def _left_open(file: Path) -> None:
    held = DuckDBLedger(file, [*TODAY, NEXT])
    os._exit(held is None)  # the change stands in the write-ahead log alone


def test_a_file_opens_whose_process_died_right_after_its_schema_changed(file: Path) -> None:
    assert ended_with(_left_open, file) == 0
    assert file.with_name(f"{file.name}.wal").exists()
    ledger = DuckDBLedger(file, [*TODAY, NEXT])
    assert [one.event for one in ledger.since(0)] == [AN_EVENT]
    ledger.close()
