"""A backup made while the log is in use is whole; restoring it never silently loses what came later."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Signal

import duckdb
import pytest

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import open_ledger
from eventlogs.errors import BrokenChainError, EventLogError, SchemaError
from eventlogs.events import Event
from eventlogs.ledger.backup import back_up, restore, restore_into
from eventlogs.ledger.drafts import LEFT_OVER
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification


def an_event(number: int, case_id: str = "SH-01") -> Event:
    return Event(f"{case_id}/{number}", case_id, "visit", datetime(2025, 3, 3, tzinfo=UTC))


def keys(ledger: DuckDBLedger) -> list[str]:
    return [it.event.key for it in ledger.since(0)]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    (tmp_path / "data").mkdir()
    opened = DuckDBLedger(tmp_path / "data" / "events.duckdb")
    opened.create_log("live")
    opened.append("live", [an_event(1)])
    yield opened
    opened.close()


def test_a_backup_is_the_log_as_it_was(ledger: DuckDBLedger, tmp_path: Path) -> None:
    made = back_up(ledger, tmp_path / "backup.duckdb")
    ledger.append("live", [an_event(2)])
    assert (made.logs, made.events) == (1, 1)
    copy = DuckDBLedger(tmp_path / "backup.duckdb")
    assert keys(copy) == ["SH-01/1"]
    copy.close()
    assert sorted(it.name for it in tmp_path.iterdir()) == ["backup.duckdb", "data"]


def test_backups_made_while_others_append_are_whole(ledger: DuckDBLedger, tmp_path: Path) -> None:
    finished = Signal()

    def work(worker: int) -> int:
        number = 0
        while not finished.is_set() and number < 400:  # or a slow machine verifies ever larger logs
            size = (1, 2, 30)[number % 3]
            ledger.append("live", [an_event(number * 100 + it, f"T-{worker}") for it in range(size)])
            number += 1
        return number

    with ledger.writing() as connection:  # so that the file itself changes all the time
        connection.execute("SET GLOBAL checkpoint_threshold = '20KB'")
    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(work, worker) for worker in range(3)]
        try:
            sizes = [back_up(ledger, tmp_path / f"{number}.duckdb").events for number in range(6)]
        finally:
            finished.set()
        assert all(worker.result() for worker in workers)
    everything = keys(ledger)
    assert sizes == sorted(sizes)
    for number, size in enumerate(sizes):
        copy = DuckDBLedger(tmp_path / f"{number}.duckdb")
        assert keys(copy) == everything[:size]
        copy.close()


def test_an_open_snapshot_does_not_hinder_a_backup(ledger: DuckDBLedger, tmp_path: Path) -> None:
    with ledger.reading() as reader:
        reader.execute("SELECT count(*) FROM event").fetchall()
        ledger.append("live", [an_event(2)])
        assert back_up(ledger, tmp_path / "backup.duckdb").events == 2


def test_a_backup_overwrites_nothing(ledger: DuckDBLedger, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(EventLogError, match=r"thesis\.txt is there already"):
        back_up(ledger, tmp_path / "thesis.txt")
    with pytest.raises(EventLogError, match="cannot be written: No such file"):
        back_up(ledger, tmp_path / "nowhere" / "backup.duckdb")


def test_a_restored_log_is_that_of_the_backup(ledger: DuckDBLedger, tmp_path: Path) -> None:
    back_up(ledger, tmp_path / "backup.duckdb")
    assert restore(ledger, tmp_path / "backup.duckdb").kept is None
    assert keys(ledger) == ["SH-01/1"]
    assert ledger.append("live", [an_event(1), an_event(2)]).new == ("SH-01/2",)
    assert len(list((tmp_path / "data").glob("*.duckdb"))) == 1


def test_newer_events_are_given_up_only_by_force_and_kept(ledger: DuckDBLedger, tmp_path: Path) -> None:
    back_up(ledger, tmp_path / "backup.duckdb")
    ledger.append("live", [an_event(2), an_event(3)])
    with pytest.raises(EventLogError, match=r"has 2 events that .*backup\.duckdb lacks"):
        restore(ledger, tmp_path / "backup.duckdb")
    assert len(keys(ledger)) == 3
    done = restore(ledger, tmp_path / "backup.duckdb", force=True)
    assert keys(ledger) == ["SH-01/1"]
    assert ledger.head("live", "SH-01").seq == 1
    assert done.kept is not None
    old = DuckDBLedger(done.kept)
    assert len(keys(old)) == 3
    old.close()


def test_restoring_waits_for_readers_and_lets_others_go_on(ledger: DuckDBLedger, tmp_path: Path) -> None:
    back_up(ledger, tmp_path / "backup.duckdb")
    with ThreadPoolExecutor(5) as pool:
        reads = [pool.submit(keys, ledger) for _ in range(40)]
        swaps = [pool.submit(restore, ledger, tmp_path / "backup.duckdb") for _ in range(3)]
        assert all(read.result() == ["SH-01/1"] for read in reads)
        assert all(swap.result().events == 1 for swap in swaps)


def test_what_is_not_a_whole_backup_is_refused(ledger: DuckDBLedger, tmp_path: Path) -> None:
    back_up(ledger, tmp_path / "backup.duckdb")
    whole = (tmp_path / "backup.duckdb").read_bytes()
    (tmp_path / "short.duckdb").write_bytes(whole[:100_000])
    (tmp_path / "text.duckdb").write_text("hello")
    for name in ("short.duckdb", "text.duckdb"):
        with pytest.raises(SchemaError, match=f"{name} is damaged or is not a backup"):
            restore(ledger, tmp_path / name)
    with pytest.raises(EventLogError, match=r"there is no file .*missing"):
        restore(ledger, tmp_path / "missing")
    with duckdb.connect(str(tmp_path / "backup.duckdb")) as connection:
        connection.execute("UPDATE event SET actor = 'P-9'")
    with pytest.raises(BrokenChainError, match="event SH-01/1"):
        restore(ledger, tmp_path / "backup.duckdb", force=True)
    assert keys(ledger) == ["SH-01/1"]
    with ledger.reading() as connection:
        assert verification(connection).intact


def test_a_damaged_file_is_replaced_by_force_and_kept(ledger: DuckDBLedger, tmp_path: Path) -> None:
    back_up(ledger, tmp_path / "backup.duckdb")
    ledger.close()
    data, console = tmp_path / "data", TerminalConsole()
    (data / "events.duckdb").write_text("a disk fault")
    with pytest.raises(EventLogError, match="cannot be opened; restore with --force"):
        restore_into(data, tmp_path / "backup.duckdb", console)
    done = restore_into(data, tmp_path / "backup.duckdb", console, force=True)
    assert done.kept is not None
    assert done.kept.read_text() == "a disk fault"
    again = open_ledger(data)
    assert [it.event.key for it in again.since(0)] == ["SH-01/1"]
    again.close()


def test_what_a_killed_process_left_is_swept_by_the_next_backup(ledger: DuckDBLedger, tmp_path: Path) -> None:
    left, busy, mine = (tmp_path / name for name in (".retrofit-draft-a", ".retrofit-draft-b", ".backup-old"))
    for folder in (left, busy, mine):
        folder.mkdir()
        (folder / "events.duckdb").write_bytes(b"half a copy")
    long_ago = time.time() - 2 * LEFT_OVER
    for path in (left, left / "events.duckdb", busy, mine, mine / "events.duckdb"):
        os.utime(path, (long_ago, long_ago))
    back_up(ledger, tmp_path / "backup.duckdb")
    assert (left.exists(), busy.exists(), mine.exists()) == (False, True, True)
