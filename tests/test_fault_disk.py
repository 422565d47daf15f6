"""A disk that is full or may only be read is told in one sentence, and nothing is lost or half-written."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from counted import Count
from fuzzing import is_one_sentence
from imported_logs import written
from running import ran

from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


@contextmanager
def disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Lend a small disk of its own, where this user may mount one."""
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def an_event(number: int) -> Event:
    moment = MONDAY + timedelta(hours=number)
    return Event(f"k{number}", f"C{number % 3}", "visit", moment, attributes={"note": os.urandom(3000).hex()})


def append_without_end(ledger: DuckDBLedger, acknowledged: list[int]) -> None:
    for number in range(5_000):
        ledger.append("live", [an_event(number)])
        acknowledged.append(number)


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(tmp_path: Path, count: Count) -> None:
    with disk(tmp_path / "small", 8) as data:
        ballast = data / "ballast"
        ballast.write_bytes(bytes(2 << 20))
        acknowledged: list[int] = []
        with closing(DuckDBLedger(data / "events.duckdb")) as ledger:
            ledger.create_log("live")
            with pytest.raises(EventLogError) as caught:
                append_without_end(ledger, acknowledged)
            is_one_sentence(caught.value)
            assert "full" in caught.value.in_language("en")
        for line in (
            f"log import {written(tmp_path / 'it.csv', TABLE)}",
            "log backup " + str(data / "copy.duckdb"),
        ):
            status, _, err = ran(f"--lang en {line}", data)
            assert (status, "Traceback" in err) == (1, False), err
        assert not (data / "copy.duckdb").exists()
        ballast.unlink()
        with closing(open_ledger(data)) as again:
            keys = [it.event.key for it in again.since(0)]
            assert keys == [f"k{number}" for number in acknowledged]
            again.append("live", [an_event(len(acknowledged))])
            with again.reading() as connection:
                assert verification(connection).intact
    count(fault="full disk", times=3)


TABLE = "case,activity,time,note\n" + "".join(
    f"c{number},a,2024-05-01,{number:0>400}\n" for number in range(8_000)
)


def test_a_disk_that_may_only_be_read_is_told(tmp_path: Path, count: Count) -> None:
    with disk(tmp_path / "small", 16) as data:
        with closing(DuckDBLedger(data / "events.duckdb")) as ledger:
            ledger.create_log("live")
            ledger.append("live", [an_event(0)])
        subprocess.run(["mount", "-o", "remount,ro", str(data)], check=True)
        for line in ("log list", "log verify", f"log import {written(tmp_path / 'it.csv', TABLE)}"):
            status, _, err = ran(f"--lang en {line}", data)
            assert (status, err.count("\n")) == (1, 1), err
            assert "may not be written" in err or "cannot be" in err
        assert ran("log list", data / "events.duckdb")[0] == 0  # looked at as a backup
    count(fault="disk that may only be read", times=3)
