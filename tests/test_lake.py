"""The lake has every live event once, however a drain ends, and readers can begin from it."""

import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import duckdb
import psycopg
import pytest
from outgrown import CONTENT, event, keys, lake_keys, opened

from eventlogs.ledger.verification import verification
from eventlogs.outgrown import local_copy
from eventlogs.outgrown.extensions import ExtensionMissingError, extension_file, load_extensions
from eventlogs.outgrown.lake import DrainBusyError, Lake, LakeUnusableError
from eventlogs.outgrown.postgres_ledger import PostgresLedger


@pytest.fixture
def ledger(postgres: str, tmp_path: Path) -> Iterator[PostgresLedger]:
    """Lend a ledger with a lake."""
    with opened(postgres, tmp_path, "reader") as ledger:
        ledger.create_log("live")
        yield ledger


def test_hosts_that_come_to_a_lake_at_once_all_find_it(postgres: str, tmp_path: Path) -> None:
    all_there = Barrier(3)

    def attach() -> int:
        all_there.wait()
        with Lake(postgres, str(tmp_path / "lake")).attached() as connection:
            return int(connection.execute("SELECT count(*) FROM ducklake_snapshots('lake')").fetchall()[0][0])

    (tmp_path / "lake").mkdir()
    with ThreadPoolExecutor(3) as hosts:
        found = [host.result() for host in [hosts.submit(attach) for _ in range(3)]]
    assert found == [1, 1, 1]


def test_one_drain_works_at_a_time(ledger: PostgresLedger, postgres: str) -> None:
    with psycopg.connect(postgres) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('retrofit drain', 0))")
        with pytest.raises(DrainBusyError):
            ledger.drain()
    assert ledger.drain() == 0


def test_of_two_drains_that_overlap_all_the_same_one_fails_whole(
    ledger: PostgresLedger, postgres: str, tmp_path: Path
) -> None:
    """A killed drain's commit may still be under way when the next has got its lock."""
    lake = Lake(postgres, str(tmp_path / "lake"))
    ledger.append("live", [event(1)])
    ledger.drain()
    ledger.append("live", [event(2)])
    with lake.attached() as slow:
        slow.begin()
        slow.execute("INSERT INTO lake.event (seq, event_key) SELECT max(seq) + 1, 'doubled' FROM lake.event")
        ledger.drain()
        with pytest.raises(duckdb.Error, match=r"conflict|retr"):
            slow.commit()
    assert lake_keys(lake) == [event(1).key, event(2).key]


def test_a_reader_has_the_same_rows_from_the_lake_as_from_postgresql(
    ledger: PostgresLedger, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in range(4):
        ledger.append("live", [event(number, f"C{case}") for number in range(60)])
        ledger.drain()
    ledger.append("live", [event(number, "not drained") for number in range(10)])
    with ledger.reading() as connection:
        expected = connection.execute(CONTENT).fetchall()
    monkeypatch.setattr(local_copy, "LAKE_WORTH", 0)
    monkeypatch.setattr(local_copy, "BATCH", 70)
    with opened(postgres, tmp_path, "another reader") as another, another.reading() as connection:
        assert connection.execute(CONTENT).fetchall() == expected
        assert verification(connection).intact
        assert connection.execute("SELECT count(*) FROM object").fetchall() == [(10,)]
    assert len(expected) == 250


def test_a_lake_that_cannot_be_written_is_named(postgres: str, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no directory")
    with opened(postgres, tmp_path, "reader") as ledger:
        ledger.create_log("live")
        ledger.append("live", [event(number) for number in range(200)])
        with pytest.raises(LakeUnusableError, match=str(tmp_path / "lake")):
            ledger.drain()
        assert len(keys(ledger)) == 200


def test_an_assertion_that_fails_inside_the_extension_is_told_without_its_stack(
    postgres: str, tmp_path: Path
) -> None:
    lake = Lake(postgres, str(tmp_path / "lake"))
    found = 'Failed to read "pg": INTERNAL Error: no such row\n\nStack Trace:\n\nducklake(+0xd7f00b)'
    with (
        pytest.raises(LakeUnusableError, match=r"cannot be used now: INTERNAL Error: no such row$"),
        lake.attached(),
    ):
        raise duckdb.InternalException(found)


def test_extensions_are_loaded_from_their_packages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect() as connection:
        load_extensions(connection, "postgres", "ducklake")
        settings = "SELECT current_setting('autoinstall_known_extensions')"
        assert connection.execute(settings).fetchall() == [(False,)]
    with pytest.raises(ExtensionMissingError, match="duckdb-extension-quack=="):
        extension_file("quack")
    monkeypatch.setattr(duckdb, "__version__", "9.9.9")
    with pytest.raises(ExtensionMissingError, match=r"DuckDB is 9\.9\.9 but the package"):
        extension_file("postgres")


DRAINING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from eventlogs.outgrown.lake import Lake
    from eventlogs.outgrown.postgres_connections import Connections

    address, directory = sys.argv[1:]
    print("ready", flush=True)
    while True:
        Lake(address, directory).drain(Connections(address))
        print("drained", flush=True)
""")


def test_a_drain_killed_at_any_moment_loses_and_doubles_nothing(
    ledger: PostgresLedger, postgres: str, tmp_path: Path
) -> None:
    dice = random.Random(20250303)
    directory = str(tmp_path / "lake")
    n_events = 0
    for _ in range(8):
        draining = subprocess.Popen(
            [sys.executable, "-c", DRAINING, postgres, directory], stdout=subprocess.PIPE
        )
        assert draining.stdout is not None
        draining.stdout.readline()
        until = time.monotonic() + dice.random() * 1.2
        while time.monotonic() < until:
            size = dice.choice([1, 3, 150])  # small ones stay in the catalogue, large ones become a file
            ledger.append("live", [event(n_events + it, f"C{it % 7}") for it in range(size)])
            n_events += size
        draining.kill()
        draining.communicate()
    wait_for_the_lock(ledger)
    found = lake_keys(Lake(postgres, directory))
    assert len(found) == len(set(found)) == n_events
    assert found == keys(ledger)


def wait_for_the_lock(ledger: PostgresLedger) -> None:
    """Drain as soon as the server has noticed that the process before is gone."""
    until = time.monotonic() + 30
    while True:
        try:
            ledger.drain()
        except (DrainBusyError, LakeUnusableError):
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return
