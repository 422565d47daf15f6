"""A backup can be looked at through the whole engine, and stays as it is to the last byte."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from running import ran

from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError, SchemaError
from eventlogs.events import Event
from eventlogs.ledger.backup import back_up
from eventlogs.ledger.backup_ledger import ReadOnlyError, open_backup
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from mining.discovery.variants import variants


def an_event(number: int, case_id: str = "SH-01") -> Event:
    return Event(f"{case_id}/{number}", case_id, f"step {number}", datetime(2025, 3, number, tzinfo=UTC))


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    ledger = DuckDBLedger(tmp_path / "data" / "events.duckdb")
    ledger.create_log("live")
    prepare(ledger, "live")
    ledger.append("live", [an_event(1), an_event(2)])
    back_up(ledger, tmp_path / "backup.duckdb")
    ledger.append("live", [an_event(3)])
    ledger.close()
    return tmp_path / "backup.duckdb"


def test_a_backup_answers_with_what_it_holds_even_what_was_not_prepared_in_it(backup: Path) -> None:
    before = backup.read_bytes()
    ledger = open_backup(backup)
    assert [it.event.key for it in ledger.case("live", "SH-01")] == ["SH-01/1", "SH-01/2"]
    assert ledger.head("live", "SH-01").seq == 2
    assert len(ledger.since(0)) == 2
    assert [it.activities for it in variants(prepare(ledger, "live")).variants] == [("step 1", "step 2")]
    ledger.close()
    assert backup.read_bytes() == before
    assert sorted(it.name for it in backup.parent.iterdir()) == ["backup.duckdb", "data"]


def test_a_backup_records_nothing(backup: Path) -> None:
    ledger = open_backup(backup)
    with pytest.raises(ReadOnlyError, match=r"backup\.duckdb is a backup and is only looked at"):
        ledger.append("live", [an_event(9)])
    with pytest.raises(ReadOnlyError):
        ledger.create_log("other")
    with pytest.raises(ReadOnlyError), ledger.writing():
        pass
    with pytest.raises(ReadOnlyError):
        back_up(ledger, backup.with_name("again.duckdb"))
    ledger.close()


def test_a_backup_that_nobody_may_write_to_is_looked_at_by_several_at_once(backup: Path) -> None:
    backup.chmod(0o400)
    first, second = open_backup(backup), open_ledger(backup)
    assert first.head("live", "SH-01") == second.head("live", "SH-01")
    first.close()
    second.close()


def test_commands_look_at_a_backup_named_as_the_data(backup: Path) -> None:
    status, out, _ = ran(f"--data {backup} log describe live --json")
    assert (status, '"events":2' in out) == (0, True)
    status, _, err = ran(f"--data {backup} log rename live other")
    assert (status, "is only looked at" in err) == (1, True)
    status, _, err = ran(f"--data {backup} up")
    assert (status, "serves a data directory" in err) == (1, True)


def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EventLogError, match="there is no file"):
        open_backup(tmp_path / "none.duckdb")
    (tmp_path / "text.duckdb").write_text("no database " * 1000)
    with pytest.raises(SchemaError, match=r"text\.duckdb is damaged or is not a backup"):
        open_backup(tmp_path / "text.duckdb")
