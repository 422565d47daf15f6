"""A data directory opens, waits, or says in one sentence who has it and what to do."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import ran

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError, SchemaError, StoreBusyError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import migrations

HOLDING = """
import sys
from pathlib import Path
from eventlogs.data_directory import open_ledger
ledger = open_ledger(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
ledger.close()
"""


@contextmanager
def another_process_holding(data: Path) -> Iterator[subprocess.Popen[str]]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        yield holder
    finally:
        holder.kill()
        holder.wait()


def test_a_data_directory_is_made_where_there_is_none(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "a" / "b")
    assert isinstance(ledger, DuckDBLedger)
    ledger.close()
    assert (tmp_path / "a" / "b" / "events.duckdb").is_file()


def test_all_moments_are_utc_inside(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    with ledger.reading() as connection:
        asked = "SELECT current_setting('TimeZone'), current_setting('preserve_insertion_order')"
        assert connection.execute(asked).fetchall() == [("UTC", True)]
    ledger.close()


def test_the_process_that_holds_the_file_is_named(tmp_path: Path) -> None:
    sentence = "in use by process {} .*wait until it has ended"
    with (
        another_process_holding(tmp_path) as holder,
        pytest.raises(StoreBusyError, match=sentence.format(holder.pid)),
    ):
        open_ledger(tmp_path, wait=timedelta(seconds=0.3))


def test_a_file_that_is_let_go_is_opened_after_waiting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with another_process_holding(tmp_path) as holder:
        threading.Timer(0.5, holder.kill).start()
        began = time.monotonic()
        open_ledger(tmp_path, TerminalConsole()).close()
        assert time.monotonic() - began > 0.3
    assert capsys.readouterr().err.count(f"waiting for process {holder.pid}") == 1


def test_a_notice_that_nobody_answers_does_not_stand_in_the_way(tmp_path: Path) -> None:
    notice = {"pid": 1, "host": "127.0.0.1", "port": 1, "token": "t", "command": "retrofit up"}
    (tmp_path / "owner.json").write_text(json.dumps(notice))
    open_ledger(tmp_path).close()
    with another_process_holding(tmp_path), pytest.raises(StoreBusyError):
        open_ledger(tmp_path, wait=timedelta(0))


@pytest.mark.parametrize("content", [b"hello", b"", b"\0" * 20_000])
def test_a_file_that_is_no_event_log_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "events.duckdb"
    file.write_bytes(content)
    with pytest.raises(SchemaError, match="is damaged or is not an event log; put a backup in its place"):
        open_ledger(tmp_path)
    assert file.read_bytes() == content


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    open_ledger(tmp_path).close()
    file = tmp_path / "events.duckdb"
    whole = file.read_bytes()
    file.write_bytes(whole[:100_000])
    with pytest.raises(SchemaError, match="is damaged"):
        open_ledger(tmp_path)
    file.write_bytes(bytes(byte ^ 0xFF if place % 3000 == 0 else byte for place, byte in enumerate(whole)))
    with pytest.raises(SchemaError, match="is damaged"):
        open_ledger(tmp_path)


def test_damage_found_while_reading_is_one_sentence_too(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.create_log("live")
    moment = datetime(2025, 3, 3, tzinfo=UTC)
    ledger.append("live", [Event(f"k{it}", "C", "visit", moment, tool=f"{it:0100}") for it in range(20_000)])
    ledger.close()
    file = tmp_path / "events.duckdb"
    blocks = bytearray(file.read_bytes())
    for place in range(300_000, len(blocks), 50_000):  # beyond what is read to open the file
        blocks[place] ^= 0xFF
    file.write_bytes(blocks)
    open_ledger(tmp_path).close()
    status, out, err = ran("log verify --lang en", tmp_path)
    assert (status, out) == (1, "")
    assert "is damaged or is not an event log; put a backup in its place" in err


def test_who_opens_an_old_file_is_told_of_the_copy_that_was_kept(tmp_path: Path) -> None:
    DuckDBLedger(tmp_path / "events.duckdb", migrations()[:2]).close()
    told = ran("--lang zh log list", tmp_path)[2]
    assert "现已升级" in told
    assert "events.schema-002.duckdb" in told
    assert ran("log list", tmp_path)[2] == ""


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(EventLogError, match="data is damaged or is not a backup of an event log"):
        open_ledger(tmp_path / "data")


def test_refusals_are_one_sentence_in_chinese_too(tmp_path: Path) -> None:
    (tmp_path / "events.duckdb").write_text("hello")
    status, out, err = ran("log list --lang zh", tmp_path)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert "已损坏" in err
