"""Damaged, cut and spoilt files never become another log: what is opened is verified, the rest is refused."""

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from counted import Count
from fuzz_values import odd_bytes
from fuzzing import is_one_sentence
from running import ran

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.ledger.backup import back_up, restore_into
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


def an_event(number: int) -> Event:
    return Event(
        f"k{number}", f"C{number % 3}", "visit", MONDAY + timedelta(hours=number), actor=f"P-{number}"
    )


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Return a data directory whose events are in the file."""
    data = tmp_path / "whole"
    data.mkdir()
    with closing(DuckDBLedger(data / "events.duckdb")) as ledger:
        ledger.create_log("live")
        ledger.append("live", [an_event(number) for number in range(200)])
    return data


def told_or_refused(data: Path) -> list[str] | None:
    """Return the keys that a verified ledger holds; None where it is refused in a sentence."""
    try:
        with closing(open_ledger(data)) as ledger, ledger.reading() as connection:
            if not verification(connection).intact:
                return None
            return [it.event.key for it in ledger.since(0)]
    except EventLogError as error:
        is_one_sentence(error)
        return None


def test_a_spoilt_database_file_is_found_out(
    whole: Path, tmp_path: Path, kill_seed: int, count: Count
) -> None:
    data, bytes_of_it = tmp_path / "spoilt", (whole / "events.duckdb").read_bytes()
    n = 6
    for number in range(n):
        data.mkdir()
        spoilt = bytearray(bytes_of_it)
        dice = Random(f"{kill_seed} {number}")
        for _ in range(dice.choice((1, 8, 200))):
            spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        (data / "events.duckdb").write_bytes(spoilt)
        assert told_or_refused(data) in (None, [f"k{it}" for it in range(200)])
        shutil.rmtree(data)
    count(fault="bits of the database file flipped", times=n)


def test_a_database_file_cut_short_is_refused(whole: Path, kill_seed: int, count: Count) -> None:
    file = whole / "events.duckdb"
    bytes_of_it, dice = file.read_bytes(), Random(kill_seed)
    for _ in range(4):
        file.write_bytes(bytes_of_it[: dice.randrange(1, len(bytes_of_it) - 4096)])
        assert told_or_refused(whole) in (None, [f"k{it}" for it in range(200)])  # its end may hold nothing
    file.write_bytes(bytes_of_it[:20_000])
    status, out, err = ran("--lang zh log list", whole)
    assert (status, out, err.count("\n")) == (1, "", 1)
    count(fault="database file cut short", times=5)


@pytest.fixture
def crashed(tmp_path: Path) -> Iterator[tuple[Path, list[int]]]:
    """Lend files as a power cut leaves them, and how long the log of writes was after each append."""
    (tmp_path / "data").mkdir()
    file, lengths = tmp_path / "data" / "events.duckdb", []
    wal = file.with_name("events.duckdb.wal")
    copy = tmp_path / "cut"
    copy.mkdir()
    ledger = DuckDBLedger(file)
    with ledger.writing() as connection:
        connection.execute("SET GLOBAL checkpoint_threshold = '1GB'")
    ledger.create_log("live")
    with ledger.writing() as connection:
        connection.execute("DELETE FROM log WHERE false")
    for number in range(12):
        ledger.append("live", [an_event(number)])
        lengths.append(wal.stat().st_size)
    shutil.copyfile(file, copy / file.name)  # the process goes on holding it; a fork would be no truer
    shutil.copyfile(wal, copy / wal.name)
    yield copy, lengths
    ledger.close()


def test_a_power_cut_at_any_byte_loses_only_what_was_not_acknowledged(
    crashed: tuple[Path, list[int]], tmp_path: Path, kill_seed: int, count: Count
) -> None:
    cut, lengths = crashed
    written = (cut / "events.duckdb.wal").read_bytes()
    dice = Random(kill_seed)
    places = [*sorted(dice.sample(range(lengths[0], len(written) + 1), 10)), *lengths[::3]]
    data = tmp_path / "data after the cut"
    for place in places:
        data.mkdir()
        shutil.copyfile(cut / "events.duckdb", data / "events.duckdb")
        (data / "events.duckdb.wal").write_bytes(written[:place])
        acknowledged = sum(length <= place for length in lengths)
        keys = told_or_refused(data)
        assert keys == [f"k{number}" for number in range(acknowledged)], place
        with closing(open_ledger(data)) as ledger:  # and it goes on
            ledger.append("live", [an_event(number) for number in range(13)])
            assert [it.event.key for it in ledger.since(0)] == [f"k{number}" for number in range(13)]
        shutil.rmtree(data)
    count(fault="power cut at a byte of the write-ahead log", times=len(places))


def test_a_spoilt_write_ahead_log_never_invents_an_event(
    crashed: tuple[Path, list[int]], tmp_path: Path, kill_seed: int, count: Count
) -> None:
    cut, _ = crashed
    written = (cut / "events.duckdb.wal").read_bytes()
    for number in range(8):
        data = tmp_path / f"spoilt {number}"
        data.mkdir()
        shutil.copyfile(cut / "events.duckdb", data / "events.duckdb")
        (data / "events.duckdb.wal").write_bytes(odd_bytes(written, Random(f"{kill_seed} {number}")))
        keys = told_or_refused(data)
        assert keys is None or keys == [f"k{it}" for it in range(len(keys))]
    count(fault="write-ahead log spoilt", times=8)


def test_a_spoilt_backup_is_restored_whole_or_not_at_all(
    whole: Path, tmp_path: Path, kill_seed: int, count: Count
) -> None:
    console, backup = TerminalConsole(), tmp_path / "backup.duckdb"
    with closing(open_ledger(whole)) as ledger:
        back_up(ledger, backup)
    bytes_of_it = backup.read_bytes()
    before = told_or_refused(whole)
    for number in range(4):
        backup.write_bytes(odd_bytes(bytes_of_it, Random(f"{kill_seed} {number}")))
        with suppress(EventLogError):
            restore_into(whole, backup, console, force=True)
        assert told_or_refused(whole) == before
    assert [it.name for it in whole.iterdir() if it.name.startswith(".")] == []
    count(fault="backup file spoilt", times=4)


def test_a_clock_that_goes_backwards_leaves_the_order_as_recorded(tmp_path: Path, count: Count) -> None:
    (tmp_path / "data").mkdir()
    with closing(DuckDBLedger(tmp_path / "data" / "events.duckdb")) as ledger:
        ledger.create_log("live")
        for number in range(20):
            moment = MONDAY - timedelta(days=number)
            ledger.append("live", [Event(f"k{number}", "C", "visit", moment)])
        assert [it.event.key for it in ledger.case("live", "C")] == [f"k{number}" for number in range(20)]
        with ledger.reading() as connection:
            assert verification(connection).intact
    count(fault="clock going backwards", times=20)
